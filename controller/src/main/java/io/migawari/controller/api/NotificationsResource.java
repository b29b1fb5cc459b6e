// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.intake.Intake;
import io.migawari.controller.intake.Taken;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.MoveId;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.NotificationId;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Audit;
import io.migawari.controller.store.BadListRequestException;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.ListRequest;
import io.migawari.controller.store.Notifications;
import io.migawari.controller.store.Report;
import io.migawari.controller.store.VmMove;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code /v1/notifications} and the moves below it. */
public final class NotificationsResource implements Resource {

    private static final Pattern HOST_NAME = Pattern.compile("[a-zA-Z0-9-._]*");
    private static final int LONGEST_HOST_NAME = 255;

    private final Intake intake;
    private final Notifications notifications;
    private final Incidents incidents;
    private final Audit audit;

    public NotificationsResource(Intake intake, Notifications notifications, Incidents incidents, Audit audit) {
        this.intake = intake;
        this.notifications = notifications;
        this.incidents = incidents;
        this.audit = audit;
    }

    @Override
    public void addTo(Router router) {
        String one = "/v1/notifications/{notification}";
        router.add("GET", "/v1/notifications", Access.LOOK, this::list)
                .add("POST", "/v1/notifications", Access.REPORT, this::create)
                .add("GET", one, Access.LOOK, this::show)
                .add("GET", one + "/vmoves", Access.LOOK, this::moves)
                .add("GET", one + "/vmoves/{vmove}", Access.LOOK, this::move);
    }

    private Reply list(Call call) throws ApiException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode all = body.putArray("notifications");
        try {
            notifications.list(call.listRequest()).forEach(found -> all.add(Views.notification(found)));
        } catch (BadListRequestException e) {
            throw ApiException.badRequest(e.words());
        }
        return Reply.ok(body);
    }

    private Reply show(Call call) throws ApiException {
        Notification notification = find(call);
        ObjectNode view = Views.notification(notification);
        if (call.version().tellsTheWorkflow()) {
            view.set("recovery_workflow_details", workflow(notification));
        }
        return Reply.ok(JsonNodeFactory.instance.objectNode().set("notification", view));
    }

    /** Empty, if it led to nothing. */
    private ArrayNode workflow(Notification notification) {
        return notification
                .incident()
                .flatMap(incidents::find)
                .map(incident ->
                        Workflow.of(incident, audit.decisions(incident.id()), incidents.story(incident.id(), 0)))
                .orElseGet(JsonNodeFactory.instance::arrayNode);
    }

    /** 202 only when the report is durable; if it is not, {@link ApiServer} answers 503 and the monitor tries again. */
    private Reply create(Call call) throws ApiException {
        Report report = report(call);
        Taken taken = intake.accept(report, call.caller());
        Reply reply = answer(report, taken.acceptance());
        return taken.doubt().map(reply::doubting).orElse(reply);
    }

    private static Reply answer(Report report, Acceptance acceptance) {
        if (acceptance instanceof Acceptance.Stored stored) {
            return Reply.of(
                    202,
                    JsonNodeFactory.instance
                            .objectNode()
                            .set("notification", Views.notification(stored.notification())));
        }
        if (acceptance instanceof Acceptance.Duplicate) {
            return Reply.fault(
                    409,
                    "Notification received from host " + report.host() + " of type " + report.type()
                            + " is duplicate.");
        }
        if (acceptance instanceof Acceptance.OnMaintenance) {
            return Reply.fault(
                    409,
                    "Notification received from host " + report.host() + " of type '" + report.type()
                            + "' is ignored as the host is already under maintenance.");
        }
        if (acceptance instanceof Acceptance.UnknownHost) {
            return Reply.fault(400, "Host with name " + report.host() + " could not be found.");
        }
        throw new AssertionError(acceptance);
    }

    private static Report report(Call call) throws ApiException {
        Fields fields = Fields.under("notification", call.json());
        NotificationType type = NotificationType.valueOf(fields.oneOf("type", "COMPUTE_HOST", "VM", "PROCESS"));
        String host = fields.matching("hostname", HOST_NAME, 1, LONGEST_HOST_NAME);
        Instant generated = Times.read("generated_time", fields.value("generated_time"));
        Map<String, String> payload = fields.texts("payload");
        checkPayload(type, Fields.whole(fields.value("payload")));
        // Our own monitors' addition; Masakari's API has no place for it, and no monitor of Masakari's sends it.
        Map<String, String> evidence = fields.has("evidence") ? fields.texts("evidence") : Map.of();
        fields.refuseUnknown();
        if (!HostName.isValid(host)) {
            throw ApiException.badRequest("Host with name " + host + " could not be found.");
        }
        return new Report(type, new HostName(host), generated, payload, evidence);
    }

    private static void checkPayload(NotificationType type, Fields payload) throws ApiException {
        switch (type) {
            case COMPUTE_HOST -> {
                payload.oneOf("event", "STARTED", "STOPPED");
                if (payload.has("host_status")) {
                    payload.oneOf("host_status", "NORMAL", "UNKNOWN");
                }
                if (payload.has("cluster_status")) {
                    payload.oneOf("cluster_status", "ONLINE", "OFFLINE");
                }
            }
            case PROCESS -> {
                payload.oneOf("event", "STARTED", "STOPPED");
                payload.text("process_name", 1, 4096);
            }
            case VM -> {
                if (Uuids.find(payload.text("instance_uuid", 0, 255)).isEmpty()) {
                    JsonNode value = payload.value("instance_uuid");
                    throw Fields.invalid("instance_uuid", value, ShownValue.quoted(value) + " is not a 'uuid'");
                }
                payload.text("vir_domain_event", 1, 255);
                payload.text("event", 1, 255);
            }
        }
        payload.refuseUnknown();
    }

    private Reply moves(Call call) throws ApiException {
        Notification notification = aboutHost(call);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode all = body.putArray("vmoves");
        movesOf(notification, call.listRequest()).forEach(move -> all.add(Views.vmMove(move, notification.id())));
        return Reply.ok(body);
    }

    private Reply move(Call call) throws ApiException {
        Notification notification = aboutHost(call);
        String id = call.pathValue("vmove");
        var wanted = Uuids.find(id).map(MoveId::new);
        for (VmMove move : movesOf(notification, ListRequest.all())) {
            if (wanted.filter(move.move().id()::equals).isPresent() || id.equals(String.valueOf(move.number()))) {
                return Reply.ok(
                        JsonNodeFactory.instance.objectNode().set("vmove", Views.vmMove(move, notification.id())));
            }
        }
        throw ApiException.notFound("No vm move with id " + id + ".");
    }

    private List<VmMove> movesOf(Notification notification, ListRequest request) throws ApiException {
        try {
            return notifications.moves(notification.id(), request);
        } catch (BadListRequestException e) {
            throw ApiException.badRequest(e.words());
        }
    }

    private Notification aboutHost(Call call) throws ApiException {
        Notification notification = find(call);
        if (notification.type() != NotificationType.COMPUTE_HOST) {
            throw ApiException.badRequest("This notification " + notification.id() + " without vm moves.");
        }
        return notification;
    }

    private Notification find(Call call) throws ApiException {
        String id = call.pathValue("notification");
        Optional<Notification> notification = id.matches("\\d{1,9}")
                ? notifications.findByNumber(Long.parseLong(id))
                : Uuids.find(id).flatMap(uuid -> notifications.find(new NotificationId(uuid)));
        return notification.orElseThrow(() -> ApiException.notFound("No notification with id " + id + "."));
    }
}
