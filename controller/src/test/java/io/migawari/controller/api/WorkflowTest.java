// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveId;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.WantedState;
import io.migawari.controller.store.DecisionLine;
import io.migawari.controller.store.StoryLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An incident as recovery_workflow_details. */
class WorkflowTest {

    private static final Instant OPENED = Instant.parse("2026-11-21T03:00:00.250Z");
    private static final IncidentId ID = IncidentId.parse("0b9c2f0e-6f5c-4a9f-9a4e-2d9b3f6f1c11");
    private static final Host HOST = new Host(
            1,
            new HostId(UUID.fromString("40000000-0000-4000-8000-000000000001")),
            new HostName("compute1"),
            new SegmentId(UUID.fromString("60000000-0000-4000-8000-000000000001")),
            "COMPUTE",
            "none",
            false,
            false,
            OPENED,
            Optional.empty());

    private final List<DecisionLine> decisions = new ArrayList<>();
    private final List<StoryLine> story = new ArrayList<>();
    private final List<Evidence> evidence = new ArrayList<>();

    private WorkflowTest provedAt(int second) {
        evidence.add(new Evidence(Evidence.Kind.FENCED, "fencing", OPENED.plusSeconds(second), "off"));
        return this;
    }

    private WorkflowTest at(int second, Phase from, Phase to, String... words) {
        decisions.add(
                new DecisionLine(OPENED.plusSeconds(second), "ctl1", from, to, Optional.empty(), "", 0, Map.of()));
        for (String line : words) {
            story.add(new StoryLine(story.size(), OPENED.plusSeconds(second), Optional.empty(), line));
        }
        return this;
    }

