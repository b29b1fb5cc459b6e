// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * From the cluster's names of hosts to Nova's. The map comes first, then the rule.
 *
 * @param domain what {@link Rule#ADD_DOMAIN} adds
 * @param ignored the cluster's names of nodes that are not compute hosts
 */
record HostNames(Rule rule, String domain, Map<String, String> map, Set<String> ignored) {

    /** What Nova's name is made of. */
    enum Rule {
        /** Both are the same. */
        SAME,
        /** Nova's is the part before the first dot. */
        SHORT,
        /** Nova's has a domain behind it. */
        ADD_DOMAIN
    }

    HostNames {
        map = Map.copyOf(map);
        ignored = Set.copyOf(ignored);
    }

    /** Nova's name, or nothing for a node that is not a compute host. */
    Optional<String> novaName(String node) {
        if (ignored.contains(node)) {
            return Optional.empty();
        }
        String mapped = map.get(node);
        if (mapped != null) {
            return Optional.of(mapped);
        }
        return Optional.of(
                switch (rule) {
                    case SAME -> node;
                    case SHORT -> node.replaceFirst("\\..*", "");
                    case ADD_DOMAIN -> node + "." + domain;
                });
    }

    /**
     * What does not fit together with the nodes that are there.
     *
     * @param all whether these are all that there will be, so that the configuration may name no others
     */
    List<String> problemsWith(Collection<String> nodes, boolean all) {
        List<String> problems = new ArrayList<>();
        Set<String> named = new TreeSet<>(all ? map.keySet() : Set.of());
        named.addAll(all ? ignored : Set.of());
        named.removeAll(nodes);
        named.forEach(name ->
                problems.add("hosts names the node " + name + ", and the cluster has only " + new TreeSet<>(nodes)));
        Map<String, String> nodeOf = new HashMap<>();
        for (String node : new TreeSet<>(nodes)) {
            novaName(node).ifPresent(nova -> {
                if (!nova.matches("[a-zA-Z0-9._-]{1,255}")) {
                    problems.add("the node " + node + " would be \"" + nova + "\" to Nova, which is no host name");
                }
                String other = nodeOf.put(nova, node);
                if (other != null) {
                    problems.add("the nodes " + other + " and " + node + " would both be " + nova + " to Nova");
                }
            });
        }
        return problems;
    }

    /** Which nodes the controller does not know under the name that they would be reported by. */
    List<String> unknownTo(Set<String> registered, Collection<String> nodes) {
        List<String> unknown = new ArrayList<>();
        for (String node : new TreeSet<>(nodes)) {
            novaName(node)
                    .filter(nova -> !registered.contains(nova))
                    .ifPresent(nova -> unknown.add("the node " + node + " would be reported as " + nova
                            + ", which the controller does not know"));
        }
        return unknown;
    }
}
