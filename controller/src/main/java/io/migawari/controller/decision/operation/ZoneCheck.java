// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.decision.Seen;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.cloud.Removal;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.ServerGroup;
import io.migawari.controller.model.operation.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Whether an instance can be made anew in another availability zone. Pure, and immutable once it is made. */
final class ZoneCheck {

    private final Prospect prospect;
    private final Order.MoveZone order;
    private final Server server;
    private final List<String> refusals = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    ZoneCheck(Prospect prospect, Order.MoveZone order, Server server) {
        this.prospect = prospect;
        this.order = order;
        this.server = server;
        zone();
        group();
        if (prospect.removal() instanceof Seen.Known<Removal> known) {
            project(known.value());
            remarks(known.value());
        } else {
            refusals.add("It cannot be seen what " + server.name() + " needs: "
                    + prospect.removal().whyUnknown().orElse("it was not asked") + ".");
        }
    }

    List<String> refusals() {
        return List.copyOf(refusals);
    }

    List<String> remarks() {
        return List.copyOf(remarks);
    }

    private void zone() {
        if (prospect.zones().known().isEmpty()) {
            refusals.add("The availability zones cannot be read: "
                    + prospect.zones().whyUnknown().orElse("") + ".");
            return;
        }
        var zones = new TreeSet<>(prospect.zones().known().get().values());
        Optional<String> here = server.host().flatMap(prospect::zone);
        if (!zones.contains(order.zone())) {
            refusals.add("There is no availability zone " + order.zone() + " with compute hosts; there are "
                    + String.join(", ", zones) + ".");
        } else if (here.filter(order.zone()::equals).isPresent()) {
            refusals.add(
                    server.name() + " is in " + order.zone() + " already. Use: migawari live-migrate " + server.id());
        } else if (prospect.takersIn(order.zone()).isEmpty()) {
            refusals.add("No host in " + order.zone() + " takes instances: all of them are down or disabled.");
        } else {
            var places = new Places(prospect);
            if (places.knows(server.id()) && !places.fitsIn(order.zone(), server.id())) {
                refusals.add("No host in " + order.zone() + " has room for " + server.name() + ".");
            }
        }
    }

    /** The others of an affinity group stay where they are, and with them the host on which Nova would want the new one. */
    private void group() {
        prospect.groups().known().orElse(List.of()).stream()
                .filter(group -> group.policy() == ServerGroup.Policy.AFFINITY)
                .filter(group -> group.members().contains(server.id()))
                .findFirst()
                .ifPresent(group -> refusals.add(server.name() + " belongs to the server group " + group.name()
                        + ", whose members Nova keeps on one host."));
    }

    private void project(Removal removal) {
        removal.whyNotOurs().ifPresent(refusals::add);
        if (!removal.flavorExists()) {
            refusals.add(
                    "There is no flavor " + removal.flavor()
                            + " of its size any more, so that it cannot be made again. Make one, or resize the instance first.");
        }
        for (Map.Entry<String, Long> need : removal.needs().entrySet()) {
            Optional.ofNullable(removal.quotas().get(need.getKey()))
                    .filter(quota -> !quota.hasRoomFor(need.getValue()))
                    .ifPresent(quota -> refusals.add("The quota of its project has too few " + need.getKey() + ": "
                            + need.getValue() + " needed while both exist, " + (quota.limit() - quota.used()) + " of "
                            + quota.limit() + " free."));
        }
    }

    private void remarks(Removal removal) {
        remarks.add(
                "Its place is taken by a new instance with another id and new addresses on the same networks; floating "
                        + "addresses have to be moved by hand.");
        remarks.add(
                order.deleteSource()
                        ? "The old one is deleted when the new one runs."
                        : "The old one stays, stopped, under the same name, on "
                                + server.host().map(HostName::value).orElse("no host") + ".");
        if (order.liveSnapshot()) {
            remarks.add("What it writes after its disk was copied is lost.");
        }
        if (removal.volumes() > 0) {
            remarks.add("Its other volumes (" + removal.volumes()
                    + ") go to the new one, which does not delete them with itself.");
        }
        if (removal.otherLocalDisks()) {
            remarks.add("Its ephemeral and swap disks begin empty.");
        }
        if (removal.locked()) {
            remarks.add("It is locked, and the new one is not.");
        }
    }
}
