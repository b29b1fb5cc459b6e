// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.decision.operation.Vicinity.Failure;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Way;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether what somebody asks for can be done, before anything is: early and in words that say what to do instead. Pure. What is not
 * known now (room, zones) refuses nothing; Nova will say it.
 */
public final class OrderCheck {

    /**
     * What the check comes to.
     *
     * @param transfers which instances move, how, and in which order
     * @param refusals why it is not begun; empty if it can be
     * @param remarks what its caller should know first
     */
    public record Checked(List<Transfer> transfers, List<String> refusals, List<String> remarks) {

        public Checked {
            transfers = List.copyOf(transfers);
            refusals = List.copyOf(refusals);
            remarks = List.copyOf(remarks);
        }
    }

    private final Prospect prospect;
    private final Instant now;
    private final List<Transfer> transfers = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    private OrderCheck(Prospect prospect, Instant now) {
        this.prospect = prospect;
        this.now = now;
    }

    /**
     * What a person vouches for, of an evacuation.
     *
     * @param isDead that its host is off
     * @param acceptsRebuild that what its root disk holds may be lost
     */
    public record Word(boolean isDead, boolean acceptsRebuild) {

        /** Of an order that needs none. */
        public static Word none() {
            return new Word(false, false);
        }
    }

    /**
     * Checks an order.
     *
     * @param drained of an undrain that brings instances back: those that the drain had moved
     */
    public static Checked check(Order order, Prospect prospect, List<Transfer> drained, Word word, Instant now) {
        var check = new OrderCheck(prospect, now);
        if (order instanceof Order.MoveServer move) {
            check.move(move, word);
        } else if (order instanceof Order.Drain drain) {
            check.drain(drain);
        } else if (order instanceof Order.Undrain undrain) {
            check.undrain(undrain, drained);
        } else if (order instanceof Order.EvacuateHost evacuate) {
            check.evacuateHost(evacuate, word);
        } else if (order instanceof Order.MoveZone zone) {
            check.moveZone(zone);
        } else {
            throw new AssertionError(order);
        }
        return new Checked(check.transfers, check.refusals, check.remarks);
    }

    private void move(Order.MoveServer move, Word word) {
        Server server = prospect.servers().get(0);
        if (server.host().isEmpty()) {
            refuse(server.name() + " is on no host (" + server.states() + ").");
            return;
        }
        HostName source = server.host().get();
        Ways.Choice choice = move.way() == Way.EVACUATE ? Ways.fromDead(server) : Ways.fromLiving(server);
        if (choice instanceof Ways.Choice.No no) {
            refuse(server.name() + " cannot be moved: " + no.why() + ".");
            return;
        }
        if (choice instanceof Ways.Choice.Later later) {
            refuse(server.name() + " cannot be moved now: " + later.why() + ". Try again when that is over.");
            return;
        }
        Ways.Choice.Go go = (Ways.Choice.Go) choice;
        if (move.way() == Way.LIVE && go.way() == Way.COLD) {
            refuse(server.name() + " is stopped, so there is nothing to migrate live. Use: migawari migrate "
                    + server.id());
        }
        if (move.way() == Way.COLD && server.vmState() == VmState.PAUSED) {
            refuse(server.name()
                    + " is paused, and Nova migrates no paused instance cold. Unpause it, or use: migawari "
                    + "live-migrate " + server.id());
        }
        if (move.way() == Way.EVACUATE) {
            fromDead(source, List.of(server), word);
        } else {
            fromLiving(source);
        }
        Optional<HostName> bound = move.way() == Way.EVACUATE ? bound(server) : Optional.empty();
        if (bound.isPresent() && move.to().isPresent() && !bound.equals(move.to())) {
            refuse(mayRunOn(server, bound.get()) + " Use --to " + bound.get() + ".");
        }
        Optional<HostName> to = bound.or(move::to);
        to.ifPresent(host -> destination(host, source));
        boolean runs = move.way() == Way.COLD ? go.way() == Way.LIVE : go.runs();
        Transfer transfer = OperationPlanner.ofServer(server, move.way(), runs, to);
        transfers.add(transfer);
        if (refusals.isEmpty()) {
            room(transfer);
        }
    }

    private void fromLiving(HostName source) {
        Optional<ComputeService> service = prospect.service(source);
        if (service.isEmpty()) {
            refuse("Nova has no nova-compute service on " + source + ".");
        } else if (!service.get().up()) {
            refuse("Nova takes " + source
                    + " for down, so nothing can be migrated from it. If it is dead, its instances "
                    + "have to be evacuated.");
        }
        noFailure(source);
    }

