// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.hostmonitor.judgement.Judge;
import io.migawari.hostmonitor.membership.Fencing;
import io.migawari.hostmonitor.membership.SeenHost;
import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.hostmonitor.membership.Standing;
import io.migawari.hostmonitor.pacemaker.Sample;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.settings.SpoolSettings;
import io.migawari.monitor.spool.Spool;
import io.migawari.monitor.spool.ToldFacts;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The watch against a scripted membership: what is reported, when, and what never is. */
class HostWatchTest {

    private static final HostNames SAME = new HostNames(HostNames.Rule.SAME, "", Map.of(), Set.of());
    private static final Instant START = Instant.parse("2026-11-20T22:00:00Z");

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime(START);
    private final List<Notification> reports = new ArrayList<>();
    private final Deque<Sighting> script = new ArrayDeque<>();
    private Sighting now = new Sighting.CannotSee("nothing yet");
    private Judge judge = new Judge(false, 3);
    private HostNames names = SAME;
    private Spool spool;
    private HostWatch watch;

    @BeforeEach
    void start() throws IOException {
        spool = Spool.open(new SpoolSettings(directory, 100, 100));
        watch = new HostWatch(
                () -> script.isEmpty() ? now : script.remove(),
                new HostWatch.Rules(judge, names),
                ToldFacts.beside(spool),
                reports::add,
                "boot-1",
                time);
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    private void restart() throws IOException {
        stop();
        start();
    }

    private void seeFor(int rounds, Sighting sighting) throws InterruptedException {
        now = sighting;
        for (int i = 0; i < rounds; i++) {
            watch.round();
            time.advance(Duration.ofSeconds(1));
        }
    }

    /** Host, event and host_status of what was reported since the last call. */
    private List<String> reported() {
        List<String> told = reports.stream()
                .map(n -> n.host() + " " + n.payload().get("event") + " "
                        + n.payload().get("host_status"))
                .toList();
        reports.clear();
        return told;
    }

    private static Sighting sample(String name) {
        return Sample.seen(name, "compute1");
    }

    @Test
    void aHostIsReportedWhenItIsFencedWithTheTimeAndProofOfIt() throws InterruptedException {
        seeFor(3, sample("01-all-online"));
        assertThat(reported()).as("nobody was told otherwise").isEmpty();
        seeFor(3, sample("08-crash-unclean"));
        seeFor(3, sample("08-crash-unclean-fencing-failed"));
        assertThat(reported()).as("unreachable is not dead").isEmpty();
        now = sample("09-crash-fenced");
        watch.round();

        Notification stopped = reports.get(0);
        assertThat(reported()).containsExactly("compute2 STOPPED NORMAL");
        assertThat(stopped.generatedTime()).isEqualTo(Instant.parse("2026-11-20T22:06:20Z"));
        assertThat(stopped.evidence())
                .containsEntry("fenced_at", "2026-11-20T22:06:20Z")
                .containsEntry("fenced_by", "compute3")
                .containsEntry("fence_action", "off")
                .containsEntry("quorum", "true")
                .containsEntry("seen_by", "compute1")
                .containsEntry("seen_by_boot", "boot-1");

        seeFor(5, sample("09-crash-fenced"));
        assertThat(reported()).as("once").isEmpty();
        seeFor(5, sample("10-back-online"));
        assertThat(reported()).containsExactly("compute2 STARTED NORMAL");
    }

    @Test
    void afterARestartThePresentStateIsToldWithTheSameTimes() throws Exception {
        seeFor(1, sample("01-all-online"));
        seeFor(1, sample("09-crash-fenced"));
        List<String> before = reports.stream().map(Notification::id).toList();
        reports.clear();
        time.advance(Duration.ofHours(1));

        restart();
        seeFor(2, sample("09-crash-fenced"));

        assertThat(reports)
                .extracting(Notification::id)
                .as("known to the controller already")
                .containsExactlyElementsOf(before);
        assertThat(reported()).containsExactly("compute2 STOPPED NORMAL");

        seeFor(1, sample("10-back-online"));
        before = reports.stream().map(Notification::id).toList();
        assertThat(reported()).containsExactly("compute2 STARTED NORMAL");
        restart();
        seeFor(2, sample("10-back-online"));
        assertThat(reports).extracting(Notification::id).containsExactlyElementsOf(before);
        assertThat(reported()).containsExactly("compute2 STARTED NORMAL");
    }

    @Test
    void aReturnOfLongAgoIsNotToldAgain() throws Exception {
        seeFor(1, sample("09-crash-fenced"));
        seeFor(1, sample("10-back-online"));
        reported();
        time.advance(Duration.ofDays(2));
        restart();
        seeFor(2, sample("10-back-online"));
        restart();
        seeFor(2, sample("10-back-online"));

        assertThat(reported()).isEmpty();
    }

    @Test
    void aHostThatReturnedWhileNobodyWatchedIsReported() throws Exception {
        seeFor(1, sample("09-crash-fenced"));
        restart();
        reported();
        seeFor(1, sample("10-back-online"));

        assertThat(reported()).containsExactly("compute2 STARTED NORMAL");
    }

    @Test
    void aHostThatDiedWhileNobodyWatchedIsReported() throws Exception {
        seeFor(1, sample("01-all-online"));
        restart();
        reported();
        seeFor(1, sample("09-crash-fenced"));

        assertThat(reported()).contains("compute2 STOPPED NORMAL");
    }

    @Test
    void whoSeesTheSameFencingTellsItWithTheSameIdentity() throws Exception {
        seeFor(1, Sample.seen("09-crash-fenced", "compute1"));
        String one = reports.get(0).id();
        reports.clear();
        time.advance(Duration.ofSeconds(7));
        stop();
        directory = directory.resolve("other");
        start();
        seeFor(1, Sample.seen("09-crash-fenced", "compute3"));

        assertThat(reports)
                .filteredOn(n -> n.host().equals("compute2"))
                .extracting(Notification::id)
                .containsExactly(one);
    }

    @Test
    void aMinorityABlindMonitorAndMaintenanceReportNobody() throws InterruptedException {
        seeFor(1, sample("01-all-online"));
        reported();
        seeFor(5, Sample.seen("11-partition-minority", "compute3"));
        seeFor(5, sample("14-quorum-lost-no-stonith"));
        seeFor(5, new Sighting.CannotSee("crm_mon ends with 102"));
        seeFor(5, sample("04-maintenance-cluster"));
        seeFor(5, sample("05-pacemaker-stopped-seen-by-peer"));
        seeFor(5, sample("06-corosync-stopped-seen-by-peer"));
        seeFor(5, sample("11-partition-majority"));
        seeFor(5, sample("12-healed-unfenced"));

        assertThat(reported()).isEmpty();
    }

    @Test
    void aHostIsWellAsLongAsItIsAFullMemberOfASideWithQuorum() throws InterruptedException {
        assertThat(watch.wellAs()).isEmpty();
        seeFor(1, sample("01-all-online"));
        assertThat(watch.wellAs()).contains("compute1");
        seeFor(1, new Sighting.CannotSee("crm_mon ends with 102"));
        assertThat(watch.wellAs()).isEmpty();
        seeFor(1, Sample.seen("11-partition-minority", "compute3"));
        assertThat(watch.wellAs()).isEmpty();
        seeFor(1, Sample.seen("09-crash-fenced", "compute2"));
        assertThat(watch.wellAs()).isEmpty();
        seeFor(1, sample("09-crash-fenced"));
        assertThat(watch.wellAs()).contains("compute1");
    }

    @Test
    void aMonitorOnAHostThatIsNotItselfAMemberReportsNobody() throws InterruptedException {
        seeFor(3, Sample.seen("09-crash-fenced", "compute2"));
        seeFor(3, Sample.seen("09-crash-fenced", "stranger"));

        assertThat(reported()).isEmpty();
    }

    @Test
    void whatASecondLookDoesNotShowIsNotReportedYet() throws InterruptedException {
        seeFor(1, sample("01-all-online"));
        reported();
        script.add(sample("09-crash-fenced"));
        script.add(new Sighting.CannotSee("just now"));
        watch.round();
        script.add(sample("09-crash-fenced"));
        script.add(Sample.seen("11-partition-minority", "compute3"));
        watch.round();
        script.add(sample("09-crash-fenced"));
        script.add(sample("10-back-online"));
        watch.round();
        assertThat(reported()).isEmpty();

        seeFor(1, sample("09-crash-fenced"));
        assertThat(reported()).containsExactly("compute2 STOPPED NORMAL");
    }

    @Test
    void withoutFencingALostHostIsReportedOnlyIfTheSiteSaysSoAndThenAsUnconfirmed() throws Exception {
        seeFor(20, sample("13-crash-no-stonith"));
        assertThat(reported()).isEmpty();

        judge = new Judge(true, 3);
        restart();
        Instant first = time.now();
        seeFor(2, sample("13-crash-no-stonith"));
        seeFor(1, new Sighting.CannotSee("a moment"));
        seeFor(2, sample("13-crash-no-stonith"));
        assertThat(reported()).as("the row was broken").isEmpty();
        seeFor(1, sample("13-crash-no-stonith"));
        assertThat(reports.get(0).generatedTime()).isEqualTo(first.plusSeconds(3));
        assertThat(reported()).containsExactly("compute2 STOPPED UNKNOWN");
        seeFor(5, sample("13-crash-no-stonith"));
        assertThat(reported()).isEmpty();
        seeFor(1, sample("01-all-online"));
        assertThat(reported()).containsExactly("compute2 STARTED NORMAL");
    }

    @Test
    void aDeadRemoteIsReportedWhenItIsFencedAndNotWhileTheClusterCallsItOnline() throws InterruptedException {
        seeFor(1, sample("16-remote-online"));
        reported();
        seeFor(3, sample("17-remote-crash-unclean"));
        seeFor(17, sample("18-remote-dead-unfenced-shown-online"));
        assertThat(reported()).isEmpty();
        seeFor(3, sample("19-remote-crash-fenced"));
        assertThat(reported()).containsExactly("remote2 STOPPED NORMAL");
    }

    @Test
    void anOldFencingIsNoProofAboutALaterAbsence() throws Exception {
        seeFor(1, sample("10-back-online"));
        restart();
        reported();
        // The very same fencing, and the host gone again without one of its own.
        seeFor(5, sample("09-crash-fenced"));

        assertThat(reported()).doesNotContain("compute2 STOPPED NORMAL");
    }

    private static Sighting with(Standing standing, String fencedAt) {
        return new Sighting.Partition(
                "compute1",
                true,
                true,
                false,
                Map.of(
                        "compute1", new SeenHost(Standing.ONLINE, Optional.empty(), "it is us"),
                        "compute2",
                                new SeenHost(
                                        standing,
                                        Optional.of(new Fencing("off", Instant.parse(fencedAt), "compute3")),
                                        "as told")));
    }

    @Test
    void aFencingThatIsNotedASecondLaterElsewhereIsTheSame() throws Exception {
        seeFor(2, with(Standing.FENCED, "2026-11-20T22:00:01Z"));
        String one = reports.get(0).id();
        assertThat(reported()).containsExactly("compute2 STOPPED NORMAL");
        seeFor(2, with(Standing.FENCED, "2026-11-20T22:00:02Z"));
        assertThat(reported())
                .as("after our own node has read another's history")
                .isEmpty();
        restart();
        seeFor(2, with(Standing.FENCED, "2026-11-20T22:00:02Z"));
        assertThat(reports).extracting(Notification::id).containsExactly(one);
        reported();

        seeFor(2, with(Standing.ONLINE, "2026-11-20T22:00:01Z"));
        assertThat(reported()).containsExactly("compute2 STARTED NORMAL");
        seeFor(2, with(Standing.FENCED, "2026-11-20T22:00:02Z"));
        assertThat(reported()).as("no new fencing").isEmpty();
        seeFor(2, with(Standing.FENCED, "2026-11-20T22:05:00Z"));
        assertThat(reported()).containsExactly("compute2 STOPPED NORMAL");
    }

    @Test
    void namesAreNovasAndNodesThatAreNoComputeHostsAreNotReported() throws Exception {
        names = new HostNames(
                HostNames.Rule.ADD_DOMAIN, "cloud.example", Map.of("compute2", "nova-two"), Set.of("compute3"));
        restart();
        seeFor(2, sample("09-crash-fenced"));

        assertThat(reported()).containsExactly("nova-two STOPPED NORMAL");
    }

    @Test
    void itIsSettledWhenTheClusterHasShownTheSameForAWhile() throws Exception {
        assertThat(watch.isSettled()).isFalse();
        seeFor(14, sample("01-all-online"));
        assertThat(watch.isSettled()).isFalse();
        seeFor(2, sample("01-all-online"));
        assertThat(watch.isSettled()).isTrue();
        seeFor(1, sample("08-crash-unclean"));
        assertThat(watch.isSettled()).isFalse();
        seeFor(20, new Sighting.CannotSee("the cluster does not run here"));
        assertThat(watch.isSettled()).isFalse();
    }

    /** Random clusters: whatever they do, nothing false is ever said, and what is fenced is always said. */
    @Test
    void inEveryWalkOnlyTheProvedDeadAreCalledDead() throws Exception {
        Path walks = directory;
        for (long seed = 0; seed < 400; seed++) {
            var random = new Random(seed);
            directory = walks.resolve("walk-" + seed);
            judge = new Judge(random.nextInt(4) == 0, 3);
            restart();
            reports.clear();
            Map<String, Standing> standings = new HashMap<>();
            Map<String, Optional<Fencing>> fencings = new HashMap<>();
            for (int i = 1; i <= 5; i++) {
                standings.put("compute" + i, Standing.ONLINE);
                fencings.put("compute" + i, Optional.empty());
            }
            for (int step = 0; step < 60; step++) {
                String host = "compute" + (1 + random.nextInt(5));
                Standing[] all = Standing.values();
                Standing becomes = all[random.nextInt(all.length)];
                if (becomes == Standing.FENCED && standings.get(host) != Standing.FENCED) {
                    fencings.put(host, Optional.of(new Fencing("off", time.now(), "compute5")));
                }
                standings.put(host, becomes);
                boolean quorate = random.nextInt(4) > 0;
                boolean handsOff = random.nextInt(10) == 0;
                boolean blind = random.nextInt(8) == 0;
                Map<String, SeenHost> hosts = new HashMap<>();
                standings.forEach((name, s) -> hosts.put(name, new SeenHost(s, fencings.get(name), s.name())));
                Sighting sighting = blind
                        ? new Sighting.CannotSee("blind")
                        : new Sighting.Partition("compute1", quorate, true, handsOff, hosts);
                if (random.nextInt(15) == 0) {
                    restart();
                }
                reports.clear();
                seeFor(1 + random.nextInt(4), sighting);
                boolean maySpeak = !blind
                        && quorate
                        && !handsOff
                        && standings.get("compute1").runs();
                assertThat(reports.isEmpty() || maySpeak)
                        .as("seed %s step %s", seed, step)
                        .isTrue();
                for (Notification report : reports) {
                    assertThat(report.host()).isNotEqualTo("compute1");
                    Standing is = standings.get(report.host());
                    switch (report.payload().get("event") + " "
                            + report.payload().get("host_status")) {
                        case "STARTED NORMAL" -> assertThat(is).isIn(Standing.ONLINE, Standing.STANDBY);
                        case "STOPPED NORMAL" -> {
                            assertThat(is).isEqualTo(Standing.FENCED);
                            assertThat(report.generatedTime())
                                    .isEqualTo(fencings.get(report.host())
                                            .orElseThrow()
                                            .at());
                        }
                        default -> {
                            assertThat(is).isEqualTo(Standing.LOST_WITHOUT_FENCING);
                            assertThat(judge.reportLost()).isTrue();
                        }
                    }
                }
                if (maySpeak && becomes == Standing.FENCED && !host.equals("compute1")) {
                    restart();
                    reports.clear();
                    seeFor(1, sighting);
                    assertThat(reports)
                            .as("seed %s step %s: told after a restart, if not before", seed, step)
                            .anyMatch(n -> n.host().equals(host) && n.payload().containsValue("STOPPED"));
                }
            }
        }
    }
}
