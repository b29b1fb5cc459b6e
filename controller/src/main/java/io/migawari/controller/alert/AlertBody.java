// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.alert;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.config.BodyTemplate;
import io.migawari.controller.model.Alert;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.store.AlertMessage;
import io.migawari.controller.store.RaisedAlert;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What a webhook is sent, as docs/alerts.md describes it. The same message is the same text at every try. */
final class AlertBody {

    private AlertBody() {}

    /** @param template in whose words; absent: our own JSON */
    static String of(AlertMessage message, Optional<BodyTemplate> template) {
        RaisedAlert raised = message.alert();
        ObjectNode body = body(message.id(), message.event(), message.at(), raised.alert());
        body.put("alert", raised.id().toString());
        body.put("raised_at", raised.raisedAt().toString());
        if (message.event() == RaisedAlert.Event.RESOLVED) {
            body.put("resolved_at", message.at().toString());
            body.put("resolution", raised.resolution().orElse(null));
        } else {
            body.putNull("resolved_at");
            body.putNull("resolution");
        }
        return text(body, template);
    }

    private static String text(ObjectNode body, Optional<BodyTemplate> template) {
        if (template.isEmpty()) {
            return body.toString();
        }
        Map<String, String> fields = new HashMap<>();
        body.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
        fields.put(body.path("event").asText(), "true");
        return template.get().fill(fields);
    }

    /** Of an alert that is not stored anywhere. */
    static String ofTest(String controller, Instant now, Optional<BodyTemplate> template) {
        var alert = new Alert(
                "test",
                Alert.Kind.TEST,
                Alert.Severity.WARNING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "This is only a test, from the controller " + controller,
                "none");
        ObjectNode body = body(UUID.randomUUID(), RaisedAlert.Event.RAISED, now, alert);
        body.put("alert", alert.idSince(now).toString());
        body.put("raised_at", now.toString());
        body.put("resolved_at", now.toString());
        body.putNull("resolution");
        return text(body, template);
    }

    private static ObjectNode body(UUID id, RaisedAlert.Event event, Instant at, Alert alert) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("id", id.toString());
        body.put("event", lower(event));
        body.put("time", at.toString());
        body.put("text", text(event, alert));
        body.put("severity", lower(alert.severity()));
        body.put("kind", lower(alert.kind()));
        body.put("incident", alert.incident().map(IncidentId::toString).orElse(null));
        body.put("host", alert.host().map(HostName::value).orElse(null));
        body.put("segment", alert.segment().orElse(null));
        body.put("gate", alert.gate().map(AlertBody::lower).orElse(null));
        body.put("message", alert.words());
        body.put("next_step", alert.nextStep());
        return body;
    }

    /** All that matters in a line, for receivers that show a text and nothing else. */
    private static String text(RaisedAlert.Event event, Alert alert) {
        return switch (event) {
            case RAISED ->
                "Migawari, " + lower(alert.severity()) + ": " + alert.words() + ". Next step: " + alert.nextStep();
            case RESOLVED -> "Migawari, resolved: " + alert.words();
        };
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
