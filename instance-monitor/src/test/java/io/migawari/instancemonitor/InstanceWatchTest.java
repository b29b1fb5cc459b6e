// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.YamlFile;
import io.migawari.instancemonitor.InstanceMonitorSettings.Watched;
import io.migawari.instancemonitor.InstanceMonitorSettings.Whose;
import io.migawari.instancemonitor.agent.AgentRounds;
import io.migawari.instancemonitor.agent.AgentSettings;
import io.migawari.instancemonitor.agent.GuestAgents.Answer;
import io.migawari.instancemonitor.domain.Domain;
import io.migawari.instancemonitor.domain.Sign;
import io.migawari.instancemonitor.judgement.Judge;
import io.migawari.instancemonitor.judgement.ReportTable;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.settings.SpoolSettings;
import io.migawari.monitor.spool.Spool;
import io.migawari.monitor.spool.ToldFacts;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The watch against a scripted hypervisor: what is reported, and what never is, over gaps, ends and hangs. */
class InstanceWatchTest {

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-20T22:00:00Z"));
    private ScriptedHypervisor libvirt = new ScriptedHypervisor(time);
    private final List<Notification> reports = new ArrayList<>();
    private final Set<String> silentAgents = new HashSet<>();
    private Consumer<Notification> report = reports::add;
    private String boot = "boot-1";
    private Watched watched = Watched.NOVA;
    private Optional<AgentRounds> agents = Optional.empty();
    private Spool spool;
    private InstanceWatch watch;

