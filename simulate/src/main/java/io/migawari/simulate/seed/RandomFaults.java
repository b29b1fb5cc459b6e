// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What goes wrong, as chance has it. Whoever gives his word tells the truth as he saw it, however late it is heard: a host is
 * reported or confirmed as off only when it is. Lies are for scenarios that are written by hand.
 */
final class RandomFaults {

    private static final int FIRST = 10;

    /** In seconds: when nothing new goes wrong any more. */
    static final int LAST = 600;

    /** In seconds: when everything but what is dead is well again. */
    static final int HEALED = 720;

    private final Chance chance;
    private final Script script;
    private final RandomCloud cloud;
    /** By host: until when something is the matter with it already. */
    private final Map<String, Integer> busyUntil = new HashMap<>();

    RandomFaults(Chance chance, Script script, RandomCloud cloud) {
        this.chance = chance;
        this.script = script;
        this.cloud = cloud;
    }

    void write() {
        if (chance.percent(70)) {
            cloud.controllers()
                    .forEach(name -> script.at(0, "slow: " + name + ", by: " + chance.of("50ms", "300ms", "2s")));
        }
        for (int i = chance.between(1, 4); i > 0; i--) {
            host(chance.of(cloud.hosts()));
        }
        for (int i = chance.between(0, 2); i > 0; i--) {
            guest(chance.of(cloud.instances()));
        }
        for (int i = chance.between(0, 5); i > 0; i--) {
            controller(chance.of(cloud.controllers()));
        }
        for (int i = chance.between(0, 2); i > 0; i--) {
            around();
        }
        for (int i = chance.between(0, 3); i > 0; i--) {
            person();
        }
        heal();
    }

    private int moment() {
        return chance.between(FIRST, LAST);
    }

    // Hosts.

    private void host(String host) {
        int at = Math.max(moment(), busyUntil.getOrDefault(host, 0));
        if (at > LAST) {
            return;
        }
        int back = at
                + switch (chance.between(0, 9)) {
                    case 0, 1, 2, 3, 4 -> crash(host, at);
                    case 5 -> cloud.novaIsEnough() ? blip(host, at) : isolation(host, at);
                    case 6 -> cloud.novaIsEnough() ? crash(host, at) : isolation(host, at);
                    case 7 -> blip(host, at);
                    case 8 -> processes(host, at);
                    default -> cloud.novaIsEnough() ? processes(host, at) : flap(host, at);
                };
        busyUntil.put(host, back + 1);
    }

    /** Death of the machine; how long it lasts. */
    private int crash(String host, int at) {
        script.at(at, "crash: " + host);
        boolean back = chance.percent(50);
        int lasting = back ? chance.between(20, 400) : 10_000;
        for (int i = chance.between(0, 3); i > 0; i--) {
            int seen = at + chance.between(1, Math.min(lasting, 40));
            stopped(host, at, seen);
        }
        stopped(host, at, at + Math.min(lasting, 8));
        if (lasting > 120 && chance.percent(40)) {
            script.at(at + chance.between(15, 90), "confirm-dead: " + host + ", reason: I stand beside it");
        }
        if (lasting > 120 && chance.percent(10)) {
            cloud.instances().stream()
                    .filter(instance -> cloud.hostOf(instance).equals(host))
                    .findFirst()
                    .ifPresent(instance ->
                            script.at(at + chance.between(40, 110), "evacuate: " + instance + ", from: " + host));
        }
        if (back) {
            back(host, at + lasting);
        }
        return lasting;
    }

    /** @param dead since when it is, and it was seen so at {@code seen}; heard of possibly much later */
    private void stopped(String host, int dead, int seen) {
        int heard = seen + delay();
        String how = switch (chance.between(0, 3)) {
            case 0 -> ", power: off";
            case 1 -> ", power: off, fenced-at: " + Script.stamp(chance.between(dead, seen));
            default -> "";
        };
        script.at(
                heard,
                "report: " + host + how + ", seen-at: " + Script.stamp(seen) + ", by: monitor on " + other(host));
    }

    private String other(String host) {
        String other = chance.of(cloud.hosts());
        return other.equals(host) ? "nobody" : other;
    }

    private int delay() {
        return chance.percent(70)
                ? chance.between(0, 3)
                : chance.percent(70) ? chance.between(4, 60) : chance.between(60, 400);
    }

