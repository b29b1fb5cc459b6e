// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.operation;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.cloud.Migrations;
import io.migawari.controller.cloud.Survey;
import io.migawari.controller.cloud.ZoneMoves;
import io.migawari.controller.decision.Seen;
import io.migawari.controller.decision.operation.OrderCheck;
import io.migawari.controller.decision.operation.OrderCheck.Checked;
import io.migawari.controller.decision.operation.Prospect;
import io.migawari.controller.fencing.Fencing;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationId;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Way;
import io.migawari.controller.store.Operations;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where orders are taken: looks at the world, and makes of an order an operation that can be begun, or says why not. Any thread. */
public final class OrderDesk {

    /** An operation that nobody has begun yet, and what was found when it was checked. */
    public record Drafted(Operation operation, Checked checked) {}

    /** Which instance is meant cannot be told. */
    public static final class WhichServerException extends Exception {

        private static final long serialVersionUID = 1;

        WhichServerException(String message) {
            super(message);
        }
    }

    private final Operations operations;
    private final Cloud cloud;
    private final Migrations migrations;
    private final ZoneMoves zoneMoves;
    private final Survey survey;
    private final Fencing fencing;
    private final Duration patience;
    private final Time time;

    public OrderDesk(
            Operations operations,
            Cloud cloud,
            Migrations migrations,
            ZoneMoves zoneMoves,
            Survey survey,
            Fencing fencing,
            Duration patience,
            Time time) {
        this.operations = operations;
        this.cloud = cloud;
        this.migrations = migrations;
        this.zoneMoves = zoneMoves;
        this.survey = survey;
        this.fencing = fencing;
        this.patience = patience;
        this.time = time;
    }

    /**
     * Drafts an operation.
     *
     * @param word what its caller vouches for
     * @throws CloudException {@code NOT_FOUND} if its instance does not exist
     */
    public Drafted draft(Order order, String by, String reason, OrderCheck.Word word)
            throws CloudException, InterruptedException {
        Instant now = time.now();
        Optional<Operation> drain =
                order instanceof Order.Undrain undrain ? operations.lastDrain(undrain.host()) : Optional.empty();
        List<Transfer> drained = drain.map(Operation::transfers).orElse(List.of());
        Prospect prospect = prospect(order, drained, now);
        Checked checked = OrderCheck.check(order, prospect, drained, word, now);
        Optional<ServiceBefore> before = drain.flatMap(Operation::before);
        return new Drafted(
                Operation.opened(OperationId.random(), order, by, reason, before, checked.transfers(), now), checked);
    }

    private Prospect prospect(Order order, List<Transfer> drained, Instant now)
            throws CloudException, InterruptedException {
        List<Server> servers = servers(order, drained);
        Optional<HostName> dead = dead(order, servers);
        boolean otherZone = order instanceof Order.MoveZone;
        return new Prospect(
                cloud.computeServices(patience),
                servers,
                ask(() -> survey.zones(patience)),
                ask(() -> survey.residents(patience)),
                ask(() -> survey.rooms(patience)),
                operations.vicinity(now),
                power(dead),
                dead.isPresent() ? ask(() -> cloud.liveMigrationsFrom(dead.get(), patience)) : new Seen.NotAsked<>(),
                otherZone
                        ? ask(() -> zoneMoves.removal(order.oneServer().orElseThrow(), patience))
                        : new Seen.NotAsked<>(),
                otherZone ? ask(() -> survey.serverGroups(patience)) : new Seen.NotAsked<>());
    }

    private List<Server> servers(Order order, List<Transfer> drained) throws CloudException, InterruptedException {
        if (order.oneServer().isPresent()) {
            return List.of(cloud.server(order.oneServer().get(), patience));
        }
        if (order instanceof Order.EvacuateHost evacuate) {
            return cloud.serversOn(evacuate.host(), patience);
        }
        if (order instanceof Order.Drain drain) {
            return cloud.serversOn(drain.host(), patience);
        }
        if (order instanceof Order.Undrain undrain && undrain.bringBack() && !drained.isEmpty()) {
            List<ServerId> gone = drained.stream().map(Transfer::server).toList();
            return survey.residents(patience).stream()
                    .map(resident -> resident.server())
                    .filter(server -> gone.contains(server.id()))
                    .toList();
        }
        return List.of();
    }

    /** The host that is dead by the word of who gives the order. */
    private static Optional<HostName> dead(Order order, List<Server> servers) {
        if (order instanceof Order.MoveServer move && move.way() == Way.EVACUATE) {
            return servers.get(0).host();
        }
        return order instanceof Order.EvacuateHost evacuate ? Optional.of(evacuate.host()) : Optional.empty();
    }

    private Power power(Optional<HostName> dead) throws InterruptedException {
        return dead.isPresent() && fencing.covers(dead.get()) ? fencing.power(dead.get()) : Power.none();
    }

    /**
     * The instance that is meant by an id or by a name.
     *
     * @throws WhichServerException if there is none of that name, or more than one
     */
    public ServerId which(String idOrName) throws WhichServerException, CloudException, InterruptedException {
        try {
            return ServerId.parse(idOrName);
        } catch (IllegalArgumentException e) {
            List<Server> named = migrations.named(idOrName, patience);
            if (named.size() == 1) {
                return named.get(0).id();
            }
            String ids = named.stream()
                    .map(server -> server.id()
                            + server.host().map(host -> " on " + host).orElse(""))
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw new WhichServerException(
                    named.isEmpty()
                            ? "No instance has the name " + idOrName + "."
                            : named.size() + " instances have the name " + idOrName + ": " + ids
                                    + ". Say which one by its id.");
        }
    }

    private interface Read<T> {
        T read() throws CloudException, InterruptedException;
    }

    private <T> Seen<T> ask(Read<T> read) throws InterruptedException {
        Instant asked = time.now();
        try {
            return new Seen.Known<>(read.read(), asked);
        } catch (CloudException e) {
            return new Seen.Unknown<>(e.words());
        }
    }
}
