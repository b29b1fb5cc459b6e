// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.cloud;

import io.migawari.simulator.nova.HostFaults;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.ServerFaults;
import io.migawari.simulator.nova.ServerGroup;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.ServiceChange;
import io.migawari.simulator.nova.SimulatedHost;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A pretend cloud in memory: hosts with their nova-compute, servers, volumes, and a ledger of what really runs where. All
 * that takes time happens by the given clock, and only when somebody looks, so it makes no difference whether that clock
 * is the machine's or one that a test moves. Safe for any thread; no method waits.
 */
public final class SimulatedCloud {

    /** For {@link #addHost(String, String, int)}: as many as come. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private final Time time;
    private final CloudOptions options;
    private final Nova nova;

    public SimulatedCloud(Time time) {
        this(time, CloudOptions.DEFAULTS);
    }

    public SimulatedCloud(Time time, CloudOptions options) {
        this.time = time;
        this.options = options;
        this.nova = new Nova(time, options.timings(), options.hypervisorSuffix());
    }

    public Time time() {
        return time;
    }

    public CloudOptions options() {
        return options;
    }

    /** Does something with the cloud as it is now, while nobody else does. The work must not wait. */
    public synchronized <T> T exclusively(Function<Nova, T> work) {
        nova.agenda().settle();
        return work.apply(nova);
    }

    /** A host in the default zone on which any number of servers fit; its nova-compute is up and enabled. */
    public void addHost(String name) {
        addHost(name, "nova", UNLIMITED);
    }

    /** @param room how many servers fit */
    public void addHost(String name, String zone, int room) {
        change(nova -> nova.addHost(name, zone, room));
    }

    /** Nova forgets an empty host. */
    public void removeHost(String host) {
        onHost(host, Nova::removeHost);
    }

    /** Returns the server's id. */
    public String addServer(ServerSpec spec) {
        return exclusively(nova -> nova.addServer(spec).id());
    }

    /** A host aggregate without a zone; returns its number. */
    public int addAggregate(String name, List<String> hosts) {
        return exclusively(nova -> {
            int number = nova.aggregates().create(name, null).number();
            hosts.forEach(host -> nova.aggregates().addHost(number, named(nova, host)));
            return number;
        });
    }

    /** @param members the ids of servers */
    public void addServerGroup(String name, ServerGroup.Policy policy, List<String> members) {
        change(nova -> nova.addServerGroup(name, policy, members));
    }

    /** The machine dies: its heartbeats stop, and all its guests. */
    public void killHost(String host) {
        onHost(host, Nova::killHost);
    }

    /** Only nova-compute dies: its heartbeats stop, the guests run on. */
    public void killService(String host) {
        onHost(host, Nova::killService);
    }

    /**
     * The machine comes back and its nova-compute with it; if they run, nova-compute is restarted. It destroys its copies
     * of the guests that were evacuated; other guests that died with the machine stay off. A forced-down service stays
     * forced down.
     */
    public void startHost(String host) {
        onHost(host, Nova::startHost);
    }

    /**
     * The QEMU process of a server dies. Nova believes that it runs for another 15 s, then stops the server by itself; that is
     * also what a guest looks like that has switched itself off.
     */
    public void killGuest(String server) {
        change(nova -> nova.killGuest(nova.server(server)));
    }

    /** libvirtd of a host dies: its guests run on, and its nova-compute disables itself. */
    public void killHypervisor(String host) {
        onHost(host, Nova::killHypervisor);
    }

    public void startHypervisor(String host) {
        onHost(host, Nova::startHypervisor);
    }

    public void disableService(String host, String reason) {
        onHost(host, (nova, there) -> nova.disable(there, reason));
    }

    public void enableService(String host) {
        onHost(host, (nova, there) -> nova.change(there, new ServiceChange(ServiceChange.Status.ENABLED, null, null)));
    }

    /** Nova is told that a host is down. */
    public void forceDown(String host) {
        onHost(host, (nova, there) -> nova.change(there, new ServiceChange(null, null, true)));
    }

    public void liftForceDown(String host) {
        onHost(host, (nova, there) -> nova.change(there, new ServiceChange(null, null, false)));
    }

    /** {@link HostFaults#NONE} heals it. */
    public void setFaults(String host, HostFaults faults) {
        onHost(host, (nova, there) -> there.setFaults(faults));
    }

    /** {@link ServerFaults#NONE} heals it. */
    public void setServerFaults(String server, ServerFaults faults) {
        change(nova -> nova.server(server).setFaults(faults));
    }

    /** Migration records younger than this are not listed; zero: all are. */
    public void hideNewMigrationsFor(Duration duration) {
        change(nova -> nova.migrations().hideFor(duration));
    }

    public LedgerReading ledger() {
        return exclusively(nova -> new LedgerReading(
                nova.ledger().guests(),
                nova.ledger().doubles(),
                nova.ledger().everRanTwice(),
                nova.volumes().guestsWithoutTheirVolume(nova.ledger())));
    }

    /** The servers whose guest runs on more than one host now. */
    public Set<String> doubles() {
        return ledger().doubles();
    }

    /** The servers whose guest has ever run on more than one host. */
    public Set<String> everRanTwice() {
        return ledger().everRanTwice();
    }

    /**
     * How often somebody had a server evacuated while an evacuation of it was under way that he had asked for himself, which Nova
     * allows and which does harm.
     */
    public int secondEvacuations() {
        return exclusively(nova -> nova.actions().secondEvacuations());
    }

    /** The servers that are not deleted, the newest first. */
    public List<ServerReading> servers() {
        return exclusively(nova -> nova.servers().stream()
                .filter(server -> !server.deleted())
                .map(ServerReading::of)
                .toList());
    }

    public ServerReading server(String id) {
        return exclusively(nova -> ServerReading.of(nova.server(id)));
    }

    public List<ServiceReading> services() {
        return exclusively(nova -> nova.hosts().stream().map(ServiceReading::of).toList());
    }

    public List<VolumeReading> volumes() {
        return exclusively(
                nova -> nova.volumes().all().stream().map(VolumeReading::of).toList());
    }

    private void change(Consumer<Nova> work) {
        exclusively(nova -> {
            work.accept(nova);
            return nova;
        });
    }

    private void onHost(String host, BiConsumer<Nova, SimulatedHost> work) {
        change(nova -> work.accept(nova, named(nova, host)));
    }

    private static SimulatedHost named(Nova nova, String host) {
        return nova.host(host).orElseThrow(() -> new IllegalArgumentException("host: there is none named " + host));
    }
}