    private void back(String host, int at) {
        script.at(at, "boot: " + host);
        if (chance.percent(50)) {
            int seen = at + chance.between(2, 20);
            script.at(
                    seen + delay(),
                    "report: " + host + ", says: started, seen-at: " + Script.stamp(seen) + ", by: monitor on "
                            + other(host));
        }
        if (chance.percent(30)) {
            script.at(at + chance.between(5, 30), "sign-of-life: " + host + ", for: 1m");
        }
    }

    /** Alone with its guests, which run on. */
    private int isolation(String host, int at) {
        script.at(at, "stop-compute: " + host);
        for (int i = chance.between(1, 3); i > 0; i--) {
            int seen = at + chance.between(1, 40);
            script.at(seen + delay(), "report: " + host + ", seen-at: " + Script.stamp(seen));
        }
        if (chance.percent(20)) {
            script.at(at + chance.between(5, 60), "sign-of-life: " + host + ", for: 1m");
        }
        if (chance.percent(60)) {
            int lasting = chance.between(60, 400);
            back(host, at + lasting);
            return lasting;
        }
        return 10_000;
    }

    private int blip(String host, int at) {
        int lasting = chance.between(3, 40);
        script.at(at, "stop-compute: " + host);
        int seen = at + chance.between(1, lasting);
        script.at(seen + delay(), "report: " + host + ", seen-at: " + Script.stamp(seen));
        back(host, at + lasting);
        return lasting;
    }

    /** Frozen and awake again, and so on, as Nova sees it. */
    private int flap(String host, int at) {
        int lasting = chance.between(60, 300);
        script.at(at, "flap: " + host + ", every: " + chance.between(10, 100) + "s");
        int seen = at + chance.between(1, lasting);
        script.at(seen + delay(), "report: " + host + ", seen-at: " + Script.stamp(seen));
        script.at(at + lasting, "heal: " + host);
        return lasting;
    }

    private int processes(String host, int at) {
        int lasting = chance.between(20, 300);
        boolean libvirt = chance.percent(50);
        if (libvirt) {
            script.at(at, "stop-libvirt: " + host);
            script.at(at + lasting, "start-libvirt: " + host);
        }
        String process = libvirt ? "libvirtd" : chance.of("nova-compute", "sshd");
        int seen = at + chance.between(1, 15);
        script.at(
                seen + delay(),
                "report-process: " + host + ", process: " + process + ", seen-at: " + Script.stamp(seen));
        int again = at + lasting + chance.between(0, 10);
        script.at(
                again + delay(),
                "report-process: " + host + ", process: " + process + ", says: started, seen-at: "
                        + Script.stamp(again));
        return lasting + 30;
    }

    // Guests.

    private void guest(String instance) {
        int at = moment();
        switch (chance.between(0, 6)) {
            case 0, 1, 2 -> {
                for (int i = chance.between(1, 3); i > 0; i--) {
                    dies(instance, at);
                    at += chance.between(20, 120);
                }
            }
            case 3 -> script.at(at, "evacuation-fails: " + instance + ", times: " + chance.between(1, 3));
            case 4 -> script.at(at, "evacuation-refused: " + instance + ", status: " + chance.of(403, 404, 409, 500));
            case 5 -> script.at(at, "start-fails: " + instance + ", times: " + chance.between(1, 3));
            default -> script.at(at, chance.of("delete", "stop", "start") + ": " + instance);
        }
    }

    private void dies(String instance, int at) {
        script.at(at, "kill-guest: " + instance);
        for (int i = chance.between(0, 2); i >= 0; i--) {
            int seen = at + chance.between(0, 2);
            script.at(
                    seen + delay(),
                    "report-guest: " + instance + ", host: " + cloud.hostOf(instance)
                            + ", event: LIFECYCLE, detail: STOPPED_FAILED, seen-at: " + Script.stamp(seen));
        }
    }

    // Controllers.

    private void controller(String name) {
        int at = moment();
        switch (chance.between(0, 8)) {
            case 0 -> {
                script.at(at, "kill-controller: " + name);
                script.at(at + chance.between(1, 90), "start-controller: " + name);
            }
            case 1 -> script.at(at, "freeze-controller: " + name + ", for: " + chance.between(1, 60) + "s");
            case 2 -> {
                List<String> ways = new ArrayList<>(List.of("database", "nova", "keystone", "fencing"));
                ways.removeIf(way -> chance.percent(50));
                if (!ways.isEmpty()) {
                    script.at(at, "cut: " + name + ", from: " + ways);
                    script.at(at + chance.between(3, 120), "mend: " + name);
                }
            }
            case 3 -> {
                script.at(at, "slow: " + name + ", by: " + chance.of("1s", "5s", "12s", "25s"));
                script.at(at + chance.between(10, 120), "mend: " + name);
            }
            case 4 ->
                script.at(
                        at,
                        chance.of("commits-fail", "commits-unheard") + ": " + name + ", next: " + chance.between(1, 4));
            case 5 ->
                script.at(
                        at,
                        "clock: " + chance.of("ahead", "back") + ", by: " + chance.of("2s", "20s", "5m") + ", of: "
                                + name);
            default -> atCall(name, at);
        }
    }

