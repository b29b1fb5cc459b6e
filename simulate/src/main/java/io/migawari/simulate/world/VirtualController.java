// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.intake.Intake;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Step;
import io.migawari.controller.recovery.RecoveryRounds;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.Report;
import io.migawari.db.DatabaseException;
import io.migawari.simulate.store.MemoryNotifications;
import io.migawari.simulate.store.MemoryRegistry;
import io.migawari.simulate.store.MemoryStore;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One controller at work, as long as it lives: takes reports, claims, renews, and passes over what is due. */
final class VirtualController {

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** As in the controller itself there is one for an incident, whatever becomes of its lease. */
    private static final class Work {
        private final Lease lease;
        private boolean running;
        private boolean woken = true;
        private long dueNanos;

        Work(Lease lease) {
            this.lease = lease;
        }
    }

    /** What controllers share. */
    record Surrounding(
            MemoryStore store,
            Incidents incidents,
            VirtualNova nova,
            VirtualFencing fencing,
            Invariants invariants,
            RecoverySettings settings,
            VirtualTime.Crew network,
            VirtualTime time,
            Runnable heard,
            Onlooker onlooker) {}

    private final String name;
    private final String owner;
    private final Surrounding around;
    private final Links links;
    private final VirtualTime time;
    private final VirtualTime.Crew crew;
    private final RecoveryRounds rounds;
    private final Intake intake;
    private final Map<IncidentId, Work> works = new LinkedHashMap<>();

    VirtualController(String name, String owner, Links links, Surrounding around) {
        this.name = name;
        this.owner = owner;
        this.around = around;
        this.links = links;
        this.time = around.time();
        this.crew = time.crew();
        this.rounds = new RecoveryRounds(
                owner,
                new LinkedIncidents(around.incidents(), links, crew, around.invariants()),
                new LinkedCloud(around.nova(), links, time, crew, around.network(), this::asks),
                new LinkedFencing(around.fencing(), links, crew, this::asks),
                around.settings(),
                PATIENCE,
                crew::execute,
                crew.lock(),
                this::wake,
                crew.clock());
        this.intake = new Intake(
                new MemoryNotifications(around.store()),
                new MemoryRegistry(around.store()),
                around.settings(),
                stored -> around.heard().run(),
                crew.clock());
        renewAgainAndAgain();
        claimAgainAndAgain();
    }

    private void asks(Step step) {
        around.invariants().asked(owner, step);
        around.onlooker().asks(name, step);
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return !crew.isDead();
    }

    /** Whether it would take a report now. */
    boolean answers() {
        return isAlive() && crew.frozenFor().isZero();
    }

    void kill() {
        crew.kill();
    }

    void freeze(Duration lasting) {
        crew.freeze(lasting);
    }

    void shiftClock(Duration by) {
        crew.shiftClock(by);
    }

    /** Its clock is right, and it goes on if it stood still. */
    void heal() {
        crew.resetClock();
        crew.freeze(Duration.ZERO);
    }

    /** @throws DatabaseException if the one who reports has to try again, although it may have been stored */
    Acceptance accept(Report report, String by) {
        links.reachDatabase();
        links.beforeCommit();
        Acceptance acceptance = intake.accept(report, by).acceptance();
        links.afterCommit();
        return acceptance;
    }

    private void claimAgainAndAgain() {
        if (isAlive()) {
            if (answers()) {
                claim();
            }
            time.after(RecoveryRounds.CLAIM_EVERY, this::claimAgainAndAgain);
        }
    }

    private void renewAgainAndAgain() {
        if (isAlive()) {
            if (answers()) {
                try {
                    rounds.renew();
                    links.reachDatabase();
                    around.store().watching(name);
                } catch (DatabaseException e) {
                    // the leases run out, unless it is back before
                }
            }
            time.after(RecoveryRounds.RENEW_EVERY, this::renewAgainAndAgain);
        }
    }

    private void claim() {
        try {
            rounds.claim();
        } catch (DatabaseException e) {
            // nothing new is begun until it is back
        }
        List<Lease> held = rounds.held().stream()
                .sorted(Comparator.comparing(lease -> lease.incident().toString()))
                .toList(); // in the order in which they were opened, so that it is the same in every run
        works.values().removeIf(work -> !work.running && !held.contains(work.lease));
        held.forEach(lease -> works.computeIfAbsent(lease.incident(), unused -> new Work(lease)));
        startDue();
    }

    /** A report was stored: it may matter to any incident. */
    void wakeAll() {
        works.values().forEach(work -> work.woken = true);
        time.after(Duration.ZERO, () -> {
            if (answers()) {
                claim();
            }
        });
    }

    private void wake(IncidentId incident) {
        Work work = works.get(incident);
        if (work != null) {
            work.woken = true;
        }
        time.after(Duration.ZERO, this::startDue);
    }

    private void startDue() {
        if (!isAlive()) {
            return;
        }
        works.values().forEach(work -> {
            if (!work.running && (work.woken || work.dueNanos - time.nanos() <= 0)) {
                work.running = true;
                work.woken = false;
                crew.execute(() -> pass(work));
            }
        });
    }

    private void pass(Work work) {
        Duration pause = AFTER_TROUBLE;
        try {
            Optional<Duration> again = rounds.pass(work.lease);
            if (again.isEmpty()) {
                works.remove(work.lease.incident());
                return;
            }
            pause = again.get();
        } catch (DatabaseException e) {
            // it is decided anew when the database is back, or has no conflict
        } catch (InterruptedException e) {
            return; // killed
        } catch (RuntimeException e) {
            around.invariants().mistake(e);
        }
        work.running = false;
        work.dueNanos = time.nanos() + pause.toNanos();
        time.after(pause, this::startDue);
    }
}
