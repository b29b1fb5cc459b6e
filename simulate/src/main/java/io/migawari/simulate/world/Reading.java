// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.model.Incident;
import io.migawari.simulate.store.MemoryStore;
import io.migawari.simulator.cloud.LedgerReading;
import io.migawari.simulator.cloud.ServerReading;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.VmState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How things stand, in the words in which scenarios expect them. */
public final class Reading {

    private final Tale tale;
    private final MemoryStore store;
    private final SimulatedCloud cloud;
    private final Map<String, String> servers;

    Reading(Tale tale, MemoryStore store, SimulatedCloud cloud, Map<String, String> servers) {
        this.tale = tale;
        this.store = store;
        this.cloud = cloud;
        this.servers = servers;
    }

    /** {@code active on compute2}, with what is amiss between Nova and the truth; empty if there is none of that name. */
    public Optional<String> instance(String name) {
        String id = servers.get(name);
        if (id == null) {
            return Optional.empty();
        }
        Optional<ServerReading> found = cloud.servers().stream()
                .filter(server -> server.id().equals(id))
                .findFirst();
        List<String> runsOn = cloud.ledger().runsOn(id);
        if (found.isEmpty()) {
            return Optional.of(
                    "deleted" + (runsOn.isEmpty() ? "" : ", its guest runs on " + String.join(" and ", runsOn)));
        }
        ServerReading server = found.get();
        String state = server.vmState().novaName()
                + server.taskState().map(task -> "/" + task).orElse("")
                + server.host().map(host -> " on " + host).orElse(" on no host");
        boolean shouldRun = server.vmState() == VmState.ACTIVE;
        boolean runsThere = server.host().filter(runsOn::contains).isPresent();
        List<String> elsewhere = runsOn.stream()
                .filter(host -> !server.host().equals(Optional.of(host)))
                .toList();
        String truth = (shouldRun && !runsThere ? ", its guest does not run" : "")
                + (server.vmState() == VmState.STOPPED && runsThere ? ", its guest runs" : "")
                + (elsewhere.isEmpty() ? "" : ", its guest runs on " + String.join(" and ", elsewhere));
        return Optional.of(state + truth);
    }

    /** {@code enabled} or {@code disabled}, {@code forced down}, {@code reserved}; empty if there is none of that name. */
    public Optional<String> host(String name) {
        return cloud.services().stream()
                .filter(service -> service.host().equals(name))
                .findFirst()
                .map(service -> (service.enabled() ? "enabled" : "disabled")
                        + (service.forcedDown() ? ", forced down" : "")
                        + (isReserved(name) ? ", reserved" : ""));
    }

    private boolean isReserved(String name) {
        return store.host(new io.migawari.controller.model.HostName(name))
                .filter(host -> host.reserved())
                .isPresent();
    }

    /** How each incident ended, or what it waits for, by its label; of several with one label, in their order. */
    public Map<String, String> incidents() {
        Map<String, List<String>> found = new LinkedHashMap<>();
        for (Incident incident : store.incidents()) {
            found.computeIfAbsent(tale.label(incident), unused -> new ArrayList<>())
                    .add(state(incident));
        }
        Map<String, String> joined = new LinkedHashMap<>();
        found.forEach((label, states) -> joined.put(label, String.join(", then ", states)));
        return joined;
    }

    private static String state(Incident incident) {
        return written(incident.phase())
                + incident.gate()
                        .map(gate -> " waiting for " + written(gate.kind()))
                        .orElse("");
    }

    /** What has not come to rest: has neither ended nor says what it waits for, or waits for what has come. */
    public List<String> unsettled() {
        return new Settling(tale, store, cloud).complaints();
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The instances of which two guests ever ran at once. */
    public List<String> ranTwice() {
        LedgerReading ledger = cloud.ledger();
        return servers.entrySet().stream()
                .filter(server -> ledger.everRanTwice().contains(server.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }
}