    private void fromDead(HostName source, List<Server> servers, Word word) {
        String who = servers.size() == 1 ? servers.get(0).name() : "its instances";
        Optional<ComputeService> service = prospect.service(source);
        boolean up = service.filter(ComputeService::up).isPresent();
        if (up) {
            refuse(source + " is alive, as Nova sees it: evacuated from there, " + who
                    + " would run twice. Use: migawari "
                    + (servers.size() == 1 ? "live-migrate " + servers.get(0).id() : "drain " + source));
            return;
        }
        noFailure(source);
        boolean isOn = prospect.power().levels().stream()
                .flatMap(level -> level.devices().stream())
                .anyMatch(device -> device.reading() instanceof Power.Reading.On);
        boolean isOff = prospect.power().levels().stream().anyMatch(Power.Level::isOff);
        if (isOn) {
            refuse("The fencing device of " + source + " says that its power is on: evacuated from there, " + who
                    + " could run twice. Switch it off first.");
        } else if (!isOff && !word.isDead()) {
            refuse("Nova takes " + source + " for down, but nothing proves that it is off: evacuated from there, " + who
                    + " could run twice. If you know that it is off, say so with --confirm-dead.");
        }
        List<String> rebuilt = servers.stream()
                .filter(server -> !prospect.isOnVolume(server.id()).orElse(false))
                .map(Server::name)
                .toList();
        if (!rebuilt.isEmpty() && !word.acceptsRebuild()) {
            refuse("The root disk of " + some(rebuilt)
                    + " is no volume: unless the instances' directory is on storage that "
                    + "all hosts share, it is built anew from its image, and what it has written is lost. If it is "
                    + "shared, or you accept that, say so with --accept-rebuild.");
        }
    }

    /** Where an instance was going that was migrating live when its host died: it can go nowhere else. */
    private Optional<HostName> bound(Server server) {
        if (server.taskState().filter("migrating"::equals).isEmpty()) {
            return Optional.empty();
        }
        if (prospect.liveMigrations().known().isEmpty()) {
            refuse(server.name() + " was migrating live when its host died, and it cannot be seen where to: "
                    + prospect.liveMigrations().whyUnknown().orElse("it was not asked") + ".");
            return Optional.empty();
        }
        return Optional.ofNullable(prospect.liveMigrations().known().get().get(server.id()));
    }

    private static String mayRunOn(Server server, HostName host) {
        return server.name() + " was migrating live to " + host
                + " when its host died, and may run there: evacuated to another host, it could run twice.";
    }

    private static String some(List<String> names) {
        int most = 3;
        String shown = String.join(", ", names.stream().limit(most).toList());
        return names.size() > most ? shown + " and " + (names.size() - most) + " more" : shown;
    }

    private void noFailure(HostName host) {
        Optional<Failure> failure = prospect.vicinity().failure(host);
        failure.ifPresent(found -> refuse("Incident " + found.incident() + " is about the failure of " + host
                + " and is not over; what becomes of its instances is decided there. See: migawari incident show "
                + found.incident()));
    }

    private void destination(HostName host, HostName source) {
        Optional<ComputeService> service = prospect.service(host);
        if (host.equals(source)) {
            refuse("It is on " + host + " already.");
        } else if (service.isEmpty()) {
            refuse("Nova has no nova-compute service on " + host + ".");
        } else if (!service.get().up()) {
            refuse(host + " is down, as Nova sees it.");
        } else if (!service.get().enabled()) {
            refuse(host + " is disabled, so Nova's scheduler refuses it"
                    + service.get()
                            .disabledReason()
                            .map(reason -> " (reason: " + reason + ")")
                            .orElse("") + ".");
        } else if (!service.get().takesInstances()) {
            refuse(host + " is forced down in Nova.");
        } else {
            prospect.vicinity()
                    .failure(host)
                    .ifPresent(failure -> refuse("Incident " + failure.incident() + " is about the failure of " + host
                            + " and is not over."));
            sameZone(host, source);
        }
    }

    private void sameZone(HostName host, HostName source) {
        Optional<String> there = prospect.zone(host);
        Optional<String> here = prospect.zone(source);
        if (there.isPresent() && here.isPresent() && !there.equals(here)) {
            refuse(host + " is in the availability zone " + there.get() + ", and " + source + " in " + here.get()
                    + "; Nova moves nothing from one to the other.");
        }
    }

