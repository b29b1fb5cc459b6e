// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.nova.ServiceChange.Status;
import io.migawari.simulator.truth.Ledger;
import io.migawari.simulator.truth.Volumes;
import io.migawari.time.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Nova and its compute nodes. Holds the parts together, and has the rules that concern hosts. Not thread-safe: one lock
 * guards it and everything that it hands out.
 */
public final class Nova {

    private static final String WITHOUT_HYPERVISOR = "AUTO: Connection to libvirt lost: 1";

    private final Timings timings;
    private final String hypervisorSuffix;
    private final Agenda agenda;
    private final Ledger ledger = new Ledger();
    private final Volumes volumes = new Volumes();
    private final Migrations migrations;
    private final Aggregates aggregates;
    private final Scheduler scheduler = new Scheduler(this);
    private final ServerActions actions = new ServerActions(this);
    private final PlannedMoves moves = new PlannedMoves(this);
    private final Map<String, SimulatedHost> hosts = new LinkedHashMap<>();
    private final Map<String, SimulatedServer> servers = new LinkedHashMap<>();
    private final List<ServerGroup> serverGroups = new ArrayList<>();

    /** @param hypervisorSuffix what a hypervisor's name has after the host's: empty, or a domain as {@code .example.org} */
    public Nova(Time time, Timings timings, String hypervisorSuffix) {
        this.timings = timings;
        this.hypervisorSuffix = hypervisorSuffix;
        this.agenda = new Agenda(time);
        this.migrations = new Migrations(agenda);
        this.aggregates = new Aggregates(agenda);
    }

    public Agenda agenda() {
        return agenda;
    }

    public Timings timings() {
        return timings;
    }

    public Ledger ledger() {
        return ledger;
    }

    public Volumes volumes() {
        return volumes;
    }

    public Migrations migrations() {
        return migrations;
    }

    public Aggregates aggregates() {
        return aggregates;
    }

    public ServerActions actions() {
        return actions;
    }

