// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.monitor.controller.Outcome;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.settings.SpoolSettings;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CourierTest {

    private static final Outcome AWAY = new Outcome.TryLater("away", true, Optional.empty());
    private static final Outcome THIS_ONE = new Outcome.TryLater("trouble", false, Optional.empty());

    private final ManualTime time = new ManualTime(Instant.EPOCH);
    private final FaultyDisk disk = new FaultyDisk();
    private final List<Notification> attempts = new ArrayList<>();
    private Function<Notification, Outcome> controller = notification -> new Outcome.Delivered();
    private Spool spool;
    private Courier courier;

    @BeforeEach
    void open() throws IOException {
        spool = Spool.open(new SpoolSettings(Path.of("unused"), 1000, 1000), disk, List.of());
        courier = new Courier(
                spool,
                notification -> {
                    attempts.add(notification);
                    return controller.apply(notification);
                },
                Duration.ofSeconds(30),
                new Random(1),
                time);
    }

    private void pass(Duration duration) {
        Duration left = duration;
        for (int steps = 0; steps < 10_000; steps++) {
            Duration pause = courier.step();
            if (pause.isZero()) {
                continue;
            }
            if (pause.compareTo(left) > 0) {
                time.advance(left);
                return;
            }
            time.advance(pause);
            left = left.minus(pause);
        }
        throw new AssertionError("no end of steps");
    }

    @Test
    void whatIsInTheSpoolIsDeliveredAtOnceInItsOrder() {
        var one = Report.stopped("compute2", 1);
        var two = Report.started("compute2", 2);
        spool.append(one);
        spool.append(two);
        pass(Duration.ZERO);

        assertThat(attempts).containsExactly(one, two);
        assertThat(disk.files).isEmpty();
    }

    @Test
    void aNotificationThatIsStuckHoldsUpItsOwnHostOnly() {
        controller = n -> n.host().equals("compute2") ? THIS_ONE : new Outcome.Delivered();
        spool.append(Report.stopped("compute2", 1));
        spool.append(Report.stopped("compute3", 2));
        spool.append(Report.started("compute2", 3));
        spool.append(Report.started("compute3", 4));
        pass(Duration.ofMinutes(5));

        assertThat(attempts)
                .filteredOn(n -> n.host().equals("compute3"))
                .containsExactly(Report.stopped("compute3", 2), Report.started("compute3", 4));
        assertThat(attempts)
                .filteredOn(n -> n.host().equals("compute2"))
                .hasSizeBetween(10, 25)
                .containsOnly(Report.stopped("compute2", 1));
        controller = n -> new Outcome.Delivered();
        pass(Duration.ofSeconds(31));
        assertThat(attempts).endsWith(Report.stopped("compute2", 1), Report.started("compute2", 3));
    }

    @Test
    void aControllerThatIsAwayIsAskedOnceForAllHosts() {
        controller = n -> AWAY;
        for (int i = 0; i < 50; i++) {
            spool.append(Report.stopped("compute" + i, i));
        }
        pass(Duration.ofMinutes(5));

        assertThat(attempts).hasSizeBetween(10, 25);
        assertThat(courier.state().trouble()).contains("away");
        attempts.clear();
        controller = n -> new Outcome.Delivered();
        pass(Duration.ofSeconds(31));
        assertThat(attempts).hasSize(50);
        assertThat(courier.state().trouble()).isEmpty();
    }

    @Test
    void pausesGrowUpToTheLongestAndAreJittered() {
        var pauses = new Pauses(Duration.ofSeconds(30), new Random(7));
        for (int failures = 1; failures < 100; failures++) {
            long whole = Math.min(30_000, 1000L << Math.min(failures - 1, 20));
            assertThat(pauses.after(failures).toMillis()).isBetween(whole / 2 - 1, whole);
        }
        assertThat(List.of(pauses.after(9), pauses.after(9), pauses.after(9))).doesNotHaveDuplicates();
    }

    @Test
    void theControllersWishForALongerPauseIsGrantedWithinReason() {
        Map<String, Integer> tries = new HashMap<>();
        controller = n -> tries.merge(n.host(), 1, Integer::sum) == 1
                ? new Outcome.TryLater("busy", true, Optional.of(Duration.ofSeconds(20)))
                : new Outcome.Delivered();
        spool.append(Report.stopped("compute2", 1));
        pass(Duration.ofSeconds(19));
        assertThat(attempts).hasSize(1);
        pass(Duration.ofSeconds(2));
        assertThat(attempts).hasSize(2);

        tries.clear();
        controller = n -> tries.merge(n.host(), 1, Integer::sum) == 1
                ? new Outcome.TryLater("busy", true, Optional.of(Duration.ofDays(1)))
                : new Outcome.Delivered();
        spool.append(Report.stopped("compute3", 1));
        pass(Duration.ofSeconds(61));
        assertThat(disk.files).isEmpty();
    }

    @Test
    void whatIsRefusedDoesNotHoldUpWhatFollows() {
        controller =
                n -> n.payload().containsValue("STOPPED") ? new Outcome.Refused(400, "no") : new Outcome.Delivered();
        spool.append(Report.stopped("compute2", 1));
        spool.append(Report.started("compute2", 2));
        pass(Duration.ZERO);

        assertThat(spool.state().refused()).isEqualTo(1);
        assertThat(spool.state().delivered()).isEqualTo(1);
        assertThat(disk.aside).hasSize(1);
    }

    @Test
    void whatTheControllerKnowsAlreadyIsDone() {
        controller = n -> new Outcome.AlreadyKnown("duplicate");
        spool.append(Report.stopped("compute2", 1));
        pass(Duration.ZERO);

        assertThat(disk.files).isEmpty();
        assertThat(attempts).hasSize(1);
    }

    /** Random reports and answers, and a disk that is full now and then: nothing is lost, nothing overtakes. */
    @Test
    void inEveryWalkEveryNotificationArrivesInTheOrderOfItsHost() throws IOException {
        for (long seed = 0; seed < 300; seed++) {
            disk.files.clear();
            disk.full = false;
            open();
            var random = new Random(seed);
            List<Notification> arrived = new ArrayList<>();
            Map<String, List<Notification>> appended = new HashMap<>();
            controller = n -> switch (random.nextInt(4)) {
                case 0 -> AWAY;
                case 1 -> THIS_ONE;
                case 2 -> {
                    arrived.add(n);
                    yield THIS_ONE; // it has arrived, and the answer was lost
                }
                default -> {
                    arrived.add(n);
                    yield new Outcome.Delivered();
                }
            };
            for (int i = 0; i < 60; i++) {
                var notification = Report.instance("compute" + random.nextInt(3), i);
                appended.computeIfAbsent(notification.host(), h -> new ArrayList<>())
                        .add(notification);
                disk.full = random.nextInt(5) == 0;
                spool.append(notification);
                pass(Duration.ofMillis(random.nextInt(3000)));
            }
            disk.full = false;
            controller = n -> {
                arrived.add(n);
                return new Outcome.Delivered();
            };
            pass(Duration.ofMinutes(2));

            appended.forEach((host, all) -> assertThat(
                            arrived.stream().distinct().filter(n -> n.host().equals(host)))
                    .as("host " + host)
                    .containsExactlyElementsOf(all));
            assertThat(disk.files).as("seed " + seed).isEmpty();
        }
    }
}
