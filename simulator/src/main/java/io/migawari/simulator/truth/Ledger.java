// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.truth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which guest really is on which host. Nova's database can be wrong about it, the ledger cannot; it remembers for good
 * each guest that ever ran on two hosts at once. Not thread-safe.
 */
public final class Ledger {

    /** Server, then host, then whether the guest runs there. */
    private final Map<String, Map<String, Boolean>> guests = new TreeMap<>();

    private final Set<String> ranTwice = new TreeSet<>();

    public void start(String server, String host) {
        set(server, host, true);
        if (hostsRunning(server) > 1) {
            ranTwice.add(server);
        }
    }

    /** The guest stops and stays defined. */
    public void stop(String server, String host) {
        set(server, host, false);
    }

    public void destroy(String server, String host) {
        Map<String, Boolean> hosts = guests.get(server);
        if (hosts != null) {
            hosts.remove(host);
        }
    }

    /** All guests of a host stop at once and stay defined. */
    public void powerFailure(String host) {
        guests.values().forEach(hosts -> hosts.replace(host, false));
    }

    public boolean isDefined(String server, String host) {
        return onHosts(server).containsKey(host);
    }

    public boolean runs(String server, String host) {
        return onHosts(server).getOrDefault(host, false);
    }

    /** By server, then by host. */
    public List<Guest> guests() {
        List<Guest> all = new ArrayList<>();
        guests.forEach((server, hosts) -> hosts.forEach((host, running) -> all.add(new Guest(server, host, running))));
        return Collections.unmodifiableList(all);
    }

    /** The servers whose guest runs on more than one host now. */
    public Set<String> doubles() {
        Set<String> doubles = new TreeSet<>();
        for (String server : guests.keySet()) {
            if (hostsRunning(server) > 1) {
                doubles.add(server);
            }
        }
        return Collections.unmodifiableSet(doubles);
    }

    /** The servers whose guest has ever run on more than one host. */
    public Set<String> everRanTwice() {
        return Collections.unmodifiableSet(new TreeSet<>(ranTwice));
    }

    private void set(String server, String host, boolean running) {
        guests.computeIfAbsent(server, unused -> new TreeMap<>()).put(host, running);
    }

    private long hostsRunning(String server) {
        return onHosts(server).values().stream().filter(running -> running).count();
    }

    private Map<String, Boolean> onHosts(String server) {
        return guests.getOrDefault(server, Map.of());
    }
}
