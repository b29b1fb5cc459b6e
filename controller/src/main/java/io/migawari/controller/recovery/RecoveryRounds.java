// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.recovery;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.fencing.Fencing;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.LeaseLostException;
import io.migawari.controller.work.LeaseKeeper;
import io.migawari.controller.work.Passed;
import io.migawari.controller.work.StepRunner;
import io.migawari.controller.work.WorkLoop;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/**
 * What {@link Recoveries} does, without threads of its own: whoever calls this decides when, and on which thread. A simulation
 * does, in virtual time. The leases, the passes and the steps are the same.
 */
public final class RecoveryRounds {

    /** How often incidents are looked for that nobody works on. */
    public static final Duration CLAIM_EVERY = WorkLoop.CLAIM_EVERY;

    /** How often the leases have to be renewed. */
    public static final Duration RENEW_EVERY = LeaseKeeper.RENEWAL;

    private final LeaseKeeper<IncidentId, Lease> leases;
    private final Reconciler reconciler;

    /**
     * @param owner this run of a controller
     * @param threads carries out steps; they may block
     * @param turn for what only one of the threads may do at a time, though it may block
     * @param wakeUp told when an incident is worth another look
     */
    public RecoveryRounds(
            String owner,
            Incidents incidents,
            Cloud cloud,
            Fencing fencing,
            RecoverySettings settings,
            Duration callPatience,
            Executor threads,
            Lock turn,
            Consumer<IncidentId> wakeUp,
            Time time) {
        this.leases = new LeaseKeeper<>(incidents, owner, time);
        var steps = new StepRunner<>(
                cloud,
                fencing,
                incidents,
                (lease, work) -> threads.execute(work),
                leases::holds,
                wakeUp,
                time,
                callPatience);
        var observer = new Observer(cloud, fencing, time, callPatience, turn);
        this.reconciler = new Reconciler(incidents, observer, steps, settings, time);
    }

    /** Takes what nobody holds. */
    public void claim() {
        leases.claim();
    }

    /** Prolongs what is still ours. */
    public void renew() {
        leases.renew();
    }

    /** What may be worked on now. */
    public List<Lease> held() {
        return leases.certain();
    }

    /**
     * One pass over an incident.
     *
     * @return when to look again; empty: never, it is over or somebody else's
     */
    public Optional<Duration> pass(Lease lease) throws InterruptedException {
        if (!leases.holds(lease)) {
            return Optional.empty();
        }
        try {
            Passed passed = reconciler.pass(lease);
            if (!passed.isOver()) {
                return Optional.of(passed.lookAgain());
            }
        } catch (LeaseLostException e) {
            // another controller has taken it over
        }
        leases.forget(lease);
        return Optional.empty();
    }
}
