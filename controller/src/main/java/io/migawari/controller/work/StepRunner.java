// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.work;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.fencing.Fencing;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.StepWords;
import io.migawari.controller.store.Journal;
import io.migawari.controller.store.LeaseLostException;
import io.migawari.controller.store.Tenure;
import io.migawari.db.DatabaseException;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what was journalled as intended, and journals what became of it. Steps run beside each other and beside the passes,
 * because Nova may hold one of them for a minute. Safe for any thread.
 */
public final class StepRunner<K, L extends Tenure<K>> {

    private static final Logger log = LoggerFactory.getLogger(StepRunner.class);

    /** The most calls that one incident or operation has open at Nova at once; more only wait inside nova-api. */
    private static final int LANES = 16;

    /** Nova holds the disabling of a host that it wrongly takes for up for 60 s (its rpc_response_timeout). */
    private static final Duration DISABLE_PATIENCE = Duration.ofSeconds(75);

    private static final Duration PAUSE_WITHOUT_DATABASE = Duration.ofSeconds(1);

    private final Cloud cloud;
    private final Fencing fencing;
    private final Journal<L> journal;
    private final BiConsumer<L, Runnable> threads;
    private final Predicate<L> holds;
    private final Consumer<K> wakeUp;
    private final Time time;
    private final Duration patience;

    /**
     * @param threads carries out a part of the work, beside the others'; not on the calling thread
     * @param holds whether a lease certainly still holds; asked before every step
     * @param wakeUp called when all steps of a decision have ended, but for those that Nova may hold, and the next pass can
     *     see what came of them: an evacuation that Nova has just taken on shows nothing yet
     */
    public StepRunner(
            Cloud cloud,
            Fencing fencing,
            Journal<L> journal,
            BiConsumer<L, Runnable> threads,
            Predicate<L> holds,
            Consumer<K> wakeUp,
            Time time,
            Duration patience) {
        this.cloud = cloud;
        this.fencing = fencing;
        this.journal = journal;
        this.threads = threads;
        this.holds = holds;
        this.wakeUp = wakeUp;
        this.time = time;
        this.patience = patience;
    }

    /** Starts the steps and returns at once. */
    public void carryOut(L lease, List<JournalEntry> intended) {
        Queue<JournalEntry> queue = new ConcurrentLinkedQueue<>(intended);
        var somethingToSee = new AtomicBoolean();
        var awaited = new AtomicInteger((int)
                intended.stream().filter(entry -> !mayBeHeld(entry.step())).count());
        for (int lane = 0; lane < Math.min(LANES, intended.size()); lane++) {
            threads.accept(lease, () -> {
                for (JournalEntry entry = queue.poll(); entry != null; entry = queue.poll()) {
                    Optional<Outcome> outcome = carryOut(lease, entry);
                    if (mayBeHeld(entry.step())) {
                        continue;
                    }
                    boolean onlyBegun = entry.step() instanceof Step.Evacuate
                            && outcome.filter(Outcome.Accepted.class::isInstance)
                                    .isPresent();
                    if (!onlyBegun) {
                        somethingToSee.set(true);
                    }
                    if (awaited.decrementAndGet() == 0 && somethingToSee.get()) {
                        wakeUp.accept(lease.work());
                    }
                }
            });
        }
    }

    private static boolean mayBeHeld(Step step) {
        return step instanceof Step.DisableService;
    }

    /** @return what became of it, if we know and have written it down */
    private Optional<Outcome> carryOut(L lease, JournalEntry entry) {
        try {
            if (!mayAct(lease)) {
                // whoever has the lease next finds the intent without an outcome, and looks before it acts
                return Optional.empty();
            }
            Outcome outcome = act(lease, entry.step());
            tell(lease, entry.step(), outcome);
            record(lease, entry, outcome);
            return Optional.of(outcome);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // shutting down; the same holds as above
        } catch (LeaseLostException e) {
            log.atInfo().addKeyValue(lease.kind(), lease.work()).log("Another controller has taken over");
        }
        return Optional.empty();
    }

    /**
     * Whether the lease is ours, by our own clock and by the database: a machine that was frozen as a whole finds its clock just
     * as it was. While the database is away, nothing is begun.
     */
    private boolean mayAct(L lease) throws InterruptedException {
        while (holds.test(lease)) {
            try {
                // the answer may have been on its way for long
                return journal.isHeld(lease) && holds.test(lease);
            } catch (DatabaseException e) {
                time.sleep(PAUSE_WITHOUT_DATABASE);
            }
        }
        return false;
    }

    private Outcome act(L lease, Step step) throws InterruptedException {
        return step instanceof Step.PowerOff powerOff
                ? fencing.carryOut(powerOff, () -> mayAct(lease))
                : cloud.carryOut(step, mayBeHeld(step) ? DISABLE_PATIENCE : patience);
    }

    /** Tries until it is written or the lease is lost: what has happened must not be forgotten because the database is away. */
    private void record(L lease, JournalEntry entry, Outcome outcome) throws LeaseLostException, InterruptedException {
        while (true) {
            try {
                journal.recordOutcome(lease, entry.number(), outcome, time.now());
                return;
            } catch (DatabaseException e) {
                if (!holds.test(lease)) {
                    throw new LeaseLostException(lease);
                }
                time.sleep(PAUSE_WITHOUT_DATABASE);
            }
        }
    }

    private static void tell(Tenure<?> lease, Step step, Outcome outcome) {
        if (outcome instanceof Outcome.Accepted accepted) {
            var event = step instanceof Step.Evacuate ? log.atDebug() : log.atInfo();
            event.addKeyValue(lease.kind(), lease.work())
                    .addKeyValue("request_id", accepted.requestId().orElse("-"))
                    .log("Done: {}", StepWords.of(step));
        } else if (outcome instanceof Outcome.Refused refused) {
            log.atWarn()
                    .addKeyValue(lease.kind(), lease.work())
                    .addKeyValue("request_id", refused.requestId().orElse("-"))
                    .log("Refused: {}: {}", StepWords.of(step), refused.words());
        } else if (outcome instanceof Outcome.Unknown unknown) {
            log.atWarn()
                    .addKeyValue(lease.kind(), lease.work())
                    .log("Not known whether it was done: {}: {}", StepWords.of(step), unknown.words());
        } else {
            throw new AssertionError(outcome);
        }
    }
}
