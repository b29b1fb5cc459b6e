// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.InstanceBefore;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveId;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.WantedState;
import io.migawari.controller.store.Asked;
import io.migawari.controller.store.AuditLine;
import io.migawari.controller.store.DecisionLine;
import io.migawari.controller.store.Milestone;
import io.migawari.controller.store.StoryLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Reports of each kind of incident, held against the files next to this test's resources. With {@code -Ddocs.update=true} they
 * are rewritten; the difference is what to review. The same files are what the command line's pages are made from in its test.
 */
class ReportTest {

    private static final Path FILES = Path.of("src/test/resources/io/migawari/controller/reports");
    private static final Instant OPENED = Instant.parse("2026-11-21T03:00:00.250Z");
    private static final IncidentId ID = IncidentId.parse("0b9c2f0e-6f5c-4a9f-9a4e-2d9b3f6f1c11");
    private static final IncidentId OTHER = IncidentId.parse("70000000-0000-4000-8000-000000000002");
    private static final HostName COMPUTE1 = new HostName("compute1");
    private static final HostName COMPUTE5 = new HostName("compute5");
    private static final Host HOST = new Host(
            1,
            new HostId(UUID.fromString("40000000-0000-4000-8000-000000000001")),
            COMPUTE1,
            new SegmentId(UUID.fromString("60000000-0000-4000-8000-000000000001")),
            "COMPUTE",
            "none",
            false,
            false,
            OPENED,
            Optional.empty());

    private static Instant after(double seconds) {
        return OPENED.plusMillis(Math.round(seconds * 1000));
    }

    private static ServerId server(int number) {
        return ServerId.parse("5e000000-0000-4000-8000-00000000000" + number);
    }

    private static Incident incident(
            IncidentId id, Subject subject, Phase phase, String words, Optional<Gate> gate, double closed) {
        return Incident.opened(id, subject, HOST, words, OPENED)
                .edit()
                .epoch(3)
                .phase(phase)
                .gate(gate)
                .closedAt(phase.isEnd() ? Optional.of(after(closed)) : Optional.empty())
                .done();
    }

    private static Move move(int number, String name, MoveState state, String words, double started, double ended) {
        return new Move(
                MoveId.of(ID, server(number)),
                server(number),
                name,
                number,
                "active",
                WantedState.RUNNING,
                state,
                state == MoveState.SUCCEEDED ? Optional.of(COMPUTE5) : Optional.empty(),
                words,
                state == MoveState.LEFT ? 0 : state == MoveState.FAILED ? 3 : 1,
                0,
                0,
                Optional.empty(),
                state == MoveState.LEFT ? Optional.empty() : Optional.of(after(started)),
                Optional.of(after(ended)));
    }

    private static JournalEntry done(long number, Step step, double at, String requestId) {
        return new JournalEntry(
                number,
                3,
                step,
                after(at),
                Optional.of(new Outcome.Accepted(Optional.of(requestId))),
                Optional.of(after(at + 0.2)));
    }

    private static DecisionLine decision(double at, Phase from, Phase to, Optional<Gate.Kind> gate, String words) {
        return new DecisionLine(
                after(at), "ctl1/4f1c2a77", from, to, gate, words, 1, Map.of("service", "down, enabled, forced down"));
    }

    private static AuditLine said(double at, String what, Optional<IncidentId> incident, String target, int status) {
        var asked = new Asked(
                after(at),
                "bob",
                Optional.of("b0b"),
                "192.0.2.7",
                "req-1",
                what,
                Optional.of(target),
                incident,
                incident.map(id -> "off at its BMC, ticket 4711"),
                incident.isPresent() ? "" : "segment: rack1");
        return new AuditLine(
                7,
                asked,
                Optional.of(target),
                Optional.of(
                        new AuditLine.Answer(status, status < 300 ? Optional.empty() : Optional.of("It is over."))));
    }

    private static StoryLine line(long number, double at, String words) {
        return new StoryLine(number, after(at), Optional.empty(), words);
    }