    /** Exactly before or after something that it does. */
    private void atCall(String name, int at) {
        String call = chance.of("read", "record", "record", "result", "result", "step", "step", "any");
        boolean before = chance.percent(50);
        // between the look at its lease and the packet, nobody can stall a controller for long without harm
        boolean dies = chance.percent(50) || (before && (call.equals("step") || call.equals("any")));
        script.at(
                at,
                "at-call: " + name + ", of: " + call + ", number: " + chance.between(1, 8) + ", when: "
                        + (before ? "before" : "after") + ", it: "
                        + (dies ? "dies" : "stalls, for: " + chance.between(1, 60) + "s"));
        if (dies) {
            script.at(at + chance.between(10, 120), "start-controller: " + name);
        }
    }

    // What they all depend on.

    private void around() {
        int at = moment();
        switch (chance.between(0, 7)) {
            case 0 -> {
                script.at(at, "database: away");
                script.at(at + chance.between(3, 180), "database: back");
            }
            case 1, 2 -> {
                script.at(at, "nova: " + chance.of("unreachable", "silent", "failing", "garbled"));
                script.at(at + chance.between(3, 120), "nova: well");
            }
            case 3 ->
                script.at(
                        at,
                        chance.of("lose-answers", "lose-requests", "refuse-requests") + ": " + chance.between(1, 6));
            case 4 -> {
                script.at(at, "hide-migrations: " + chance.between(1, 5) + "s");
                script.at(at + chance.between(10, 200), "hide-migrations: 0s");
            }
            case 5 -> script.at(at, "spawn-fails: " + chance.of(cloud.hosts()) + ", times: " + chance.between(1, 4));
            case 6 -> {
                String host = chance.of(cloud.hosts());
                script.at(at, "spawn-slow: " + host + ", by: " + chance.of("20s", "2m"));
                script.at(at + chance.between(20, 200), "heal: " + host);
            }
            default -> {
                String host = chance.of(cloud.hosts());
                cloud.devicesOf(host)
                        .forEach(device -> script.at(
                                at,
                                "device: " + host + ", name: " + device + ", becomes: "
                                        + chance.of("works", "dead", "lies", "slow", "mute")));
            }
        }
    }

    // People.

    private void person() {
        int at = moment();
        String host = chance.of(cloud.hosts());
        switch (chance.between(0, 8)) {
            case 0 -> script.at(at, "cancel: " + host + ", reason: a mistake");
            case 1, 2 -> script.at(at, "approve: " + host + ", reason: the reason is known");
            case 3 -> script.at(at, "retry: " + host + ", reason: the image is back");
            case 4 -> {
                String what = chance.of("everything", chance.of(cloud.segments()), host);
                script.at(
                        at,
                        "pause: " + what + ", for: " + chance.between(30, 300) + "s, mode: "
                                + chance.of("freeze", "freeze", "ignore") + ", reason: firmware");
                if (chance.percent(50)) {
                    script.at(at + chance.between(5, 200), "resume: " + what);
                }
            }
            case 5 -> {
                script.at(at, "disable: " + host + ", reason: disk change");
                if (chance.percent(50)) {
                    script.at(at + chance.between(5, 200), "enable: " + host);
                }
            }
            case 6 -> {
                String segment = chance.of(cloud.segments());
                script.at(at, "segment: " + segment + ", enabled: false");
                script.at(at + chance.between(5, 200), "segment: " + segment + ", enabled: true");
            }
            case 7 -> {
                script.at(at, "maintenance: " + host + ", on: true");
                script.at(at + chance.between(5, 200), "maintenance: " + host + ", on: false");
            }
            default -> script.at(at, "lift-force-down: " + host);
        }
    }

    private void heal() {
        script.at(HEALED, "heal-all: yes");
        busyUntil.forEach((host, until) -> {
            if (until > HEALED && chance.percent(70)) {
                script.at(HEALED + chance.between(0, 120), "boot: " + host);
            }
        });
    }
}