    private void room(Transfer transfer) {
        var places = new Places(prospect);
        if (!places.knows(transfer.server())
                || places.put(transfer.server(), transfer.source(), transfer.wishes())
                        .isPresent()) {
            return;
        }
        if (transfer.wishes().isEmpty()) {
            refuse("No host has room for " + transfer.serverName() + ".");
            return;
        }
        HostName host = transfer.wishes().get(0);
        String missing = places.missing(host, prospect.needs(transfer.server()).orElseThrow())
                .orElse("");
        refuse(host + " has too little room for " + transfer.serverName() + " (" + missing + ").");
    }

    private void drain(Order.Drain drain) {
        fromLiving(drain.host());
        drain.to().forEach(host -> destination(host, drain.host()));
        transfers.addAll(OperationPlanner.ofDrain(drain, prospect.servers(), now));
        room(drain.host());
    }

    private void evacuateHost(Order.EvacuateHost order, Word word) {
        if (prospect.service(order.host()).isEmpty()) {
            refuse("Nova has no nova-compute service on " + order.host() + ".");
            return;
        }
        transfers.addAll(OperationPlanner.ofDead(order, prospect.servers(), now));
        List<Server> moving = prospect.servers().stream()
                .filter(server -> transfers.stream()
                        .anyMatch(transfer -> transfer.server().equals(server.id())
                                && !transfer.state().isEnd()))
                .toList();
        fromDead(order.host(), moving, word);
        order.to().forEach(host -> destination(host, order.host()));
        for (Server server : moving) {
            bound(server).ifPresent(host -> bind(server, host));
        }
        if (moving.isEmpty()) {
            remarks.add("Nothing on " + order.host() + " can be evacuated.");
        }
        room(order.host());
    }

    private void bind(Server server, HostName host) {
        transfers.replaceAll(transfer -> transfer.server().equals(server.id()) ? transfer.wishing(host) : transfer);
        remarks.add(mayRunOn(server, host) + " It goes there.");
    }

    /** Of all that leave a host. */
    private void room(HostName source) {
        if (!refusals.isEmpty()) {
            return;
        }
        var places = new Places(prospect);
        List<Transfer> without = transfers.stream()
                .filter(transfer -> !transfer.state().isEnd() && places.knows(transfer.server()))
                .filter(transfer ->
                        places.put(transfer.server(), source, transfer.wishes()).isEmpty())
                .toList();
        if (!without.isEmpty() && without.size() == transfers.size()) {
            refuse("No host has room for any of the instances on " + source + ".");
        } else {
            without.forEach(transfer -> remarks.add("There is no room for " + transfer.serverName()
                    + " when the others have moved; it is tried all the same."));
        }
        transfers.stream()
                .filter(transfer -> transfer.state().isEnd())
                .forEach(transfer ->
                        remarks.add(transfer.serverName() + " is left where it is: " + transfer.words() + "."));
    }

    private void moveZone(Order.MoveZone order) {
        Server server = prospect.servers().get(0);
        if (server.host().isEmpty()) {
            refuse(server.name() + " is on no host (" + server.states() + ").");
            return;
        }
        Ways.Choice choice = Ways.intoAnotherZone(server);
        if (choice instanceof Ways.Choice.No no) {
            refuse(server.name() + " cannot be moved: " + no.why() + ".");
        } else if (choice instanceof Ways.Choice.Later later) {
            refuse(server.name() + " cannot be moved now: " + later.why() + ". Try again when that is over.");
        } else {
            fromLiving(server.host().get());
            var zone = new ZoneCheck(prospect, order, server);
            refusals.addAll(zone.refusals());
            remarks.addAll(zone.remarks());
            transfers.add(
                    OperationPlanner.ofServer(server, Way.ZONE, ((Ways.Choice.Go) choice).runs(), Optional.empty()));
        }
    }

    private void undrain(Order.Undrain undrain, List<Transfer> drained) {
        Optional<ComputeService> service = prospect.service(undrain.host());
        if (service.isEmpty()) {
            refuse("Nova has no nova-compute service on " + undrain.host() + ".");
            return;
        }
        noFailure(undrain.host());
        if (!service.get().up()) {
            remarks.add("Nova takes " + undrain.host() + " for down; it is put to use when its nova-compute is up.");
        }
        if (undrain.bringBack()) {
            transfers.addAll(OperationPlanner.back(undrain.host(), drained, prospect.servers()));
        }
    }

    private void refuse(String why) {
        refusals.add(why);
    }
}
