// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.NotificationStatus;
import io.migawari.controller.model.Subject;
import io.migawari.simulate.world.World;
import io.migawari.simulator.nova.PastAction;
import io.migawari.simulator.nova.SimulatedServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How everything stands at the end of a play, a line for each thing; without times, and with names where there are ids. */
final class Ending {

    private final World world;
    private final List<Incident> incidents;
    private final Map<String, String> names = new HashMap<>();
    private final List<String> lines = new ArrayList<>();

    private Ending(World world) {
        this.world = world;
        this.incidents = world.store().incidents();
    }

    static List<String> of(World world) {
        return new Ending(world).read();
    }

    private List<String> read() {
        world.cloud().servers().forEach(server -> names.put(server.id(), server.name()));
        Map<String, Integer> numbers = new HashMap<>();
        for (Incident incident : incidents) { // the second one about the same thing is another
            String about = about(incident);
            names.put(incident.id().toString(), about + " " + numbers.merge(about, 1, Integer::sum));
        }
        world.cloud().exclusively(nova -> {
            nova.servers().forEach(this::instance);
            nova.hosts()
                    .forEach(host -> add("host " + host.name() + (host.disabled() ? " disabled: " : " enabled")
                            + (host.disabled() ? host.disabledReason() : "")
                            + (host.forcedDown() ? ", forced down" : "")
                            + (isReserved(host.name()) ? ", reserved" : "")));
            nova.aggregates()
                    .all()
                    .forEach(aggregate -> add("aggregate " + aggregate.name() + " "
                            + aggregate.hosts().stream().sorted().collect(Collectors.joining(" "))));
            return nova;
        });
        incidents.forEach(this::incident);
        world.store()
                .notifications()
                .forEach(report -> add("notification about " + report.payload() + ": "
                        + report.incident().map(this::status).orElse(report.status())));
        return List.copyOf(lines);
    }

    private void add(String line) {
        String named = line;
        for (Map.Entry<String, String> name : names.entrySet()) {
            named = named.replace(name.getKey(), name.getValue());
        }
        lines.add(named);
    }

    private String about(Incident incident) {
        return incident.subject().kind() + " "
                + (incident.subject() instanceof Subject.Instance instance
                        ? names.get(instance.server().toString())
                        : incident.host());
    }

    private void instance(SimulatedServer server) {
        add("instance " + server.name() + " " + server.status() + ", " + server.vmState() + ", task "
                + server.taskState() + ", power " + server.powerState() + ", on "
                + server.host().orElse("none") + (server.locked() ? ", locked" : "")
                + (server.deleted() ? ", deleted" : "")
                + "; runs on " + world.cloud().ledger().runsOn(server.id()) + "; Nova has done: "
                + server.actions().stream().map(PastAction::name).toList());
    }

    private boolean isReserved(String host) {
        return world.store()
                .host(new HostName(host))
                .filter(known -> known.reserved())
                .isPresent();
    }

    private void incident(Incident incident) {
        add("incident " + incident.id() + " " + incident.phase()
                + incident.gate()
                        .map(Gate::kind)
                        .map(kind -> ", waits for " + kind)
                        .orElse("")
                + ", before " + incident.before() + ", evidence "
                + incident.evidence().stream()
                        .map(word -> word.kind().toString())
                        .collect(Collectors.joining(" ")));
        incident.moves().stream().map(this::move).forEach(this::add);
        incident.reservations()
                .forEach(reservation -> add("  reserved host " + reservation.host() + " " + reservation.state() + " "
                        + reservation.aggregates()));
    }

    private String move(Move move) {
        return "  move of " + move.serverName() + " " + move.state() + ", "
                + move.destination().map(HostName::value).orElse("nowhere") + ", former " + move.former() + ", "
                + move.failures() + " failures";
    }

    private NotificationStatus status(IncidentId id) {
        Incident incident = incidents.stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
        boolean needsPerson =
                incident.gate().filter(gate -> gate.kind().needsPerson()).isPresent();
        return NotificationStatus.of(incident.phase(), needsPerson, incident.epoch() > 0);
    }
}
