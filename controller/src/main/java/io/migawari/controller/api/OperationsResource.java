// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.decision.operation.OperationStory;
import io.migawari.controller.decision.operation.OrderCheck;
import io.migawari.controller.model.Booleans;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.operation.Abort;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationId;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Way;
import io.migawari.controller.operation.OrderDesk;
import io.migawari.controller.operation.OrderDesk.Drafted;
import io.migawari.controller.store.ListRequest;
import io.migawari.controller.store.Operations;
import io.migawari.controller.store.Operations.Answer;
import io.migawari.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** {@code /migawari/v1/operations}: moves that people ask for. */
public final class OperationsResource implements Resource {

    private static final Logger log = LoggerFactory.getLogger(OperationsResource.class);
    private static final int LONGEST_REASON = 1000;

    private final Operations operations;
    private final OrderDesk desk;
    private final Runnable wake;
    private final Time time;

    public OperationsResource(Operations operations, OrderDesk desk, Runnable wake, Time time) {
        this.operations = operations;
        this.desk = desk;
        this.wake = wake;
        this.time = time;
    }

    @Override
    public void addTo(Router router) {
        String all = "/migawari/v1/operations";
        String one = all + "/{operation}";
        router.add("GET", all, Access.LOOK, this::list)
                .add("POST", all, Access.ADMIN, this::begin)
                .add("GET", one, Access.LOOK, call -> Reply.ok(wrapped(find(call))))
                .add("GET", one + "/story", Access.LOOK, this::story)
                .add("POST", one + "/abort", Access.ADMIN, this::abort)
                .add("POST", one + "/force-complete", Access.ADMIN, this::force)
                .add("POST", one + "/retry", Access.ADMIN, this::retry);
    }

    private Reply list(Call call) throws ApiException {
        boolean openOnly = call.parameter("open").flatMap(Booleans::find).orElse(false);
        int limit = Math.min(call.listRequest().limit(), ListRequest.MOST);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode all = body.putArray("operations");
        operations.list(openOnly, limit).stream()
                .flatMap(id -> operations.find(id).stream())
                .forEach(operation -> all.add(OperationViews.summary(operation)));
        return Reply.ok(body);
    }

    private Reply begin(Call call) throws ApiException, InterruptedException {
        Fields fields = Fields.under("operation", call.json());
        String verb = fields.oneOf(
                "order", "live-migrate", "migrate", "evacuate", "evacuate-host", "drain", "undrain", "move-zone");
        String reason = fields.findProse("reason", LONGEST_REASON).orElse("");
        boolean dryRun = fields.flag("dry_run", false);
        OrderCheck.Word word = verb.startsWith("evacuate")
                ? new OrderCheck.Word(fields.flag("confirm_dead", false), fields.flag("accept_rebuild", false))
                : OrderCheck.Word.none();
        try {
            Order order = order(verb, fields);
            fields.refuseUnknown();
            Drafted drafted = desk.draft(order, call.caller(), reason, word);
            return dryRun ? Reply.ok(plan(drafted)) : begin(call, drafted);
        } catch (OrderDesk.WhichServerException e) {
            throw ApiException.notFound(String.valueOf(e.getMessage()));
        } catch (CloudException e) {
            throw e.kind() == CloudException.Kind.NOT_FOUND
                    ? ApiException.notFound("Nova has no such instance: " + e.words())
                    : new ApiException(503, "Nova cannot be asked: " + e.words());
        }
    }

    private Order order(String verb, Fields fields)
            throws ApiException, OrderDesk.WhichServerException, CloudException, InterruptedException {
        return switch (verb) {
            case "drain" ->
                new Order.Drain(
                        host(fields),
                        hosts(fields),
                        fields.has("remainder")
                                ? fields.choice("remainder", Order.Remainder.class)
                                : Order.Remainder.LEAVE);
            case "evacuate-host" -> new Order.EvacuateHost(host(fields), hosts(fields));
            case "move-zone" ->
                new Order.MoveZone(
                        desk.which(fields.name("server")),
                        fields.name("zone"),
                        fields.flag("live_snapshot", false),
                        fields.flag("delete_source", false));
            case "undrain" -> new Order.Undrain(host(fields), fields.flag("return", false));
            case "live-migrate" -> move(Way.LIVE, fields);
            case "migrate" -> move(Way.COLD, fields);
            case "evacuate" -> move(Way.EVACUATE, fields);
            default -> throw new AssertionError(verb);
        };
    }

