// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.store.Asked;
import io.migawari.controller.store.Audit;
import io.migawari.controller.store.AuditLine;
import io.migawari.db.DatabaseException;
import io.migawari.time.Time;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what people ask for: before it is done, so that nothing is done that is not kept, and what they were answered
 * afterwards. Of a body only those values are kept that are known to hold no secret; of all others, their names. Safe for any
 * thread.
 */
final class AuditTrail {

    private static final Logger log = LoggerFactory.getLogger(AuditTrail.class);

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_WORDS = 1000;

    /** Not among them, for one: control_attributes of a host, where some keep the sign-in to its BMC. */
    private static final Set<String> HARMLESS = Set.of(
            "name",
            "recovery_method",
            "service_type",
            "enabled",
            "description",
            "type",
            "hostname",
            "generated_time",
            "reserved",
            "on_maintenance",
            "segment",
            "host",
            "mode",
            "scope",
            "until",
            "duration",
            "seconds",
            "all",
            "for",
            "attest",
            "order",
            "server",
            "to",
            "zone",
            "confirm_dead",
            "accept_rebuild",
            "live_snapshot",
            "delete_source",
            "remainder",
            "return",
            "dry_run",
            "running");

    /** What something new is about, in a body that says so: the first of these that is there. */
    private static final List<String> ABOUT = List.of("host", "server", "segment");

    private static final Map<String, String> VERBS = Map.of("POST", "create", "PUT", "change", "DELETE", "remove");

    private final Audit audit;
    private final Time time;

    AuditTrail(Audit audit, Time time) {
        this.audit = audit;
        this.time = time;
    }

    /** A request that has found its route, and who makes it. */
    record Request(
            String method, String template, Call call, Authenticator.Who who, String address, String requestId) {}

    /**
     * @param action does it, and answers whatever happens
     * @throws DatabaseException if it could not be kept; then it was not done
     */
    Reply keeping(Request request, Supplier<Reply> action) {
        long number = audit.asked(asked(request));
        Reply reply = action.get();
        try {
            audit.answered(number, new AuditLine.Answer(reply.status(), words(reply)), time.now());
        } catch (DatabaseException e) {
            log.atWarn()
                    .addKeyValue("request_id", request.requestId())
                    .log("It is not kept in the audit that this was answered {}: {}", reply.status(), e.getMessage());
        }
        return reply;
    }

    /** Keeps a report that is doubted. It is done by now, and stays done if it cannot be kept here as well. */
    void keep(Request request, Reply reply) {
        try {
            audit.answered(audit.asked(asked(request)), new AuditLine.Answer(reply.status(), words(reply)), time.now());
        } catch (DatabaseException e) {
            log.atWarn()
                    .addKeyValue("request_id", request.requestId())
                    .log("It is not kept in the audit that this was doubted: {}", e.getMessage());
        }
    }

    /** A fault about a value quotes it, whatever it is. */
    private static Optional<String> words(Reply reply) {
        if (reply.doubt().isPresent()) {
            return reply.doubt().map(doubt -> cut(doubt.words(), LONGEST_WORDS));
        }
        return reply.status() == 400
                ? Optional.of("a value was not understood")
                : reply.fault().map(words -> cut(words, LONGEST_WORDS));
    }

    private Asked asked(Request request) {
        Optional<JsonNode> fields = body(request.call()).map(AuditTrail::fields);
        Optional<String> incident = Optional.ofNullable(request.call().path().get("incident"));
        return new Asked(
                time.now(),
                cut(request.who().name(), LONGEST_NAME),
                request.who().id().map(id -> cut(id, LONGEST_NAME)),
                request.address(),
                request.requestId(),
                what(request.method(), request.template()),
                target(request, fields).map(target -> cut(target, LONGEST_NAME)),
                incident.flatMap(Uuids::find).map(IncidentId::new),
                fields.flatMap(json -> text(json, "reason")).map(reason -> cut(reason, LONGEST_WORDS)),
                fields.map(AuditTrail::details).orElse(""));
    }

    private static Optional<JsonNode> body(Call call) {
        try {
            return call.body().isEmpty() ? Optional.empty() : Optional.of(call.json());
        } catch (ApiException e) {
            return Optional.empty(); // it is refused for that in a moment
        }
    }

    /** "cancel incident", "create reserved host": what follows a variable is a thing to do, everything else is things. */
    static String what(String method, String template) {
        List<String> parts = Arrays.stream(template.split("/"))
                .filter(part -> !part.isEmpty())
                .toList();
        if (parts.isEmpty()) {
            return "create notification"; // that is all that can be asked of the root
        }
        int last = parts.size() - 1;
        boolean endsWithVariable = parts.get(last).startsWith("{");
        boolean isAction = !endsWithVariable
                && last >= 2
                && parts.get(last - 1).startsWith("{")
                && !parts.get(last).endsWith("s");
        if (isAction) {
            return parts.get(last) + " " + one(parts.get(last - 2));
        }
        return VERBS.getOrDefault(method, method) + " " + one(parts.get(endsWithVariable ? last - 1 : last));
    }

    private static String one(String things) {
        return things.replaceFirst("s$", "").replace('-', ' ');
    }

    /** What the last variable of the route says; for something new, what it is about, as far as the body says so. */
    private static Optional<String> target(Request request, Optional<JsonNode> fields) {
        String last = "";
        for (String part : request.template().split("/")) {
            last = part.startsWith("{") ? part.substring(1, part.length() - 1) : last;
        }
        boolean isNew = request.method().equals("POST") && request.template().endsWith("s");
        return isNew
                ? ABOUT.stream()
                        .flatMap(key -> fields.flatMap(json -> text(json, key)).stream())
                        .findFirst()
                : Optional.ofNullable(request.call().path().get(last));
    }

    private static Optional<String> text(JsonNode fields, String key) {
        return Optional.of(fields.path(key)).filter(JsonNode::isTextual).map(JsonNode::asText);
    }

    /** The innermost object: bodies are wrapped in one key, or not at all. */
    private static JsonNode fields(JsonNode body) {
        return body.size() == 1 && body.elements().next().isObject()
                ? body.elements().next()
                : body;
    }

    private static String details(JsonNode fields) {
        var words = new StringJoiner(", ");
        fields.properties().forEach(field -> {
            Optional<String> value = shown(field.getValue());
            if (HARMLESS.contains(field.getKey()) && value.isPresent()) {
                words.add(field.getKey() + ": " + cut(value.get(), LONGEST_NAME));
            } else if (!field.getKey().equals("reason")) {
                words.add(cut(field.getKey(), LONGEST_NAME) + ": …");
            }
        });
        return cut(words.toString(), LONGEST_WORDS);
    }

    /** A value, or a list of them, as of hosts. */
    private static Optional<String> shown(JsonNode value) {
        if (value.isValueNode()) {
            return Optional.of(value.asText());
        }
        boolean isList = value.isArray()
                && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isValueNode);
        return isList
                ? Optional.of(StreamSupport.stream(value.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(" ")))
                : Optional.empty();
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }
}
