// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.fencing.Fencing;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.recovery.RecoveryRounds;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.db.DatabaseException;
import io.migawari.simulate.store.MemoryStore;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One controller at work, as long as it lives: claims, renews, and passes over what is due. */
final class VirtualController {

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    private static final class Work {
        private boolean running;
        private boolean woken = true;
        private long dueNanos;
    }

    private final String name;
    private final Consumer<RuntimeException> mistake;
    private final MemoryStore store;
    private final VirtualTime time;
    private final VirtualTime.Crew crew;
    private final RecoveryRounds rounds;
    private final Map<Lease, Work> works = new LinkedHashMap<>();

    VirtualController(
            String name,
            String owner,
            MemoryStore store,
            Incidents incidents,
            Cloud cloud,
            Fencing fencing,
            RecoverySettings settings,
            Duration patience,
            Consumer<RuntimeException> mistake,
            VirtualTime time) {
        this.mistake = mistake;
        this.name = name;
        this.store = store;
        this.time = time;
        this.crew = time.crew();
        this.rounds = new RecoveryRounds(
                owner, incidents, cloud, fencing, settings, patience, crew::execute, this::wake, time);
        renewAgainAndAgain();
        claimAgainAndAgain();
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
                    store.watching(name);
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
        works.entrySet().removeIf(work -> !work.getValue().running && !held.contains(work.getKey()));
        held.forEach(lease -> works.computeIfAbsent(lease, unused -> new Work()));
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
        works.forEach((lease, work) -> {
            if (lease.incident().equals(incident)) {
                work.woken = true;
            }
        });
        time.after(Duration.ZERO, this::startDue);
    }

    private void startDue() {
        if (!isAlive()) {
            return;
        }
        works.forEach((lease, work) -> {
            if (!work.running && (work.woken || work.dueNanos - time.nanos() <= 0)) {
                work.running = true;
                work.woken = false;
                crew.execute(() -> pass(lease, work));
            }
        });
    }

    private void pass(Lease lease, Work work) {
        Duration pause = AFTER_TROUBLE;
        try {
            Optional<Duration> again = rounds.pass(lease);
            if (again.isEmpty()) {
                works.remove(lease);
                return;
            }
            pause = again.get();
        } catch (DatabaseException e) {
            // it is decided anew when the database is back, or has no conflict
        } catch (InterruptedException e) {
            return; // killed
        } catch (RuntimeException e) {
            mistake.accept(e);
        }
        work.running = false;
        work.dueNanos = time.nanos() + pause.toNanos();
        time.after(pause, this::startDue);
    }
}
