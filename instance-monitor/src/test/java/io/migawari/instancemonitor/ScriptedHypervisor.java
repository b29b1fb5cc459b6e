// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor;

import io.migawari.instancemonitor.domain.Domain;
import io.migawari.instancemonitor.domain.Happening;
import io.migawari.instancemonitor.domain.Hypervisor;
import io.migawari.instancemonitor.domain.Sighting;
import io.migawari.instancemonitor.domain.Sign;
import io.migawari.time.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;

/** A hypervisor that does as it is told: what happens is heard, unless it is away; what is so is seen. */
final class ScriptedHypervisor implements Hypervisor {

    private final ManualTime time;
    private final Map<Domain, Sign> states =
            new TreeMap<>((one, other) -> one.name().compareTo(other.name()));
    private final Map<String, Boolean> novas = new TreeMap<>();
    private final Queue<Happening> happenings = new ArrayDeque<>();
    private boolean away;
    private boolean deaf;

    ScriptedHypervisor(ManualTime time) {
        this.time = time;
        happenings.add(new Happening.Connected());
    }

    /** An instance's number is all that matters of it. */
    static Domain domain(int number) {
        return new Domain("00000000-0000-4000-8000-%012d".formatted(number), "instance-%08x".formatted(number));
    }

    void is(int number, Sign state) {
        is(domain(number), state);
    }

    void is(Domain domain, Sign state) {
        states.put(domain, state);
    }

    void isGone(int number) {
        states.remove(domain(number));
    }

    /** It becomes so, and that is told of, if somebody listens. */
    void becomes(int number, Sign state) {
        is(number, state);
        tells(number, state);
    }

    void tells(int number, Sign sign) {
        tells(domain(number), sign);
    }

    void tells(Domain domain, Sign sign) {
        if (!away) {
            happenings.add(new Happening.OfDomain(domain, sign, "event " + sign));
        }
    }

    void misses() {
        happenings.add(new Happening.Missed());
    }

    void belongsToNova(String uuid, boolean yes) {
        novas.put(uuid, yes);
    }

    void goesAway() {
        away = true;
        happenings.add(new Happening.Disconnected("libvirt has closed the connection"));
    }

    void comesBack() {
        away = false;
        happenings.add(new Happening.Connected());
    }

    /** It is connected, and answers no question. */
    void hangs(boolean yes) {
        deaf = yes;
    }

    @Override
    public Optional<Happening> next(Duration most) {
        Optional<Happening> next = Optional.ofNullable(happenings.poll());
        if (next.isEmpty()) {
            time.advance(most);
        }
        return next;
    }

    @Override
    public Sighting look() {
        return away || deaf
                ? new Sighting.CannotSee("away")
                : new Sighting.Domains(states.entrySet().stream()
                        .map(entry -> new Sighting.Seen(entry.getKey(), entry.getValue(), "state " + entry.getValue()))
                        .toList());
    }

    @Override
    public Optional<Boolean> isNovas(Domain domain) {
        return away || deaf ? Optional.empty() : Optional.ofNullable(novas.get(domain.uuid()));
    }

    @Override
    public Optional<String> trouble() {
        return away ? Optional.of("away") : Optional.empty();
    }
}
