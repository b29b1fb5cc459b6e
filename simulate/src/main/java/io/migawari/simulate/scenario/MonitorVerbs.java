// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.config.Durations;
import io.migawari.config.Section;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.NotificationType;
import io.migawari.simulate.scenario.Verbs.Read;
import io.migawari.simulate.scenario.Verbs.Subject;
import io.migawari.simulate.world.World;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the monitors say. */
final class MonitorVerbs {

    private final Verbs verbs;

    private MonitorVerbs(Verbs verbs) {
        this.verbs = verbs;
    }

    static void addTo(Verbs verbs) {
        var these = new MonitorVerbs(verbs);
        these.reports();
        these.signs();
    }

    /** What a monitor says of a power state. */
    private enum SeenPower {
        OFF,
        UNKNOWN
    }

    private enum Says {
        STOPPED,
        STARTED
    }

    private void reports() {
        verbs.add(
                "report",
                "report: compute1, power: off, fenced-at: 00:12, seen-at: 00:10, by: monitor on compute2",
                "A host monitor reports a host as stopped, or with `says: started` as running. `power: off`: it has read its "
                        + "power as off (Masakari's NORMAL); otherwise it could not (UNKNOWN). `fenced-at`: it shows when "
                        + "Pacemaker has fenced the host. All but the host may be left out.",
                Subject.HOST,
                (event, host) -> {
                    boolean stopped = event.choice("says", Says.class, Says.STOPPED) == Says.STOPPED;
                    SeenPower power = event.choice("power", SeenPower.class, SeenPower.UNKNOWN);
                    Map<String, String> evidence = new HashMap<>();
                    optionalStamp(event, "fenced-at").ifPresent(at -> {
                        evidence.put("fenced_at", World.START.plus(at).toString());
                        evidence.put("fenced_by", event.string("fenced-by", "stonith"));
                    });
                    Map<String, String> payload = new HashMap<>();
                    payload.put("event", stopped ? "STOPPED" : "STARTED");
                    if (stopped) {
                        payload.put("host_status", power == SeenPower.OFF ? "NORMAL" : "UNKNOWN");
                        payload.put("cluster_status", "OFFLINE");
                    }
                    return report(event, NotificationType.COMPUTE_HOST, host, payload, evidence);
                });
        verbs.add(
                "report-guest",
                "report-guest: web1, host: compute1, event: LIFECYCLE, detail: STOPPED_FAILED",
                "An instance monitor reports that something has happened to a guest.",
                Subject.INSTANCE,
                (event, server) -> {
                    String kind = event.string("event", "LIFECYCLE");
                    String detail = event.string("detail", "STOPPED_FAILED");
                    Optional<Duration> seenAt = optionalStamp(event, "seen-at");
                    String host = event.string("host");
                    String by = event.string("by", "instance monitor");
                    return new Read("", world -> {
                        Map<String, String> payload = Map.of(
                                "event", kind, "vir_domain_event", detail, "instance_uuid", world.server(server));
                        world.report(NotificationType.VM, new HostName(host), seenAt, payload, Map.of(), by);
                    });
                });
        verbs.add(
                "report-process",
                "report-process: compute1, process: libvirtd, says: stopped",
                "A process monitor reports that it could not bring a process back, or that it runs again.",
                Subject.HOST,
                (event, host) -> {
                    boolean stopped = event.choice("says", Says.class, Says.STOPPED) == Says.STOPPED;
                    Map<String, String> payload = Map.of(
                            "event",
                            stopped ? "STOPPED" : "STARTED",
                            "process_name",
                            event.string("process", "libvirtd"));
                    return report(event, NotificationType.PROCESS, host, payload, Map.of());
                });
    }

    private void signs() {
        verbs.add(
                "sign-of-life",
                "sign-of-life: compute1, for: 2m",
                "The monitors of a host say every 10 s that it is well, for so long.",
                Subject.HOST,
                (event, host) -> {
                    Duration lasting = event.duration("for", Duration.ZERO, Duration.ZERO, Verbs.DAY);
                    String how = lasting.isZero() ? "" : ", every 10 s for " + Durations.format(lasting);
                    return new Read(
                            "host-monitor of " + host + " says that it is well" + how,
                            world -> world.signsOfLife(new HostName(host), lasting));
                });
    }

    private static Read report(
            Section event,
            NotificationType type,
            String host,
            Map<String, String> payload,
            Map<String, String> evidence) {
        Optional<Duration> seenAt = optionalStamp(event, "seen-at");
        String by = event.string("by", "monitor");
        return new Read("", world -> world.report(type, new HostName(host), seenAt, payload, evidence, by));
    }

    private static Optional<Duration> optionalStamp(Section event, String key) {
        return event.has(key) ? ScenarioFile.stamp(event, key) : Optional.empty();
    }
}