    @BeforeEach
    void start() throws IOException {
        spool = Spool.open(new SpoolSettings(directory, 100, 100));
        watch = new InstanceWatch(
                "compute1",
                boot,
                libvirt,
                new InstanceWatch.Rules(
                        new Judge(YamlFile.readText("t.yaml", "", Map.of(), ReportTable::read), Duration.ofMinutes(1)),
                        new Whose(watched, "instance-[0-9a-f]{8}"),
                        Duration.ofMinutes(1)),
                agents,
                ToldFacts.beside(spool),
                notification -> report.accept(notification),
                time);
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    /** What happens meanwhile happens to the same machine. */
    private void another() throws IOException {
        stop();
        libvirt.comesBack();
        start();
    }

    private void seconds(int seconds) throws InterruptedException {
        Instant end = time.now().plusSeconds(seconds);
        while (time.now().isBefore(end)) {
            watch.turn(Duration.ofSeconds(1));
        }
    }

    private List<String> reported() {
        List<String> told = reports.stream()
                .map(n -> Integer.parseInt(n.payload().get("instance_uuid").substring(24)) + " "
                        + n.payload().get("vir_domain_event"))
                .toList();
        reports.clear();
        return told;
    }

    @Test
    void aDeathIsReportedAsMasakariTakesItWithItsEvidence() throws InterruptedException {
        libvirt.is(1, Sign.RUNS);
        seconds(5);
        libvirt.becomes(1, Sign.STOPPED_FAILED);
        seconds(120);

        assertThat(reports).hasSize(1);
        Notification dead = reports.get(0);
        assertThat(dead.type()).isEqualTo(Notification.Type.VM);
        assertThat(dead.host()).isEqualTo("compute1");
        assertThat(dead.payload())
                .isEqualTo(Map.of(
                        "event", "LIFECYCLE",
                        "vir_domain_event", "STOPPED_FAILED",
                        "instance_uuid", "00000000-0000-4000-8000-000000000001"));
        assertThat(dead.evidence())
                .containsEntry("seen", "event STOPPED_FAILED")
                .containsEntry("found_by", "event")
                .containsEntry("domain", "instance-00000001")
                .containsEntry("seen_by_boot", "boot-1");
    }

    @Test
    void aDeathWhileLibvirtIsAwayIsFoundByALookEvenIfItShowsItselfOnlySecondsLater() throws InterruptedException {
        libvirt.is(1, Sign.RUNS);
        libvirt.is(2, Sign.RUNS);
        seconds(20);
        libvirt.goesAway();
        libvirt.becomes(1, Sign.STOPPED_FAILED);
        seconds(5);
        assertThat(reported()).isEmpty();
        assertThat(watch.vitals().troubles()).hasSize(1);
        libvirt.comesBack();
        seconds(1);
        assertThat(reported()).containsExactly("1 STOPPED_FAILED");
        assertThat(watch.vitals().troubles()).isEmpty();

        libvirt.is(2, Sign.STOPPED_FAILED);
        seconds(6);
        assertThat(reported()).as("nobody has told of it").containsExactly("2 STOPPED_FAILED");
        seconds(300);
        assertThat(reported()).isEmpty();
    }

    @Test
    void aDeathWhileTheMonitorIsDownIsFoundByTheNextOne() throws Exception {
        libvirt.is(1, Sign.RUNS);
        seconds(20);
        libvirt.is(1, Sign.STOPPED_FAILED);
        another();
        seconds(5);
        assertThat(reported()).containsExactly("1 STOPPED_FAILED");
        another();
        seconds(120);
        assertThat(reported()).isEmpty();
    }

    @Test
    void whatWasOffOrGoneWhenWatchingBeganIsNoLoss() throws Exception {
        libvirt.is(1, Sign.STOPPED_FAILED);
        libvirt.is(2, Sign.RUNS);
        libvirt.is(3, Sign.RUNS);
        seconds(20);
        libvirt.isGone(2);
        libvirt.is(3, Sign.STOPPED_DESTROYED);
        another();
        seconds(120);
        assertThat(reported()).isEmpty();
    }

    @Test
    void aKillBetweenKnowingAndTellingLosesNothingAndTellsNothingTwice() throws Exception {
        libvirt.is(1, Sign.RUNS);
        seconds(20);
        report = notification -> {
            throw new IllegalStateException("killed");
        };
        libvirt.becomes(1, Sign.STOPPED_FAILED);
        Instant died = time.now();
        assertThatThrownBy(() -> seconds(1)).hasMessage("killed");

        report = reports::add;
        time.advance(Duration.ofSeconds(7));
        another();
        seconds(30);
        assertThat(reports).hasSize(1).allMatch(n -> n.generatedTime().equals(died));
        String id = reports.get(0).id();
        reports.clear();

        report = notification -> {
            reports.add(notification);
            throw new IllegalStateException("killed");
        };
        libvirt.becomes(1, Sign.RUNS);
        seconds(1);
        libvirt.becomes(1, Sign.STOPPED_FAILED);
        assertThatThrownBy(() -> seconds(1)).hasMessage("killed");
        report = reports::add;
        time.advance(Duration.ofSeconds(7));
        another();
        seconds(30);
        assertThat(reports.stream().map(Notification::id).distinct())
                .as("told again, as the same")
                .hasSize(1)
                .doesNotContain(id);
    }

    @Test
    void aBootOfTheMachineIsNotTheDeathOfEachInstance() throws Exception {
        libvirt.is(1, Sign.RUNS);
        libvirt.is(2, Sign.RUNS);
        seconds(20);
        libvirt.is(1, Sign.STOPPED_UNKNOWN);
        libvirt.is(2, Sign.STOPPED_FAILED);
        boot = "boot-2";
        another();
        seconds(120);
        assertThat(reported()).isEmpty();

        libvirt.becomes(1, Sign.RUNS);
        libvirt.becomes(1, Sign.STOPPED_FAILED);
        seconds(1);
        assertThat(reported()).as("of this boot").containsExactly("1 STOPPED_FAILED");
    }

    @Test
    void fiftyDeathsAtOnceAreFiftyReports() throws InterruptedException {
        for (int i = 1; i <= 50; i++) {
            libvirt.is(i, Sign.RUNS);
        }
        seconds(20);
        for (int i = 1; i <= 50; i++) {
            libvirt.becomes(i, Sign.STOPPED_FAILED);
        }
        seconds(120);
        assertThat(reported()).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void eventsThatWereMissedAreMadeUpForByALook() throws InterruptedException {
        libvirt.is(1, Sign.RUNS);
        seconds(30);
        libvirt.is(1, Sign.STOPPED_FAILED);
        libvirt.misses();
        watch.turn(Duration.ofSeconds(1));
        assertThat(reported()).containsExactly("1 STOPPED_FAILED");
    }

    @Test
    void aPanicThatLeavesTheGuestAsItIsIsFoundASecondLater() throws InterruptedException {
        libvirt.is(1, Sign.RUNS);
        seconds(60);
        libvirt.tells(1, Sign.PANICS);
        libvirt.is(1, Sign.CRASHED_PANICKED);
        seconds(2);
        assertThat(reported()).containsExactly("1 CRASHED_PANICKED");
    }

    @Test
    void onlyNovasDomainsAreWatchedUnlessTheSiteWantsAll() throws Exception {
        var novas = new Domain("00000000-0000-4000-8000-000000000007", "web");
        var foreign = new Domain("00000000-0000-4000-8000-000000000008", "backup");
        libvirt.belongsToNova(novas.uuid(), true);
        libvirt.belongsToNova(foreign.uuid(), false);
        libvirt.is(novas, Sign.RUNS);
        libvirt.is(foreign, Sign.RUNS);
        seconds(5);
        libvirt.is(novas, Sign.STOPPED_FAILED);
        libvirt.is(foreign, Sign.STOPPED_FAILED);
        seconds(10);
        assertThat(reported()).containsExactly("7 STOPPED_FAILED");

        watched = Watched.ALL;
        libvirt.is(foreign, Sign.RUNS);
        another();
        seconds(5);
        libvirt.is(foreign, Sign.STOPPED_FAILED);
        seconds(10);
        assertThat(reported()).containsExactly("8 STOPPED_FAILED");
    }

    @Test
    void whoseADomainIsMayBeFoundOutLater() throws InterruptedException {
        var late = new Domain("00000000-0000-4000-8000-000000000009", "late");
        libvirt.hangs(true);
        libvirt.tells(late, Sign.RUNS);
        libvirt.tells(late, Sign.STOPPED_FAILED);
        seconds(5);
        assertThat(reported()).isEmpty();

        libvirt.is(late, Sign.STOPPED_FAILED);
        libvirt.belongsToNova(late.uuid(), true);
        libvirt.hangs(false);
        seconds(5);
        assertThat(reported()).containsExactly("9 STOPPED_FAILED");
    }

    @Test
    void whatIsSeenOfADeathBeforeItIsHeardOfIsOneReport() throws InterruptedException {
        libvirt.is(1, Sign.RUNS);
        seconds(3);
        libvirt.is(1, Sign.STOPPED_FAILED);
        seconds(10);
        libvirt.tells(1, Sign.STOPPED_CRASHED);
        seconds(10);
        assertThat(reported()).containsExactly("1 STOPPED_FAILED");
    }

    @Test
    void aGuestThatGoesBeforeItsEndIsHeardOfIsReported() throws InterruptedException {
        libvirt.is(1, Sign.RUNS);
        seconds(30);
        libvirt.isGone(1);
        libvirt.misses();
        watch.turn(Duration.ofSeconds(1));
        libvirt.tells(1, Sign.STOPPED_FAILED);
        seconds(1);
        assertThat(reported()).containsExactly("1 STOPPED_FAILED");
    }

    @Test
    void anAgentThatFallsSilentIsReportedWhileTheGuestRuns() throws Exception {
        agents = Optional.of(new AgentRounds(
                new AgentSettings(true, Duration.ofSeconds(5), Duration.ofSeconds(2), 2),
                (uuid, most) -> silentAgents.contains(uuid) ? Answer.SILENT : Answer.ANSWERED,
                Runnable::run,
                time));
        another();
        libvirt.is(1, Sign.RUNS);
        libvirt.is(2, Sign.RUNS);
        seconds(20);
        silentAgents.add(ScriptedHypervisor.domain(1).uuid());
        silentAgents.add(ScriptedHypervisor.domain(2).uuid());
        libvirt.becomes(2, Sign.PAUSED);
        seconds(120);

        assertThat(reports).hasSize(1);
        assertThat(reports.get(0).payload())
                .containsEntry("event", "QEMU_GUEST_AGENT_ERROR")
                .containsEntry("vir_domain_event", "STOPPED_FAILED");
        assertThat(reported()).as("a guest that stands still is not asked").containsExactly("1 STOPPED_FAILED");
    }

    @Test
    void rulesThatAreReadAgainCountFromTheNextEvent() throws InterruptedException {
        libvirt.is(1, Sign.RUNS);
        seconds(5);
        watch.change(new InstanceWatch.Rules(
                new Judge(
                        YamlFile.readText("t.yaml", "stopped-destroyed: report", Map.of(), ReportTable::read),
                        Duration.ofMinutes(1)),
                new Whose(Watched.NOVA, "instance-.*"),
                Duration.ofMinutes(1)));
        libvirt.becomes(1, Sign.STOPPED_DESTROYED);
        seconds(1);
        assertThat(reported()).containsExactly("1 STOPPED_DESTROYED");
    }
}
