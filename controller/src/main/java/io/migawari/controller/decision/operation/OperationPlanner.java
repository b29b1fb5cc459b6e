// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Way;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which instances an operation moves, how, and in which order. */
public final class OperationPlanner {

    /** What an owner may say of the order, a whole number; the highest first, and 0 without. */
    private static final String PRIORITY = "HA_Priority";

    private OperationPlanner() {}

    /** All that is on a host: what runs before what is stopped, by priority, then by name. */
    public static List<Transfer> ofDrain(Order.Drain drain, List<Server> servers, Instant now) {
        List<Transfer> transfers = new ArrayList<>();
        for (Server server : inOrder(servers)) {
            transfers.add(ofDrain(drain, server, transfers.size(), now));
        }
        return transfers;
    }

    private static List<Server> inOrder(List<Server> servers) {
        return servers.stream()
                .sorted(Comparator.comparing((Server server) -> !server.guestRuns())
                        .thenComparing(server -> -priority(server))
                        .thenComparing(Server::name)
                        .thenComparing(server -> server.id().toString()))
                .toList();
    }

    static Transfer ofDrain(Order.Drain drain, Server server, int rank, Instant now) {
        Ways.Choice choice = Ways.fromLiving(server);
        boolean isLive = choice instanceof Ways.Choice.Go go ? go.way() == Way.LIVE : server.guestRuns();
        Transfer planned = Transfer.planned(
                server.id(),
                server.name(),
                rank,
                isLive ? Way.LIVE : Way.COLD,
                drain.host(),
                drain.to(),
                server.states(),
                isLive,
                "planned");
        return choice instanceof Ways.Choice.No no ? planned.ended(Transfer.State.LEFT, no.why(), now) : planned;
    }

    /** All that is on a dead host, in the same order. What cannot be rebuilt is left. */
    static List<Transfer> ofDead(Order.EvacuateHost order, List<Server> servers, Instant now) {
        List<Transfer> transfers = new ArrayList<>();
        for (Server server : inOrder(servers)) {
            Ways.Choice choice = Ways.fromDead(server);
            boolean runs = choice instanceof Ways.Choice.Go go ? go.runs() : server.guestRuns();
            Transfer planned = Transfer.planned(
                    server.id(),
                    server.name(),
                    transfers.size(),
                    Way.EVACUATE,
                    order.host(),
                    order.to(),
                    server.states(),
                    runs,
                    "planned");
            transfers.add(
                    choice instanceof Ways.Choice.No no ? planned.ended(Transfer.State.LEFT, no.why(), now) : planned);
        }
        return transfers;
    }

    /**
     * One instance.
     *
     * @throws IllegalArgumentException if it is on no host
     */
    public static Transfer ofServer(Server server, Way way, boolean runs, Optional<HostName> to) {
        HostName source =
                server.host().orElseThrow(() -> new IllegalArgumentException(server.name() + " is on no host"));
        return Transfer.planned(
                server.id(),
                server.name(),
                0,
                way,
                source,
                to.map(List::of).orElse(List.of()),
                server.states(),
                runs,
                "planned");
    }

    /** Those that a drain has moved away, and that are still where it has put them. */
    public static List<Transfer> back(HostName host, List<Transfer> drained, List<Server> now) {
        List<Transfer> transfers = new ArrayList<>();
        for (Transfer gone : drained) {
            now.stream()
                    .filter(server -> server.id().equals(gone.server()))
                    .filter(server -> gone.state() == Transfer.State.SUCCEEDED
                            && gone.destination().filter(server::isOn).isPresent())
                    .findFirst()
                    .ifPresent(server -> {
                        boolean isLive = Ways.fromLiving(server) instanceof Ways.Choice.Go go
                                ? go.way() == Way.LIVE
                                : server.guestRuns();
                        transfers.add(Transfer.planned(
                                server.id(),
                                server.name(),
                                transfers.size(),
                                isLive ? Way.LIVE : Way.COLD,
                                server.host().orElseThrow(),
                                List.of(host),
                                server.states(),
                                isLive,
                                "planned"));
                    });
        }
        return transfers;
    }

    private static long priority(Server server) {
        String text = server.metadata().getOrDefault(PRIORITY, "0");
        return text.matches("\\d{1,9}") ? Long.parseLong(text) : 0;
    }
}