    private static Report.Material host() {
        List<Evidence> evidence = List.of(
                new Evidence(Evidence.Kind.REPORTED_STOPPED, "host monitor", after(-2), "reports it as stopped"),
                new Evidence(
                        Evidence.Kind.CONFIRMED_BY_OPERATOR, "bob", after(61), "the host is dead: off at its BMC"));
        List<Move> moves = List.of(
                move(1, "web|1", MoveState.SUCCEEDED, "Runs on compute5", 63, 82.5),
                move(2, "db *prod*", MoveState.FAILED, "Nova: No valid host was found", 63, 121),
                move(3, "scratch", MoveState.LEFT, "Opted out by HA_Enabled", 0, 62));
        List<JournalEntry> journal = new ArrayList<>();
        journal.add(done(1, new Step.ForceDown(COMPUTE1), 61.5, "req-11111111"));
        journal.add(done(2, new Step.Evacuate(server(1), Optional.of(COMPUTE5)), 63, "req-22222222"));
        journal.add(new JournalEntry(
                3,
                3,
                new Step.Evacuate(server(2), Optional.of(COMPUTE5)),
                after(63),
                Optional.of(new Outcome.Refused(
                        Outcome.Refusal.OTHER,
                        "No valid host was found",
                        Optional.of("req-33333333"),
                        Optional.empty())),
                Optional.of(after(63.4))));
        var incident = incident(
                        ID,
                        new Subject.WholeHost(),
                        Phase.PARTLY_RECOVERED,
                        "1 of 2 instances could be moved",
                        Optional.empty(),
                        124)
                .edit()
                .evidence(evidence)
                .moves(moves)
                .reservations(List.of(new Reservation(COMPUTE5, Reservation.State.KEPT, Optional.empty(), List.of())))
                .journal(journal)
                .done();
        var back = incident(OTHER, Subject.Return.from(ID), Phase.AWAY, "compute1 is away", Optional.empty(), 0);
        return new Report.Material(
                incident,
                Optional.of("rack1"),
                List.of(
                        line(1, 0, "host monitor: reports it as stopped"),
                        line(2, 0.1, "Waiting: nothing proves that it is off"),
                        line(3, 61.1, "bob: the host is dead: off at its BMC"),
                        line(4, 82.5, "web|1: Runs on compute5"),
                        line(5, 124, "Partly recovered: 1 of 2 instances could be moved")),
                List.of(
                        decision(
                                0.1,
                                Phase.PROVING,
                                Phase.PROVING,
                                Optional.of(Gate.Kind.NO_PROOF),
                                "compute1 is reported as stopped, and nothing proves that it is off"),
                        decision(61.2, Phase.PROVING, Phase.ISOLATING, Optional.empty(), "compute1 is dead"),
                        decision(62, Phase.ISOLATING, Phase.MOVING, Optional.empty(), "Nova calls it down"),
                        decision(122, Phase.MOVING, Phase.CLOSING, Optional.empty(), "All moves have ended"),
                        decision(124, Phase.CLOSING, Phase.PARTLY_RECOVERED, Optional.empty(), "1 of 2")),
                List.of(
                        new Milestone(Milestone.What.PROVED, after(61.2)),
                        new Milestone(Milestone.What.FIRST_BACK, after(82.5)),
                        new Milestone(Milestone.What.ALL_BACK, after(121))),
                List.of(
                        said(-300, "create reserved host", Optional.empty(), "compute5", 201),
                        said(61, "confirm-dead incident", Optional.of(ID), ID.toString(), 202),
                        said(130, "cancel incident", Optional.of(ID), ID.toString(), 409)),
                List.of(back));
    }

    private static Report.Material instance() {
        var subject = new Subject.Instance(server(4), Optional.of(new InstanceBefore("web-1", "active")));
        var incident = incident(ID, subject, Phase.RECOVERED, "web-1 runs again on compute1", Optional.empty(), 9.4)
                .edit()
                .add(new Evidence(
                        Evidence.Kind.INSTANCE_FAILED,
                        "instance monitor",
                        after(-0.5),
                        "reports that its QEMU process has died"))
                .journal(List.of(
                        done(1, new Step.Stop(server(4)), 0.3, "req-44444444"),
                        done(2, new Step.Start(server(4)), 4, "req-55555555")))
                .done();
        return new Report.Material(
                incident,
                Optional.of("rack1"),
                List.of(line(1, 0, "web-1 is being stopped"), line(2, 9.4, "Recovered: web-1 runs again on compute1")),
                List.of(decision(9.4, Phase.RESTARTING, Phase.RECOVERED, Optional.empty(), "runs again")),
                List.of(new Milestone(Milestone.What.ALL_BACK, after(9.4))),
                List.of(),
                List.of());
    }

