// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Booleans;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.NotificationId;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.ListRequest;
import io.migawari.controller.store.Notifications;
import io.migawari.time.Time;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** {@code /migawari/v1/incidents}: what has happened, and people's words about it. */
public final class IncidentsResource implements Resource {

    private static final Logger log = LoggerFactory.getLogger(IncidentsResource.class);
    private static final int LONGEST_REASON = 1000;

    private final Incidents incidents;
    private final Notifications notifications;
    private final Runnable wakeRecovery;
    private final Time time;

    public IncidentsResource(Incidents incidents, Notifications notifications, Runnable wakeRecovery, Time time) {
        this.incidents = incidents;
        this.notifications = notifications;
        this.wakeRecovery = wakeRecovery;
        this.time = time;
    }

    @Override
    public void addTo(Router router) {
        String one = "/migawari/v1/incidents/{incident}";
        router.add("GET", "/migawari/v1/incidents", Access.LOOK, this::list)
                .add("GET", one, Access.LOOK, this::show)
                .add("GET", one + "/story", Access.LOOK, this::story)
                .add("POST", one + "/confirm-dead", Access.ADMIN, this::confirmDead)
                .add("POST", one + "/approve", Access.ADMIN, this::approve)
                .add("POST", one + "/retry", Access.ADMIN, this::retry)
                .add("POST", one + "/cancel", Access.ADMIN, this::cancel);
    }

    private Reply list(Call call) throws ApiException {
        boolean openOnly = call.parameter("open").flatMap(Booleans::find).orElse(false);
        int limit = Math.min(call.listRequest().limit(), ListRequest.MOST);
        Optional<String> notification = call.parameter("notification");
        List<IncidentId> found = notification.isPresent()
                ? Uuids.find(notification.get())
                        .flatMap(uuid -> notifications.find(new NotificationId(uuid)))
                        .flatMap(Notification::incident)
                        .map(List::of)
                        .orElse(List.of())
                : incidents.list(openOnly, limit);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode all = body.putArray("incidents");
        found.stream()
                .flatMap(id -> incidents.find(id).stream())
                .forEach(incident -> all.add(IncidentViews.summary(incident)));
        return Reply.ok(body);
    }

    private Reply show(Call call) throws ApiException {
        return Reply.ok(wrapped(find(call)));
    }

    private Reply story(Call call) throws ApiException {
        Incident incident = find(call);
        long after;
        try {
            after = Long.parseLong(call.parameter("after").orElse("0"));
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("after must be an integer");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("phase", incident.phase().name().toLowerCase(Locale.ROOT));
        body.put("open", incident.isOpen());
        body.set("story", IncidentViews.story(incidents.story(incident.id(), after)));
        return Reply.ok(body);
    }

    private Reply confirmDead(Call call) throws ApiException {
        Incident incident = find(call);
        if (!(incident.subject() instanceof Subject.WholeHost)) {
            throw ApiException.conflict("Incident " + incident.id() + " is not about the host " + incident.host()
                    + " as a whole. If that is dead, report it: migawari notification create " + incident.host());
        }
        String reason = reason(call);
        var evidence = new Evidence(
                Evidence.Kind.CONFIRMED_BY_OPERATOR, call.caller(), time.now(), "the host is dead: " + reason);
        if (!incidents.addEvidence(incident.id(), evidence)) {
            throw over(incident);
        }
        told(call, incident, reason).log("Confirmed by an operator that the host is dead");
        return heard(call);
    }

    private Reply approve(Call call) throws ApiException {
        Incident incident = find(call);
        String reason = reason(call);
        if (!incidents.approve(incident.id(), new Approval(call.caller(), reason, time.now()))) {
            throw notApprovable(find(call));
        }
        told(call, incident, reason).log("Approved by an operator");
        return heard(call);
    }

    private static ApiException notApprovable(Incident incident) {
        if (!incident.isOpen()) {
            return over(incident);
        }
        String id = "Incident " + incident.id();
        if (incident.approval().isPresent()) {
            return ApiException.conflict(
                    id + " was approved before, by " + incident.approval().get().by() + ".");
        }
        return ApiException.conflict(incident.gate()
                .map(gate -> id + " waits for something that no approval takes the place of: " + gate.words()
                        + ". Next step: " + incident.nextStep().orElseThrow())
                .orElse(id + " does not wait for anybody."));
    }

    private Reply retry(Call call) throws ApiException {
        Incident incident = find(call);
        String reason = reason(call);
        Incidents.Retry retry = incidents.retry(incident.id(), call.caller(), reason, time.now());
        if (retry instanceof Incidents.Retry.Refused refused) {
            throw ApiException.conflict(refused.why());
        }
        told(call, incident, reason).log("A recovery is to be tried again, says an operator");
        return heard(call);
    }

    private Reply cancel(Call call) throws ApiException {
        Incident incident = find(call);
        String reason = reason(call);
        if (!incidents.cancel(incident.id(), new Cancellation(call.caller(), reason, time.now()))) {
            throw incident.isOpen()
                    ? ApiException.conflict("Incident " + incident.id() + " was called off before.")
                    : over(incident);
        }
        told(call, incident, reason).log("A recovery is called off by an operator");
        return heard(call);
    }

    private static LoggingEventBuilder told(Call call, Incident incident, String reason) {
        return log.atInfo()
                .addKeyValue("incident", incident.id())
                .addKeyValue("host", incident.host())
                .addKeyValue("by", call.caller())
                .addKeyValue("reason", reason);
    }

    private Reply heard(Call call) throws ApiException {
        wakeRecovery.run();
        return Reply.of(202, wrapped(find(call)));
    }

    private static String reason(Call call) throws ApiException {
        Fields fields = Fields.of("body", call.json());
        String reason = fields.prose("reason", LONGEST_REASON);
        fields.refuseUnknown();
        return reason;
    }

    private static ApiException over(Incident incident) {
        return ApiException.conflict("Incident " + incident.id() + " is over: " + incident.words());
    }

    private Incident find(Call call) throws ApiException {
        String id = call.pathValue("incident");
        return Uuids.find(id)
                .flatMap(uuid -> incidents.find(new IncidentId(uuid)))
                .orElseThrow(() -> ApiException.notFound("No incident with id " + id + "."));
    }

    private ObjectNode wrapped(Incident incident) {
        return JsonNodeFactory.instance
                .objectNode()
                .set("incident", IncidentViews.whole(incident, incidents.owner(incident.id())));
    }
}
