// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.alert.AlertDesk;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.model.Alert.Severity;
import io.migawari.controller.model.Booleans;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.store.Alerts;
import io.migawari.controller.store.ListRequest;
import io.migawari.controller.store.RaisedAlert;
import java.util.Arrays;
import java.util.Locale;

/** {@code /migawari/v1/alerts}: what people were told, or should have been. */
public final class AlertsResource implements Resource {

    private final Alerts alerts;
    private final AlertDesk desk;

    public AlertsResource(Alerts alerts, AlertDesk desk) {
        this.alerts = alerts;
        this.desk = desk;
    }

    @Override
    public void addTo(Router router) {
        router.add("GET", "/migawari/v1/alerts", Access.ADMIN, this::list)
                .add("POST", "/migawari/v1/alert-tests", Access.ADMIN, call -> test());
    }

    private Reply list(Call call) throws ApiException {
        boolean openOnly = call.parameter("open").flatMap(Booleans::find).orElse(false);
        int limit = Math.min(call.listRequest().limit(), ListRequest.MOST);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode all = body.putArray("alerts");
        alerts.list(severity(call.parameter("from_severity").orElse("warning")), openOnly, limit)
                .forEach(alert -> all.add(view(alert)));
        return Reply.ok(body);
    }

    private static Severity severity(String text) throws ApiException {
        return Arrays.stream(Severity.values())
                .filter(severity -> lower(severity).equals(text))
                .findFirst()
                .orElseThrow(() -> ApiException.badRequest(
                        "from_severity is " + ShownValue.quoted(text) + "; expected info, warning or critical"));
    }

    private Reply test() throws InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode all = body.putArray("webhooks");
        for (AlertDesk.Tested tested : desk.test()) {
            all.addObject()
                    .put("webhook", tested.webhook())
                    .put("delivered", tested.trouble().isEmpty())
                    .put("message", tested.trouble().orElse(null));
        }
        return Reply.ok(body);
    }

    private static ObjectNode view(RaisedAlert raised) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("uuid", raised.id().toString());
        json.put("kind", lower(raised.alert().kind()));
        json.put("severity", lower(raised.alert().severity()));
        json.put("state", state(raised));
        json.put("told", told(raised));
        json.put("incident", raised.alert().incident().map(IncidentId::toString).orElse(null));
        json.put("host", raised.alert().host().map(HostName::value).orElse(null));
        json.put("segment", raised.alert().segment().orElse(null));
        json.put("gate", raised.alert().gate().map(AlertsResource::lower).orElse(null));
        json.put("message", raised.alert().words());
        json.put("next_step", raised.alert().nextStep());
        json.put("raised_at", Times.write(raised.raisedAt()));
        json.put("resolved_at", Times.write(raised.resolvedAt()));
        json.put("resolution", raised.resolution().orElse(null));
        ArrayNode deliveries = json.putArray("deliveries");
        raised.deliveries()
                .forEach(delivery -> deliveries
                        .addObject()
                        .put("webhook", delivery.webhook())
                        .put("event", lower(delivery.event()))
                        .put("state", lower(delivery.state()))
                        .put("attempts", delivery.attempts())
                        .put("message", delivery.words().orElse(null))
                        .put("ended_at", Times.write(delivery.endedAt())));
        return json;
    }

    private static String state(RaisedAlert raised) {
        if (!raised.alert().kind().lasts()) {
            return "told once";
        }
        return raised.resolvedAt().isPresent() ? "resolved" : "open";
    }

    /** The worst that has become of telling somebody. */
    private static String told(RaisedAlert raised) {
        if (raised.deliveries().isEmpty()) {
            return "nobody";
        }
        for (RaisedAlert.State state : new RaisedAlert.State[] {
            RaisedAlert.State.GIVEN_UP, RaisedAlert.State.PENDING, RaisedAlert.State.DELIVERED
        }) {
            if (raised.deliveries().stream().anyMatch(delivery -> delivery.state() == state)) {
                return lower(state);
            }
        }
        return lower(RaisedAlert.State.NOT_NEEDED);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