    private static Report.Material processes() {
        var incident = incident(
                        ID,
                        new Subject.Processes(),
                        Phase.KEPT_OUT,
                        "libvirtd is down on compute1",
                        Optional.of(new Gate(Gate.Kind.PROCESS_DOWN, "libvirtd is reported as stopped", after(2))),
                        0)
                .edit()
                .add(new Evidence(
                        Evidence.Kind.PROCESS_STOPPED,
                        "process monitor",
                        after(-1),
                        "libvirtd is down",
                        Optional.of("libvirtd")))
                .journal(List.of(done(1, new Step.DisableService(COMPUTE1, "x"), 0.2, "req-66666666")))
                .done();
        return new Report.Material(
                incident,
                Optional.of("rack1"),
                List.of(line(1, 2, "compute1 is disabled: new instances are kept away")),
                List.of(
                        decision(0.2, Phase.KEEPING_OUT, Phase.KEEPING_OUT, Optional.empty(), "disabling"),
                        decision(
                                2,
                                Phase.KEEPING_OUT,
                                Phase.KEPT_OUT,
                                Optional.of(Gate.Kind.PROCESS_DOWN),
                                "libvirtd is reported as stopped")),
                List.of(),
                List.of(),
                List.of());
    }

    private static Report.Material comingBack() {
        var incident = incident(
                        OTHER,
                        Subject.Return.from(ID),
                        Phase.RECOVERED,
                        "compute1 is in use again",
                        Optional.empty(),
                        5400)
                .edit()
                .journal(List.of(done(1, new Step.LiftForceDown(COMPUTE1), 5300, "req-77777777")))
                .done();
        return new Report.Material(
                incident,
                Optional.of("rack1"),
                List.of(line(1, 5300, "compute1 is back")),
                List.of(
                        decision(5300, Phase.AWAY, Phase.CLEARING, Optional.empty(), "it is back"),
                        decision(5301, Phase.CLEARING, Phase.TRYING_OUT, Optional.empty(), "nothing stale is left"),
                        decision(5390, Phase.TRYING_OUT, Phase.PUTTING_TO_USE, Optional.empty(), "healthy for 1m"),
                        decision(5400, Phase.PUTTING_TO_USE, Phase.RECOVERED, Optional.empty(), "in use")),
                List.of(),
                List.of(),
                List.of(host().incident()));
    }

    private static JsonNode json(Report.Material material) {
        return ReportViews.report(Report.of(material, after(7200)));
    }

    private static void check(String name, Report.Material material) throws IOException {
        Path file = FILES.resolve(name + ".json");
        String text = json(material).toPrettyString() + "\n";
        if (Boolean.getBoolean("docs.update")) {
            Files.createDirectories(FILES);
            Files.writeString(file, text);
        }
        assertThat(text).as("%s; rewrite it with -Ddocs.update=true", file).isEqualTo(Files.readString(file));
    }

    @Test
    void eachKindOfIncidentHasItsReport() throws IOException {
        check("host", host());
        check("instance", instance());
        check("processes", processes());
        check("return", comingBack());
    }

    @Test
    void stagesAreToldInTheOrderOfTheirTimesWithWhatEachTook() {
        Report report = Report.of(host(), after(7200));

        assertThat(report.stages())
                .extracting(Report.Stage::what, Report.Stage::took)
                .startsWith(tuple("reported", Duration.ZERO), tuple("proved to be dead", Duration.ofMillis(61_200)))
                .hasSize(6);
        assertThat(report.stages()).extracting(Report.Stage::at).isSorted();
    }

    @Test
    void aWaitIsAsLongAsItsReasonHeld() {
        assertThat(Report.of(host(), after(7200)).waits()).singleElement().satisfies(wait -> {
            assertThat(wait.gate()).isEqualTo(Gate.Kind.NO_PROOF);
            assertThat(wait.lasted()).isEqualTo(Duration.ofMillis(61_100));
        });
        assertThat(Report.of(processes(), after(7200)).waits()).singleElement().satisfies(wait -> {
            assertThat(wait.until()).isEmpty();
            assertThat(wait.lasted()).isEqualTo(Duration.ofSeconds(7198));
        });
    }

    @Test
    void durationsAreSaidAsPeopleSayThem() {
        assertThat(Report.words(Duration.ofMillis(1_234))).isEqualTo("1.2 s");
        assertThat(Report.words(Duration.ofMillis(59_700))).isEqualTo("1 min 0 s");
        assertThat(Report.words(Duration.ofSeconds(61))).isEqualTo("1 min 1 s");
        assertThat(Report.words(Duration.ofSeconds(7_300))).isEqualTo("2 h 1 min");
    }
}
