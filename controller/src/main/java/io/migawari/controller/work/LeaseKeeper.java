// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.work;

import io.migawari.controller.store.Lease;
import io.migawari.controller.store.Leases;
import io.migawari.controller.store.Tenure;
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
public final class LeaseKeeper<K, L extends Tenure<K>> {

    /** How often leases have to be renewed. */
    public static final Duration RENEWAL = Duration.ofSeconds(2);

    /** We stop acting this long before others may start. */
    static final Duration MARGIN = Duration.ofSeconds(1);

    private record Held<L>(L lease, long sinceNanos) {}

    private final Leases<L> leases;
    private final String owner;
    private final Time time;

    /** What we know; replaced as a whole, so that it can be read by those who cannot wait. */
    private volatile Map<K, Held<L>> held = Map.of();

    /** What was forgotten since the last renewal began, whose answer may still have it. Guarded by this. */
    private final Set<L> forgotten = new HashSet<>();

    public LeaseKeeper(Leases<L> leases, String owner, Time time) {
        this.leases = leases;
        this.owner = owner;
        this.time = time;
    }

    /** Takes what nobody holds; not more than the others can spare at once. */
    public List<L> claim() {
        long begun = time.nanos();
        // The database is asked outside of the lock: a renewal must not wait until all of a storm has been taken.
        List<L> claimed = leases.claim(owner, Lease.LASTING);
        synchronized (this) {
            Map<K, Held<L>> more = new HashMap<>(held);
            for (L lease : claimed) {
                Held<L> mine = more.get(lease.work());
                boolean isRenewedMeanwhile = mine != null && mine.lease().equals(lease);
                if (!isRenewedMeanwhile) {
                    more.put(lease.work(), new Held<>(lease, begun));
                }
            }
            held = Map.copyOf(more);
        }
        return claimed;
    }

    /** Prolongs what is still ours, and forgets the rest. */
    public void renew() {
        synchronized (this) {
            forgotten.clear();
        }
        long begun = time.nanos();
        List<L> prolonged = leases.renew(owner, Lease.LASTING);
        synchronized (this) {
            Map<K, Held<L>> known = new HashMap<>();
            held.values().stream()
                    .filter(mine -> mine.sinceNanos() - begun >= 0) // claimed while the database was at it
                    .forEach(mine -> known.put(mine.lease().work(), mine));
            prolonged.stream()
                    .filter(lease -> !forgotten.contains(lease))
                    .forEach(lease -> known.putIfAbsent(lease.work(), new Held<>(lease, begun)));
            held = Map.copyOf(known);
        }
    }

    /** The work is over, or somebody else's. */
    public synchronized void forget(L lease) {
        forgotten.add(lease);
        Map<K, Held<L>> rest = new HashMap<>(held);
        rest.values().removeIf(mine -> mine.lease().equals(lease));
        held = Map.copyOf(rest);
    }

    /** Whether this very lease is certainly still ours. */
    public boolean holds(L lease) {
        Held<L> mine = held.get(lease.work());
        return mine != null && mine.lease().equals(lease) && isCertain(mine);
    }

    public List<L> certain() {
        return held.values().stream().filter(this::isCertain).map(Held::lease).toList();
    }

    private boolean isCertain(Held<L> mine) {
        long until = mine.sinceNanos() + Lease.LASTING.minus(MARGIN).toNanos();
        return until - time.nanos() > 0;
    }

    /** From now on nothing is ours, whatever the database thinks. */
    public synchronized void forgetAll() {
        held = Map.of();
    }

    public void releaseAll() {
        forgetAll();
        leases.release(owner);
    }
}