    private Order move(Way way, Fields fields)
            throws ApiException, OrderDesk.WhichServerException, CloudException, InterruptedException {
        String server = fields.name("server");
        List<HostName> to = hosts(fields);
        if (to.size() > 1) {
            throw Fields.invalid("to", fields.value("to"), "one instance goes to one host");
        }
        return new Order.MoveServer(way, desk.which(server), to.stream().findFirst());
    }

    private static HostName host(Fields fields) throws ApiException {
        String name = fields.name("host");
        if (!HostName.isValid(name)) {
            throw Fields.invalid("host", fields.value("host"), "expected the name of a compute host");
        }
        return new HostName(name);
    }

    private static List<HostName> hosts(Fields fields) throws ApiException {
        List<HostName> hosts = new ArrayList<>();
        if (!fields.has("to")) {
            return hosts;
        }
        JsonNode to = fields.value("to");
        if (!to.isArray()) {
            throw Fields.invalid("to", to, "expected a list of compute hosts");
        }
        for (JsonNode name : to) {
            if (!name.isTextual() || !HostName.isValid(name.asText())) {
                throw Fields.invalid("to", to, "expected a list of compute hosts");
            }
            hosts.add(new HostName(name.asText()));
        }
        return hosts;
    }

    private static ObjectNode plan(Drafted drafted) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode plan = body.putObject("plan");
        plan.put("order", drafted.operation().order().verb());
        plan.set("instances", OperationViews.transfers(drafted.operation().transfers()));
        ArrayNode refusals = plan.putArray("refusals");
        drafted.checked().refusals().forEach(refusals::add);
        ArrayNode remarks = plan.putArray("remarks");
        drafted.checked().remarks().forEach(remarks::add);
        return body;
    }

    private Reply begin(Call call, Drafted drafted) throws ApiException {
        List<String> refusals = drafted.checked().refusals();
        if (!refusals.isEmpty()) {
            throw ApiException.conflict(String.join(" ", refusals));
        }
        Operation operation = drafted.operation();
        refuse(operations.begin(operation));
        told(call, operation).log("Asked for: {}", OperationStory.words(operation));
        wake.run();
        return Reply.of(202, wrapped(operation));
    }

    private Reply story(Call call) throws ApiException {
        Operation operation = find(call);
        long after;
        try {
            after = Long.parseLong(call.parameter("after").orElse("0"));
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("after must be an integer");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("open", operation.isOpen());
        body.set("story", IncidentViews.story(operations.story(operation.id(), after)));
        return Reply.ok(body);
    }

    private Reply abort(Call call) throws ApiException {
        Operation operation = find(call);
        Fields fields = Fields.of("body", call.json());
        String reason = fields.prose("reason", LONGEST_REASON);
        boolean running = fields.flag("running", false);
        fields.refuseUnknown();
        refuse(operations.abort(operation.id(), new Abort(call.caller(), reason, time.now(), running)));
        told(call, operation).log("An operation is called off by an operator");
        return heard(operation);
    }

    private Reply force(Call call) throws ApiException {
        Operation operation = find(call);
        refuse(operations.force(operation.id(), call.caller(), time.now()));
        told(call, operation).log("Live migrations are to be completed at once");
        return heard(operation);
    }

    private Reply retry(Call call) throws ApiException {
        Operation operation = find(call);
        Fields fields = Fields.of("body", call.json());
        String reason = fields.prose("reason", LONGEST_REASON);
        fields.refuseUnknown();
        refuse(operations.retry(operation.id(), call.caller(), reason, time.now()));
        told(call, operation).log("An operation is to be tried again, says an operator");
        return heard(operation);
    }

    private static LoggingEventBuilder told(Call call, Operation operation) {
        return log.atInfo().addKeyValue("operation", operation.id()).addKeyValue("by", call.caller());
    }

    private Reply heard(Operation operation) {
        ObjectNode body = wrapped(operations.find(operation.id()).orElse(operation));
        wake.run();
        return Reply.of(202, body);
    }

    private static void refuse(Answer answer) throws ApiException {
        if (answer instanceof Answer.Refused refused) {
            throw ApiException.conflict(refused.why());
        }
    }

    private Operation find(Call call) throws ApiException {
        String id = call.pathValue("operation");
        Optional<Operation> found = Uuids.find(id).flatMap(uuid -> operations.find(new OperationId(uuid)));
        return found.orElseThrow(() -> ApiException.notFound("No operation with id " + id + "."));
    }

    private ObjectNode wrapped(Operation operation) {
        return JsonNodeFactory.instance
                .objectNode()
                .set("operation", OperationViews.whole(operation, operations.owner(operation.id())));
    }
}
