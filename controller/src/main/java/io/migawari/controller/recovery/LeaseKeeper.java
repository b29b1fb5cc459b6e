// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.recovery;

import io.migawari.controller.model.IncidentId;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.Leases;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Knows which leases are ours and for how long that is certain: by our own monotonic clock, counted from the start of the
 * last renewal that succeeded. A process that was stopped and goes on finds here that nothing is certain any more. Safe for
 * any thread, as long as one at most renews.
 */
final class LeaseKeeper {

    static final Duration RENEWAL = Duration.ofSeconds(2);

    /** We stop acting this long before others may start. */
    static final Duration MARGIN = Duration.ofSeconds(1);

    private record Held(Lease lease, long sinceNanos) {}

    private final Leases leases;
    private final String owner;
    private final Time time;

    /** What we know; replaced as a whole, so that it can be read by those who cannot wait. */
    private volatile Map<IncidentId, Held> held = Map.of();

    /** What was forgotten since the last renewal began, whose answer may still have it. Guarded by this. */
    private final Set<Lease> forgotten = new HashSet<>();

    LeaseKeeper(Leases leases, String owner, Time time) {
        this.leases = leases;
        this.owner = owner;
        this.time = time;
    }

    /** Takes what nobody holds; not more than the others can spare at once. */
    List<Lease> claim() {
        long begun = time.nanos();
        // The database is asked outside of the lock: a renewal must not wait until all of a storm has been taken.
        List<Lease> claimed = leases.claim(owner, Lease.LASTING);
        synchronized (this) {
            Map<IncidentId, Held> more = new HashMap<>(held);
            for (Lease lease : claimed) {
                Held mine = more.get(lease.incident());
                boolean isRenewedMeanwhile = mine != null && mine.lease().equals(lease);
                if (!isRenewedMeanwhile) {
                    more.put(lease.incident(), new Held(lease, begun));
                }
            }
            held = Map.copyOf(more);
        }
        return claimed;
    }

    /** Prolongs what is still ours, and forgets the rest. */
    void renew() {
        synchronized (this) {
            forgotten.clear();
        }
        long begun = time.nanos();
        List<Lease> prolonged = leases.renew(owner, Lease.LASTING);
        synchronized (this) {
            Map<IncidentId, Held> known = new HashMap<>();
            held.values().stream()
                    .filter(mine -> mine.sinceNanos() - begun >= 0) // claimed while the database was at it
                    .forEach(mine -> known.put(mine.lease().incident(), mine));
            prolonged.stream()
                    .filter(lease -> !forgotten.contains(lease))
                    .forEach(lease -> known.putIfAbsent(lease.incident(), new Held(lease, begun)));
            held = Map.copyOf(known);
        }
    }

    /** The incident is over, or somebody else's. */
    synchronized void forget(Lease lease) {
        forgotten.add(lease);
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
        long until = mine.sinceNanos() + Lease.LASTING.minus(MARGIN).toNanos();
        return until - time.nanos() > 0;
    }

    /** From now on nothing is ours, whatever the database thinks. */
    synchronized void forgetAll() {
        held = Map.of();
    }

    void releaseAll() {
        forgetAll();
        leases.release(owner);
    }
}
