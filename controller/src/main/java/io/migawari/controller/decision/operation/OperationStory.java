// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationState;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Way;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a person would want to be told about the difference between an operation before and after a decision. */
public final class OperationStory {

    /** What sort of news a line is. */
    public enum Kind {
        INSTANCE("operation-instance"),
        STATE("operation-state"),
        ENDED_BADLY("operation-ended-badly");

        private final String event;

        Kind(String event) {
            this.event = event;
        }

        /** What the log calls it. */
        public String event() {
            return event;
        }
    }

    /** @param server the instance that it is about, if it is about one */
    public record Line(Kind kind, Optional<ServerId> server, String words) {}

    private OperationStory() {}

    /** How it began. */
    public static String opened(Operation operation) {
        String why = operation.reason().isEmpty() ? "" : ": " + operation.reason();
        return operation.requestedBy() + " asks: " + words(operation) + why;
    }

    /** The order, as it could be given on the command line. */
    public static String words(Operation operation) {
        Order order = operation.order();
        if (order instanceof Order.MoveServer move) {
            return move.verb() + " " + nameOf(operation, move.server())
                    + move.to().map(host -> " --to " + host).orElse("");
        }
        if (order instanceof Order.Drain drain) {
            return "drain " + drain.host() + to(drain.to());
        }
        if (order instanceof Order.Undrain undrain) {
            return "undrain " + undrain.host() + (undrain.bringBack() ? " --return" : "");
        }
        if (order instanceof Order.EvacuateHost evacuate) {
            return "evacuate-host " + evacuate.host() + to(evacuate.to());
        }
        if (order instanceof Order.MoveZone move) {
            return move.verb() + " " + nameOf(operation, move.server()) + " --zone " + move.zone()
                    + (move.liveSnapshot() ? " --live-snapshot" : "") + (move.deleteSource() ? " --delete-source" : "");
        }
        throw new AssertionError(order);
    }

    private static String nameOf(Operation operation, ServerId server) {
        return operation.transfers().stream()
                .map(Transfer::serverName)
                .findFirst()
                .orElse(server.toString());
    }

    private static String to(List<HostName> hosts) {
        StringBuilder words = new StringBuilder();
        hosts.forEach(host -> words.append(" --to ").append(host));
        return words.toString();
    }

    /** In the order in which a person would tell it. */
    public static List<Line> between(Operation before, Operation after) {
        List<Line> lines = new ArrayList<>();
        Map<ServerId, Transfer> former = new HashMap<>();
        before.transfers().forEach(transfer -> former.put(transfer.server(), transfer));
        after.transfers().stream()
                .filter(transfer -> hasNews(Optional.ofNullable(former.get(transfer.server())), transfer))
                .forEach(transfer -> lines.add(new Line(
                        Kind.INSTANCE,
                        Optional.of(transfer.server()),
                        transfer.serverName() + ": " + transfer.words())));
        if (after.state() != before.state()) {
            boolean isBad = after.state() == OperationState.FAILED || after.state() == OperationState.PARTLY_DONE;
            lines.add(new Line(
                    isBad ? Kind.ENDED_BADLY : Kind.STATE,
                    Optional.empty(),
                    after.words() + ": " + after.state().words()));
        }
        return lines;
    }

    private static boolean hasNews(Optional<Transfer> former, Transfer transfer) {
        return former.isEmpty()
                || former.get().state() != transfer.state()
                || (transfer.way() == Way.ZONE && !former.get().words().equals(transfer.words()))
                || former.get().attempts() != transfer.attempts();
    }
}