    public PlannedMoves moves() {
        return moves;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** In the order in which they were added. */
    public Collection<SimulatedHost> hosts() {
        return Collections.unmodifiableCollection(hosts.values());
    }

    public Optional<SimulatedHost> host(String name) {
        return Optional.ofNullable(hosts.get(name));
    }

    /** The newest first, as Nova lists them; the deleted ones among them. */
    public List<SimulatedServer> servers() {
        List<SimulatedServer> all = new ArrayList<>(servers.values());
        Collections.reverse(all);
        return all;
    }

    /** What Placement has written down now. */
    public Allocations allocations() {
        return new Allocations(this);
    }

    /** Whether Placement leaves it out when a destination is looked for. */
    public boolean isKeptFromScheduling(SimulatedHost host) {
        return host.keptFromScheduling();
    }

    public List<ServerGroup> serverGroups() {
        return Collections.unmodifiableList(serverGroups);
    }

    /** @param members the ids of servers of one project, at least one */
    public ServerGroup addServerGroup(String name, ServerGroup.Policy policy, Collection<String> members) {
        String project = server(members.iterator().next()).project();
        var group = new ServerGroup(serverGroups.size() + 1, name, policy, project, Set.copyOf(members));
        serverGroups.add(group);
        return group;
    }

    /** How many servers Nova has on a host. */
    public int serversOn(SimulatedHost host) {
        return (int) servers.values().stream()
                .filter(server -> !server.deleted() && server.isOn(host))
                .count();
    }

    /** A server that is not deleted. */
    public SimulatedServer server(String id) {
        SimulatedServer server = servers.get(id);
        if (server == null || server.deleted()) {
            throw Refusal.notFound("Instance " + id + " could not be found.");
        }
        return server;
    }

    /** @param zone the default zone, "nova", or one that is made for it as an aggregate of the same name */
    public void addHost(String name, String zone, int room) {
        if (hosts.containsKey(name)) {
            throw new IllegalArgumentException("host: there is already one named " + name);
        }
        // 1 and 2 are the scheduler's and the conductor's services.
        int number = hosts.size() + 3;
        SimulatedHost host = new SimulatedHost(name, number, name + hypervisorSuffix, room, agenda, timings);
        hosts.put(name, host);
        if (!zone.equals(Aggregates.DEFAULT_ZONE)) {
            Aggregate aggregate = aggregates.find(zone).orElseGet(() -> aggregates.create(zone, zone));
            aggregates.addHost(aggregate.number(), host);
        }
    }

    /** Its service is deleted; only one without servers. */
    public void removeHost(SimulatedHost host) {
        if (serversOn(host) > 0) {
            throw Refusal.conflict("Unable to delete compute service that is hosting instances.");
        }
        hosts.remove(host.name());
    }

    public SimulatedServer addServer(ServerSpec spec) {
        return addServer(spec, agenda.now());
    }

    /** @param since when it was made, and last changed; not later than now */
    public SimulatedServer addServer(ServerSpec spec, Instant since) {
        String host = spec.host();
        if (host != null && !hosts.containsKey(host)) {
            throw new IllegalArgumentException("host: there is none named " + host);
        }
        SimulatedServer server = new SimulatedServer(spec, servers.size() + 1, since, agenda);
        servers.put(server.id(), server);
        if (spec.kind() == ServerSpec.Kind.VOLUME) {
            volumes.create(spec.project(), server.id(), host, agenda.now());
        }
        if (host != null && spec.state().power().guestIsAlive()) {
            ledger.start(server.id(), host);
        } else if (host != null && spec.state().launched()) {
            ledger.stop(server.id(), host);
        }
        return server;
    }

    /**
     * Carries out what an administrator wants of a compute service.
     *
     * @return whether Nova waits for an answer that the host's nova-compute, dead and still taken for up, cannot give
     */
    public boolean change(SimulatedHost host, ServiceChange change) {
        if (Boolean.FALSE.equals(change.forcedDown()) && migrations.anyDoneFrom(host)) {
            throw Refusal.badRequest(
                    "Unable to force up host " + host.name()
                            + " as `done` evacuation migration records remain associated with the host. Ensure the compute service"
                            + " has been restarted, allowing these records to move to `completed` before retrying this request.");
        }
        host.change(change);
        if (change.status() == null) {
            return false;
        }
        if (!host.isUp()) {
            host.later(timings.periodicUpdate(), host::publishWhetherDisabled);
            return false;
        }
        if (host.serviceRuns()) {
            host.publishWhetherDisabled();
        }
        return !host.serviceRuns();
    }

    /** The machine dies with all its guests. */
    public void killHost(SimulatedHost host) {
        host.machineDies();
        ledger.powerFailure(host.name());
        for (SimulatedServer server : servers.values()) {
            List.copyOf(server.moves()).forEach(move -> move.machineDies(host));
        }
    }

    /** Only nova-compute dies; the guests run on. */
    public void killService(SimulatedHost host) {
        host.serviceDies();
    }

    /** The machine and nova-compute start; nova-compute alone if the machine runs, and again if it runs itself. */
    public void startHost(SimulatedHost host) {
        new HostReturn(this, host).carryOut();
    }

    /** libvirtd dies: the guests run on, nova-compute disables itself and can do nothing with them. */
    public void killHypervisor(SimulatedHost host) {
        host.setHypervisorRuns(false);
        if (host.serviceRuns() && !host.disabled()) {
            change(host, new ServiceChange(Status.DISABLED, WITHOUT_HYPERVISOR, null));
        }
    }

    /** It is back, which nova-compute notices after a while; what it has disabled itself, it enables again. */
    public void startHypervisor(SimulatedHost host) {
        host.later(timings.hypervisorBack(), () -> {
            host.setHypervisorRuns(true);
            if (WITHOUT_HYPERVISOR.equals(host.disabledReason())) {
                change(host, new ServiceChange(Status.ENABLED, null, null));
            }
        });
    }

    /** The QEMU process of a server dies. */
    public void killGuest(SimulatedServer server) {
        SimulatedHost host = server.host().flatMap(this::host).orElseThrow();
        ledger.stop(server.id(), host.name());
        if (host.hypervisorRuns()) { // otherwise nova-compute never hears of it (seen on Nova 26.2)
            int guest = server.starts();
            host.later(timings.guestGone(), () -> actions.noticeThatGuestIsGone(server, host, guest));
        }
    }

    public void disable(SimulatedHost host, String reason) {
        change(host, new ServiceChange(Status.DISABLED, reason, null));
    }
}
