// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.store.DecisionLine;
import io.migawari.controller.store.StoryLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An incident as Masakari's API tells it: as tasks of a workflow. Each phase in which something is done is a task, with the lines
 * of the story that were written in that phase; it has the name of the task with which Masakari does the same work, if it has one.
 */
final class Workflow {

    private record Since(Instant at, Phase phase) {}

    private final Incident incident;
    private final Map<Phase, List<StoryLine>> tasks = new LinkedHashMap<>();

    private Workflow(Incident incident, List<DecisionLine> decisions, List<StoryLine> story) {
        this.incident = incident;
        List<Since> phases = new ArrayList<>();
        phases.add(new Since(incident.openedAt(), incident.subject().firstPhase()));
        decisions.stream()
                .filter(decision -> decision.phase() != decision.before())
                .forEach(decision -> phases.add(new Since(decision.at(), decision.phase())));
        phases.removeIf(since -> task(since.phase()).isEmpty());
        phases.forEach(since -> tasks.putIfAbsent(since.phase(), new ArrayList<>()));
        for (StoryLine line : story) {
            phases.stream()
                    .filter(since -> !since.at().isAfter(line.at()))
                    .reduce((earlier, later) -> later)
                    .ifPresent(since -> linesOf(since.phase()).add(line));
        }
    }

    static ArrayNode of(Incident incident, List<DecisionLine> decisions, List<StoryLine> story) {
        return new Workflow(incident, decisions, story).json();
    }

    private List<StoryLine> linesOf(Phase phase) {
        return tasks.getOrDefault(phase, List.of());
    }

    private ArrayNode json() {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (Phase phase : tasks.keySet()) {
            ObjectNode task = json.addObject();
            task.put("name", task(phase).orElseThrow());
            task.put("progress", progress(phase));
            task.put("state", state(phase));
            ArrayNode details = task.putArray("progress_details");
            List<StoryLine> lines = linesOf(phase);
            for (int i = 0; i < lines.size(); i++) {
                boolean wasTheLast = i == lines.size() - 1 && !isUnderWay(phase);
                details.addObject()
                        .put("timestamp", Times.writeWithBlank(lines.get(i).at()))
                        .put("message", lines.get(i).words())
                        .put("progress", wasTheLast ? "1.0" : "0.0");
            }
        }
        return json;
    }

    private boolean isUnderWay(Phase phase) {
        return incident.phase() == phase;
    }

    private double progress(Phase phase) {
        if (phase == Phase.MOVING && !incident.moves().isEmpty()) {
            return (double) countOfMoves(move -> move.state().isEnd())
                    / incident.moves().size();
        }
        return isUnderWay(phase) ? 0 : 1;
    }

    private long countOfMoves(Predicate<Move> which) {
        return incident.moves().stream().filter(which).count();
    }

    private String state(Phase phase) {
        if (isUnderWay(phase)) {
            return "RUNNING";
        }
        if (phase == Phase.MOVING && countOfMoves(move -> !move.state().isEnd()) > 0) {
            return "PENDING"; // until the host is isolated again
        }
        boolean wasGivenUp = switch (phase) {
            case MOVING -> countOfMoves(move -> move.state() == MoveState.FAILED) > 0;
            default -> incident.phase() == Phase.FAILED && phase == last();
        };
        if (wasGivenUp) {
            return "FAILURE";
        }
        boolean wasCalledOff = switch (phase) {
            // not told by what followed: several phases may be gone through at one moment, and then only the last was
            // written down
            case PROVING -> incident.proof().isEmpty();
            case CLOSING -> false;
            default -> incident.phase() == Phase.DISMISSED && phase == last();
        };
        return wasCalledOff ? "IGNORE" : "SUCCESS";
    }

    private Phase last() {
        return List.copyOf(tasks.keySet()).get(tasks.size() - 1);
    }

    /** Empty: it is an end, or others are waited for. */
    private static Optional<String> task(Phase phase) {
        return switch (phase) {
            case PROVING -> Optional.of("ConfirmHostDownTask"); // ours
            case ISOLATING -> Optional.of("DisableComputeServiceTask");
            case MOVING -> Optional.of("EvacuateInstancesTask");
            case CLOSING -> Optional.of("ReturnUnusedHostsTask"); // ours
            case RESTARTING -> Optional.of("ConfirmInstanceActiveTask");
            case KEEPING_OUT -> Optional.of("DisableComputeNodeTask");
            case READMITTING -> Optional.of("EnableComputeNodeTask"); // ours
            case KEPT_OUT, AWAY, CLEARING, TRYING_OUT, PUTTING_TO_USE -> Optional.empty();
            case RECOVERED, SKIPPED, PARTLY_RECOVERED, FAILED, DISMISSED -> Optional.empty();
        };
    }
}
