// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.recovery;

import io.migawari.controller.model.IncidentId;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Knows which leases are ours and for how long that is certain: by our own monotonic clock, counted from the start of the
 * last renewal that succeeded. A process that was stopped and goes on finds here that nothing is certain any more. Safe for
 * any thread.
 */
final class LeaseKeeper {

    /** A dead controller's incidents are taken over after this time at the latest. */
    static final Duration LASTING = Duration.ofSeconds(6);

    static final Duration RENEWAL = Duration.ofSeconds(2);

    /** We stop acting this long before others may start. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private record Held(Lease lease, long certainUntilNanos) {}

    private final Incidents incidents;
    private final String owner;
    private final Time time;

    /** What we know; replaced as a whole, so that it can be read while the database keeps a writer waiting. */
    private volatile Map<IncidentId, Held> held = Map.of();

    LeaseKeeper(Incidents incidents, String owner, Time time) {
        this.incidents = incidents;
        this.owner = owner;
        this.time = time;
    }

    /** Takes what nobody holds. */
    synchronized List<Lease> claim() {
        long begun = time.nanos();
        List<Lease> claimed = incidents.claim(owner, LASTING);
        Map<IncidentId, Held> more = new HashMap<>(held);
        claimed.forEach(lease -> more.put(lease.incident(), heldSince(lease, begun)));
        held = Map.copyOf(more);
        return claimed;
    }

    /** Prolongs what is still ours, and forgets the rest. */
    synchronized void renew() {
        long begun = time.nanos();
        Map<IncidentId, Held> renewed = new HashMap<>();
        incidents.renew(owner, LASTING).forEach(lease -> renewed.put(lease.incident(), heldSince(lease, begun)));
        held = Map.copyOf(renewed);
    }

    private static Held heldSince(Lease lease, long nanos) {
        return new Held(lease, nanos + LASTING.minus(MARGIN).toNanos());
    }

    /** The incident is over, or somebody else's. */
    synchronized void forget(Lease lease) {
        Map<IncidentId, Held> rest = new HashMap<>(held);
        rest.values().removeIf(mine -> mine.lease().equals(lease));
        held = Map.copyOf(rest);
    }

    /** Whether this very lease is certainly still ours. */
    boolean holds(Lease lease) {
        Held mine = held.get(lease.incident());
        return mine != null && mine.lease().equals(lease) && isCertain(mine);
    }

    List<Lease> certain() {
        return held.values().stream().filter(this::isCertain).map(Held::lease).toList();
    }

    private boolean isCertain(Held mine) {
        return mine.certainUntilNanos() - time.nanos() > 0;
    }

    synchronized void releaseAll() {
        held = Map.of();
        incidents.release(owner);
    }
}
