// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.InstanceBefore;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.StepWords;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.Event;
import io.migawari.controller.store.StoryLine;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Incidents as the bodies of our own API. Times as in Masakari's. */
final class IncidentViews {

    private IncidentViews() {}

    /** One line of a list. */
    static ObjectNode summary(Incident incident) {
        ObjectNode json = object();
        json.put("uuid", incident.id().toString());
        json.put("kind", incident.subject().kind());
        json.put("host", incident.host().value());
        json.put(
                "instance_uuid",
                instance(incident).map(i -> i.server().toString()).orElse(null));
        json.put("instance_name", before(incident).map(InstanceBefore::name).orElse(null));
        ArrayNode processes = json.putArray("stopped_processes");
        incident.stoppedProcesses().forEach(processes::add);
        json.put(
                "failure_uuid",
                incident.subject() instanceof Subject.Return coming
                        ? coming.failure().toString()
                        : null);
        json.put("segment_uuid", incident.segment().toString());
        json.put("phase", lower(incident.phase()));
        json.put("open", incident.isOpen());
        json.put("message", incident.words());
        incident.gate()
                .ifPresentOrElse(
                        gate -> json.putObject("waiting")
                                .put("for", lower(gate.kind()))
                                .put("message", gate.words())
                                .put("since", Times.write(gate.since()))
                                .put("approvable", gate.kind().isApprovable())
                                .put("next_step", incident.nextStep().orElseThrow()),
                        () -> json.putNull("waiting"));
        ObjectNode counts = json.putObject("moves_by_state");
        incident.moves().forEach(move -> {
            String state = lower(move.state());
            counts.put(state, counts.path(state).asInt() + 1);
        });
        json.put("opened_at", Times.write(incident.openedAt()));
        json.put("closed_at", Times.write(incident.closedAt()));
        return json;
    }

    /** Everything. */
    static ObjectNode whole(Incident incident, Optional<String> owner) {
        ObjectNode json = summary(incident);
        json.put("owner", owner.orElse(null));
        json.put("epoch", incident.epoch());
        json.put("former_state", before(incident).map(InstanceBefore::states).orElse(null));
        incident.cancellation()
                .ifPresentOrElse(
                        wish -> json.putObject("cancelled")
                                .put("by", wish.by())
                                .put("reason", wish.reason())
                                .put("at", Times.write(wish.at())),
                        () -> json.putNull("cancelled"));
        incident.approval()
                .ifPresentOrElse(
                        word -> json.putObject("approved")
                                .put("by", word.by())
                                .put("reason", word.reason())
                                .put("at", Times.write(word.at())),
                        () -> json.putNull("approved"));
        json.put("retried_at", Times.write(incident.retriedAt()));
        ArrayNode evidence = json.putArray("evidence");
        incident.evidence().forEach(found -> evidence.add(evidence(found)));
        ArrayNode moves = json.putArray("moves");
        incident.moves().forEach(move -> moves.add(move(move)));
        ArrayNode reservations = json.putArray("reserved_hosts");
        incident.reservations().forEach(reservation -> reservations.add(reservation(reservation)));
        ArrayNode journal = json.putArray("journal");
        incident.journal().forEach(entry -> journal.add(entry(entry)));
        return json;
    }

    private static Optional<Subject.Instance> instance(Incident incident) {
        return incident.subject() instanceof Subject.Instance instance ? Optional.of(instance) : Optional.empty();
    }

    private static Optional<InstanceBefore> before(Incident incident) {
        return instance(incident).flatMap(Subject.Instance::before);
    }

    /** One line for those who watch, with what its incident has come to by now. */
    static ObjectNode event(Event event) {
        StoryLine line = event.line();
        return object().put("number", line.number())
                .put("at", Times.write(line.at()))
                .put("incident_uuid", event.incident().toString())
                .put("kind", event.incidentKind())
                .put("host", event.host().value())
                .put("instance_uuid", line.server().map(Object::toString).orElse(null))
                .put("message", line.words())
                .put("phase", lower(event.phase()))
                .put("open", !event.phase().isEnd())
                .put("gate", event.gate().map(IncidentViews::lower).orElse(null));
    }

    static ArrayNode story(List<StoryLine> lines) {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        lines.forEach(line -> json.addObject()
                .put("number", line.number())
                .put("at", Times.write(line.at()))
                .put("instance_uuid", line.server().map(Object::toString).orElse(null))
                .put("message", line.words()));
        return json;
    }

    static ObjectNode evidence(Evidence evidence) {
        return object().put("kind", lower(evidence.kind()))
                .put("proves_death", evidence.kind().provesDeath())
                .put("observed_by", evidence.observedBy())
                .put("observed_at", Times.write(evidence.observedAt()))
                .put("message", evidence.words());
    }

    static ObjectNode move(Move move) {
        return object().put("uuid", move.id().toString())
                .put("instance_uuid", move.server().toString())
                .put("instance_name", move.serverName())
                .put("former_state", move.former())
                .put("state", lower(move.state()))
                .put("destination", move.destination().map(HostName::value).orElse(null))
                .put("message", move.words())
                .put("attempts", move.attempt())
                .put("started_at", Times.write(move.startedAt()))
                .put("ended_at", Times.write(move.endedAt()));
    }

    static ObjectNode reservation(Reservation reservation) {
        return object().put("host", reservation.host().value()).put("state", lower(reservation.state()));
    }

    static ObjectNode entry(JournalEntry entry) {
        ObjectNode json = object().put("number", entry.number())
                .put("epoch", entry.epoch())
                .put("step", StepWords.of(entry.step()))
                .put("intended_at", Times.write(entry.intendedAt()))
                .put("ended_at", Times.write(entry.endedAt()));
        if (entry.outcome().isEmpty()) {
            json.putNull("outcome");
            return json;
        }
        Outcome outcome = entry.outcome().get();
        if (outcome instanceof Outcome.Accepted accepted) {
            return json.put("outcome", "accepted")
                    .put("request_id", accepted.requestId().orElse(null));
        }
        if (outcome instanceof Outcome.Refused refused) {
            return json.put("outcome", "refused")
                    .put("request_id", refused.requestId().orElse(null))
                    .put("refusal", lower(refused.refusal()))
                    .put("message", refused.words());
        }
        if (outcome instanceof Outcome.Unknown unknown) {
            return json.put("outcome", "unknown").put("message", unknown.words());
        }
        throw new AssertionError(outcome);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