    private JsonNode of(Subject subject, Phase phase, MoveState... moves) {
        List<Move> all = new ArrayList<>();
        for (MoveState state : moves) {
            var server = ServerId.parse("5e000000-0000-4000-8000-00000000000" + all.size());
            all.add(new Move(
                    MoveId.of(ID, server),
                    server,
                    "web",
                    all.size(),
                    "active",
                    WantedState.RUNNING,
                    state,
                    Optional.empty(),
                    "",
                    1,
                    0,
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
        }
        Incident incident = Incident.opened(ID, subject, HOST, "", OPENED)
                .edit()
                .phase(phase)
                .moves(all)
                .evidence(evidence)
                .closedAt(phase.isEnd() ? Optional.of(OPENED.plusSeconds(60)) : Optional.empty())
                .done();
        return Workflow.of(incident, decisions, story);
    }

    private static void assertTasks(JsonNode workflow, Object... tasks) {
        assertThat(workflow)
                .extracting(
                        task -> task.path("name").asText(),
                        task -> task.path("state").asText(),
                        task -> task.path("progress").asDouble())
                .isEqualTo(List.of(tasks));
    }

    @Test
    void aRecoveryThatIsOverHasATaskForEachPhaseWithTheLinesOfItsStory() {
        story.add(new StoryLine(0, OPENED, Optional.empty(), "reported"));
        provedAt(1)
                .at(1, Phase.PROVING, Phase.ISOLATING, "proved")
                .at(2, Phase.ISOLATING, Phase.MOVING, "isolated")
                .at(3, Phase.MOVING, Phase.MOVING, "web is on compute2")
                .at(4, Phase.MOVING, Phase.CLOSING)
                .at(5, Phase.CLOSING, Phase.RECOVERED, "over");

        JsonNode workflow = of(new Subject.WholeHost(), Phase.RECOVERED, MoveState.SUCCEEDED);

        assertTasks(
                workflow,
                tuple("ConfirmHostDownTask", "SUCCESS", 1.0),
                tuple("DisableComputeServiceTask", "SUCCESS", 1.0),
                tuple("EvacuateInstancesTask", "SUCCESS", 1.0),
                tuple("ReturnUnusedHostsTask", "SUCCESS", 1.0));
        assertThat(workflow.at("/2/progress_details").toString())
                .isEqualTo(
                        "[{\"timestamp\":\"2026-11-21 03:00:02.250000\",\"message\":\"isolated\",\"progress\":\"0.0\"},"
                                + "{\"timestamp\":\"2026-11-21 03:00:03.250000\",\"message\":\"web is on compute2\",\"progress\":\"1.0\"}]");
        assertThat(workflow.at("/0/progress_details/0/message").asText()).isEqualTo("reported");
        assertThat(workflow.at("/3/progress_details/0/message").asText()).isEqualTo("over");
    }

    @Test
    void whatIsUnderWayIsAsFarAsItsInstances() {
        provedAt(1).at(1, Phase.PROVING, Phase.ISOLATING).at(2, Phase.ISOLATING, Phase.MOVING, "began");

        JsonNode workflow = of(
                new Subject.WholeHost(),
                Phase.MOVING,
                MoveState.SUCCEEDED,
                MoveState.EVACUATING,
                MoveState.PLANNED,
                MoveState.LEFT);

        assertTasks(
                workflow,
                tuple("ConfirmHostDownTask", "SUCCESS", 1.0),
                tuple("DisableComputeServiceTask", "SUCCESS", 1.0),
                tuple("EvacuateInstancesTask", "RUNNING", 0.5));
        assertThat(workflow.at("/2/progress_details/0/progress").asText()).isEqualTo("0.0");
    }

    @Test
    void aPhaseThatIsGoneThroughTwiceIsOneTask() {
        provedAt(1)
                .at(1, Phase.PROVING, Phase.ISOLATING)
                .at(2, Phase.ISOLATING, Phase.MOVING)
                .at(3, Phase.MOVING, Phase.ISOLATING, "up again");

        assertTasks(
                of(new Subject.WholeHost(), Phase.ISOLATING, MoveState.EVACUATING),
                tuple("ConfirmHostDownTask", "SUCCESS", 1.0),
                tuple("DisableComputeServiceTask", "RUNNING", 0.0),
                tuple("EvacuateInstancesTask", "PENDING", 0.0));
    }

    @Test
    void anInstanceThatCouldNotBeMovedIsAFailureOfMoving() {
        provedAt(1)
                .at(1, Phase.PROVING, Phase.ISOLATING)
                .at(2, Phase.ISOLATING, Phase.MOVING)
                .at(3, Phase.MOVING, Phase.CLOSING)
                .at(4, Phase.CLOSING, Phase.PARTLY_RECOVERED);

        assertTasks(
                of(new Subject.WholeHost(), Phase.PARTLY_RECOVERED, MoveState.SUCCEEDED, MoveState.FAILED),
                tuple("ConfirmHostDownTask", "SUCCESS", 1.0),
                tuple("DisableComputeServiceTask", "SUCCESS", 1.0),
                tuple("EvacuateInstancesTask", "FAILURE", 1.0),
                tuple("ReturnUnusedHostsTask", "SUCCESS", 1.0));
    }

    @Test
    void aHostThatWasMovedFromAtTheMomentOfTheProofWasProvedToBeDead() {
        provedAt(1).at(1, Phase.PROVING, Phase.MOVING);

        assertTasks(
                of(new Subject.WholeHost(), Phase.MOVING, MoveState.EVACUATING),
                tuple("ConfirmHostDownTask", "SUCCESS", 1.0),
                tuple("EvacuateInstancesTask", "RUNNING", 0.0));
    }

    @Test
    void aHostThatWasNeverProvedToBeDeadIsNotCalledSo() {
        at(1, Phase.PROVING, Phase.CLOSING).at(2, Phase.CLOSING, Phase.DISMISSED, "called off");

        assertTasks(
                of(new Subject.WholeHost(), Phase.DISMISSED),
                tuple("ConfirmHostDownTask", "IGNORE", 1.0),
                tuple("ReturnUnusedHostsTask", "SUCCESS", 1.0));
    }

    @Test
    void anInstancesRestartIsOneTask() {
        var instance = new Subject.Instance(ServerId.parse("5e000000-0000-4000-8000-000000000001"), Optional.empty());
        assertTasks(of(instance, Phase.RESTARTING), tuple("ConfirmInstanceActiveTask", "RUNNING", 0.0));
        at(1, Phase.RESTARTING, Phase.FAILED, "given up");
        assertTasks(of(instance, Phase.FAILED), tuple("ConfirmInstanceActiveTask", "FAILURE", 1.0));
        assertTasks(of(instance, Phase.RECOVERED), tuple("ConfirmInstanceActiveTask", "SUCCESS", 1.0));
        assertTasks(of(instance, Phase.DISMISSED), tuple("ConfirmInstanceActiveTask", "IGNORE", 1.0));
    }

    @Test
    void aHostThatIsKeptOutHasBeenDisabled() {
        at(1, Phase.KEEPING_OUT, Phase.KEPT_OUT, "disabled");
        JsonNode workflow = of(new Subject.Processes(), Phase.KEPT_OUT);
        assertTasks(workflow, tuple("DisableComputeNodeTask", "SUCCESS", 1.0));
        assertThat(workflow.at("/0/progress_details/0/message").asText()).isEqualTo("disabled");

        at(2, Phase.KEPT_OUT, Phase.READMITTING).at(3, Phase.READMITTING, Phase.RECOVERED, "enabled");
        assertTasks(
                of(new Subject.Processes(), Phase.RECOVERED),
                tuple("DisableComputeNodeTask", "SUCCESS", 1.0),
                tuple("EnableComputeNodeTask", "SUCCESS", 1.0));
    }

    @Test
    void aReturnHasNoTasksOfMasakaris() {
        at(1, Phase.AWAY, Phase.CLEARING, "back");

        assertThat(of(Subject.Return.from(ID), Phase.CLEARING)).isEmpty();
    }
}
