// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.decision.operation.OperationStory;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Operations as JSON. */
final class OperationViews {

    private OperationViews() {}

    /** In a list. */
    static ObjectNode summary(Operation operation) {
        Order order = operation.order();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("uuid", operation.id().toString());
        json.put("order", order.verb());
        json.put("command", OperationStory.words(operation));
        json.put("host", order.wholeHost().map(HostName::value).orElse(null));
        json.put("instance_uuid", order.oneServer().map(ServerId::toString).orElse(null));
        json.put("successor_uuid", operation.successor().map(ServerId::toString).orElse(null));
        json.put("requested_by", operation.requestedBy());
        json.put("reason", operation.reason());
        json.put("state", lower(operation.state()));
        json.put("open", operation.isOpen());
        json.put("message", operation.words());
        ObjectNode counts = json.putObject("instances_by_state");
        operation.transfers().forEach(transfer -> {
            String state = lower(transfer.state());
            counts.put(state, counts.path(state).asInt() + 1);
        });
        json.put("opened_at", Times.write(operation.openedAt()));
        json.put("closed_at", Times.write(operation.closedAt()));
        return json;
    }

    /** Everything. */
    static ObjectNode whole(Operation operation, Optional<String> owner) {
        ObjectNode json = summary(operation);
        json.put("owner", owner.orElse(null));
        json.put("epoch", operation.epoch());
        operation
                .abort()
                .ifPresentOrElse(
                        abort -> json.putObject("aborted")
                                .put("by", abort.by())
                                .put("reason", abort.reason())
                                .put("at", Times.write(abort.at()))
                                .put("running", abort.running()),
                        () -> json.putNull("aborted"));
        json.put("retried_at", Times.write(operation.retried().map(Operation.Retried::at)));
        json.set("instances", transfers(operation.transfers()));
        ArrayNode journal = json.putArray("journal");
        operation.journal().forEach(entry -> journal.add(IncidentViews.entry(entry)));
        return json;
    }

    static ArrayNode transfers(List<Transfer> transfers) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        transfers.forEach(transfer -> {
            ObjectNode json = all.addObject();
            json.put("instance_uuid", transfer.server().toString())
                    .put("instance_name", transfer.serverName())
                    .put("how", lower(transfer.way()))
                    .put("former_state", transfer.former())
                    .put("state", lower(transfer.state()))
                    .put("source", transfer.source().value())
                    .put(
                            "destination",
                            transfer.destination().map(HostName::value).orElse(null))
                    .put(
                            "successor_uuid",
                            transfer.successor().map(ServerId::toString).orElse(null))
                    .put("percent", transfer.percent().orElse(null))
                    .put("message", transfer.words())
                    .put("attempts", transfer.attempts())
                    .put("started_at", Times.write(transfer.startedAt()))
                    .put("ended_at", Times.write(transfer.endedAt()));
            ArrayNode wishes = json.putArray("wanted_destinations");
            transfer.wishes().forEach(host -> wishes.add(host.value()));
        });
        return all;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
