// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.Urgency;
import io.migawari.controller.store.Crew;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.Leases;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who may act when, with a database that measures leases by a clock of its own. */
class LeaseKeeperTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** A clock that people set, and one that goes on; whoever asks the first one here has asked the wrong one. */
    private static final class Steady implements Time {
        private long nanos;

        @Override
        public Instant now() {
            throw new AssertionError("leases do not depend on the wall clock, which jumps");
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void sleep(Duration duration) {
            nanos += duration.toNanos();
        }
    }

    /** One open incident in a database; its clock goes as the controllers' do, unless one of them is stalled. */
    private static final class Table implements Leases<Lease> {
        private final IncidentId incident = IncidentId.random();
        private final SegmentId segment = SegmentId.random();
        private Duration now = Duration.ZERO;
        private String owner = "";
        private long epoch;
        private Duration until = Duration.ZERO.minusNanos(1);
        private Runnable beforeTheAnswer = () -> {};

        private Lease lease() {
            return new Lease(incident, owner, epoch, segment, Urgency.HOST);
        }

        @Override
        public List<Lease> claim(String who, Duration lasting) {
            if (until.compareTo(now) >= 0) {
                return List.of();
            }
            epoch++;
            owner = who;
            until = now.plus(lasting);
            return List.of(lease());
        }

        @Override
        public List<Lease> renew(String who, Duration lasting) {
            if (!who.equals(owner) || until.compareTo(now) < 0) {
                beforeTheAnswer.run();
                return List.of();
            }
            until = now.plus(lasting);
            List<Lease> prolonged = List.of(lease());
            beforeTheAnswer.run();
            return prolonged;
        }

        @Override
        public void release(String who) {
            if (who.equals(owner)) {
                until = now.minusNanos(1);
            }
        }

        @Override
        public boolean isHeld(Lease lease) {
            return lease.equals(lease()) && until.compareTo(now) >= 0;
        }
    }

    private final Table table = new Table();
    private final Steady clock = new Steady();
    private final Steady otherClock = new Steady();
    private final LeaseKeeper<IncidentId, Lease> one = new LeaseKeeper<>(table, "one/1", clock);
    private final LeaseKeeper<IncidentId, Lease> other = new LeaseKeeper<>(table, "other/1", otherClock);

    private void pass(Duration time) {
        passWhileOneIsFrozen(time);
        clock.sleep(time);
    }

    /** As a machine is that its hypervisor has paused: its own clocks know nothing of it. */
    private void passWhileOneIsFrozen(Duration time) {
        table.now = table.now.plus(time);
        otherClock.sleep(time);
    }

    @Test
    void aLeaseIsCertainUntilAWhileBeforeOthersMayTakeIt() {
        Lease lease = one.claim().get(0);

        pass(Lease.LASTING.minus(LeaseKeeper.MARGIN).minusMillis(1));
        assertThat(one.holds(lease)).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(one.holds(lease)).isFalse();
        assertThat(one.certain()).isEmpty();
        assertThat(other.claim()).isEmpty();
    }

    @Test
    void theTimeOfALeaseCountsFromBeforeItsRenewalWasSent() {
        Lease lease = one.claim().get(0);
        table.beforeTheAnswer = () -> pass(Duration.ofSeconds(4));

        one.renew();

        assertThat(one.holds(lease)).isTrue();
        pass(SECOND);
        assertThat(one.holds(lease)).isFalse();
    }

    @Test
    void aControllerThatWasStalledHoldsNothingUntilTheDatabaseHasSaidSo() {
        Lease lease = one.claim().get(0);
        pass(Duration.ofMinutes(5));

        assertThat(one.holds(lease)).isFalse();
        one.renew(); // nobody else has come meanwhile; still, what it was at is not under way any more
        assertThat(one.certain()).isEmpty();
        Lease again = one.claim().get(0);
        assertThat(again.epoch()).isEqualTo(lease.epoch() + 1);
        assertThat(one.holds(lease)).isFalse();
        assertThat(one.holds(again)).isTrue();

        pass(Duration.ofMinutes(5));
        Lease taken = other.claim().get(0);
        one.renew();
        assertThat(one.certain()).isEmpty();
        assertThat(other.holds(taken)).isTrue();
    }

    /** For this the database is asked as well before anything is done outside. */
    @Test
    void aControllerOnAMachineThatWasPausedIsRefutedByTheDatabaseAlone() {
        Lease lease = one.claim().get(0);
        passWhileOneIsFrozen(Duration.ofMinutes(5));
        other.claim();

        assertThat(one.holds(lease)).isTrue();
        assertThat(table.isHeld(lease)).isFalse();
    }

    @Test
    void whatIsClaimedWhileARenewalIsOnItsWayIsKept() {
        table.beforeTheAnswer = () -> {
            pass(Duration.ofMillis(1));
            one.claim();
        };

        one.renew();

        assertThat(one.certain()).containsExactly(table.lease());
    }

    @Test
    void whatEndsWhileARenewalIsOnItsWayIsNotWorkedOnAgain() {
        Lease lease = one.claim().get(0);
        pass(SECOND);
        table.beforeTheAnswer = () -> one.forget(lease);

        one.renew();

        assertThat(one.certain()).isEmpty();
    }

    @Test
    void whatIsGivenBackIsNobodysAtOnce() {
        Lease lease = one.claim().get(0);

        one.releaseAll();

        assertThat(one.holds(lease)).isFalse();
        assertThat(other.claim()).hasSize(1);
    }

    /**
     * The sum of docs/decisions/0020: the last renewal of a controller that dies, the next look of another one, and what is left
     * for the database, one pass and Nova.
     */
    @Test
    void aDeadControllersIncidentIsTakenOverWithTimeToSpare() {
        Duration forTheDatabaseAndTheFirstPass = Duration.ofSeconds(3);
        assertThat(Lease.LASTING.plus(WorkLoop.CLAIM_EVERY).plus(forTheDatabaseAndTheFirstPass))
                .isLessThanOrEqualTo(Crew.TAKEN_OVER_WITHIN);
        assertThat(LeaseKeeper.RENEWAL.multipliedBy(2))
                .as("two renewals in a row may fail before a living controller stops")
                .isLessThan(Lease.LASTING.minus(LeaseKeeper.MARGIN));

        var random = new Random(20261121);
        for (int round = 0; round < 200; round++) {
            one.claim();
            pass(Duration.ofMillis(random.nextInt(2000)));
            one.renew();
            Duration dies = table.now;
            // the other one looks each second, whenever that is
            pass(Duration.ofMillis(random.nextInt(1000)));
            List<Lease> taken = other.claim();
            while (taken.isEmpty()) {
                pass(WorkLoop.CLAIM_EVERY);
                boolean isSureTooLong = !one.certain().isEmpty() && table.until.compareTo(table.now) < 0;
                assertThat(isSureTooLong).isFalse();
                taken = other.claim();
            }
            assertThat(table.now.minus(dies)).isLessThanOrEqualTo(Lease.LASTING.plus(WorkLoop.CLAIM_EVERY));
            assertThat(one.certain()).isEmpty();
            other.releaseAll();
        }
    }
}
