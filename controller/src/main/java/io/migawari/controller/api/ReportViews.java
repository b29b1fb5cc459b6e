// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.AuditLine;
import io.migawari.controller.store.DecisionLine;
import io.migawari.controller.store.StoryLine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A report, and the decisions behind it, as bodies of our own API. Durations are in seconds, and in words beside it. */
final class ReportViews {

    private ReportViews() {}

    static ObjectNode report(Report report) {
        Incident incident = report.material().incident();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("title", report.title());
        json.put("summary", report.summary());
        json.put("made_at", Times.write(report.now()));
        json.put("segment", report.material().segment().orElse(null));
        json.put("phase_title", incident.phase().title());
        json.set("incident", IncidentViews.summary(incident));
        json.put("lasted", Report.words(lasted(report)));
        json.put("lasted_seconds", seconds(lasted(report)));
        ArrayNode stages = json.putArray("stages");
        report.stages().forEach(stage -> took(stages.addObject().put("what", stage.what()), stage));
        ArrayNode evidence = json.putArray("evidence");
        report.evidence().forEach(found -> evidence.add(IncidentViews.evidence(found)));
        ArrayNode waits = json.putArray("waits");
        report.waits().forEach(wait -> waits.add(wait(wait)));
        ArrayNode people = json.putArray("people");
        report.material().people().forEach(line -> people.add(person(line, incident)));
        ArrayNode instances = json.putArray("instances");
        incident.moves().forEach(move -> instances.add(instance(move, incident)));
        instance(incident).ifPresent(instances::add);
        ArrayNode reserved = json.putArray("reserved_hosts");
        incident.reservations().forEach(reservation -> reserved.add(IncidentViews.reservation(reservation)));
        ArrayNode actions = json.putArray("actions");
        report.actions().forEach(entry -> actions.add(IncidentViews.entry(entry)));
        ArrayNode left = json.putArray("left_to_do");
        report.leftToDo().forEach(left::add);
        ArrayNode related = json.putArray("related");
        report.material()
                .related()
                .forEach(other -> related.add(IncidentViews.summary(other)
                        .put("title", Report.title(other))
                        .put("phase_title", other.phase().title())));
        json.set("decisions", decisions(report.material().decisions()).path("decisions"));
        ArrayNode story = json.putArray("story");
        report.material().story().forEach(line -> story.add(line(line, incident.openedAt())));
        return json;
    }

    private static Duration lasted(Report report) {
        Incident incident = report.material().incident();
        return Duration.between(incident.openedAt(), incident.closedAt().orElse(report.now()));
    }

    private static void took(ObjectNode json, Report.Stage stage) {
        json.put("at", Times.write(stage.at()))
                .put("after_report", Report.words(stage.afterReport()))
                .put("after_report_seconds", seconds(stage.afterReport()))
                .put("took", Report.words(stage.took()))
                .put("took_seconds", seconds(stage.took()));
    }

    private static ObjectNode wait(Report.Wait wait) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("for", wait.gate().name().toLowerCase(Locale.ROOT))
                .put("needs_person", wait.gate().needsPerson())
                .put("message", wait.words())
                .put("from", Times.write(wait.from()))
                .put("until", Times.write(wait.until()))
                .put("lasted", Report.words(wait.lasted()))
                .put("lasted_seconds", seconds(wait.lasted()));
    }

    /** @param incident what "this" means to the reader */
    private static ObjectNode person(AuditLine line, Incident incident) {
        ObjectNode json = AuditResource.view(line);
        json.put(
                "about_this",
                line.asked().incident().filter(incident.id()::equals).isPresent());
        return json;
    }

    private static ObjectNode instance(Move move, Incident incident) {
        Optional<Duration> lasted =
                move.startedAt().flatMap(from -> move.endedAt().map(to -> Duration.between(from, to)));
        return IncidentViews.move(move)
                .put("source", incident.host().value())
                .put("lasted", lasted.map(Report::words).orElse(null))
                .put("lasted_seconds", lasted.map(ReportViews::seconds).orElse(null))
                .put(
                        "back_after_report",
                        move.endedAt()
                                .map(at -> Report.words(Duration.between(incident.openedAt(), at)))
                                .orElse(null))
                .put("wanted_state", move.wanted().name().toLowerCase(Locale.ROOT));
    }

    /** The one instance of an incident about an instance, in the same shape. */
    private static Optional<ObjectNode> instance(Incident incident) {
        if (!(incident.subject() instanceof Subject.Instance instance)) {
            return Optional.empty();
        }
        Optional<Duration> lasted = incident.closedAt().map(at -> Duration.between(incident.openedAt(), at));
        return Optional.of(JsonNodeFactory.instance
                .objectNode()
                .put("instance_uuid", instance.server().toString())
                .put("instance_name", instance.words())
                .put(
                        "former_state",
                        instance.before().map(before -> before.states()).orElse(null))
                .put("state", incident.phase().name().toLowerCase(Locale.ROOT))
                .put("source", incident.host().value())
                .put("destination", incident.host().value())
                .put("message", incident.words())
                .put(
                        "attempts",
                        incident.journal().stream()
                                .filter(entry -> entry.step() instanceof Step.Start)
                                .count())
                .put("lasted", lasted.map(Report::words).orElse(null))
                .put("back_after_report", lasted.map(Report::words).orElse(null)));
    }

    private static ObjectNode line(StoryLine line, Instant opened) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("at", Times.write(line.at()))
                .put("after_report", Report.words(Duration.between(opened, line.at())))
                .put("after_report_seconds", seconds(Duration.between(opened, line.at())))
                .put("message", line.words());
    }

    static ObjectNode decisions(List<DecisionLine> decisions) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode all = json.putArray("decisions");
        for (DecisionLine decision : decisions) {
            ObjectNode one = all.addObject()
                    .put("at", Times.write(decision.at()))
                    .put("made_by", decision.madeBy())
                    .put("from", decision.before().name().toLowerCase(Locale.ROOT))
                    .put("to", decision.phase().name().toLowerCase(Locale.ROOT))
                    .put(
                            "gate",
                            decision.gate()
                                    .map(gate -> gate.name().toLowerCase(Locale.ROOT))
                                    .orElse(null))
                    .put("message", decision.words())
                    .put("steps", decision.steps());
            ObjectNode inputs = one.putObject("inputs");
            decision.inputs().forEach(inputs::put);
        }
        return json;
    }

    /** To the millisecond: nobody's clocks agree better. */
    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
