// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

import io.migawari.hostmonitor.pacemaker.Xml.Attributes;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code cibadmin -Q} says: the cluster's own record of its nodes, which crm_mon's flags are drawn from. */
record Cib(boolean haveQuorum, Map<String, NodeState> states) {

    /**
     * The record of one node.
     *
     * @param inMembership whether Corosync (or, for a remote, the connection) has it
     * @param controllerRuns whether Pacemaker's controller answers on it; for a remote the same as the former
     * @param expectedDown whether the cluster knows that it is down: it left in good order, or was fenced
     * @param hasHistory whether the cluster keeps a history of resources there; fencing wipes it, leaving does not
     * @param remoteFencedAt for a remote: when it was fenced
     */
    record NodeState(
            boolean inMembership,
            boolean controllerRuns,
            boolean expectedDown,
            boolean hasHistory,
            boolean remote,
            Optional<Instant> remoteFencedAt) {}

    Cib {
        states = Map.copyOf(states);
    }

    static Cib parse(String xml) throws UnreadableException {
        var reading = new Reading();
        Xml.walk(xml, reading::element);
        return reading.result();
    }

    private static final class Reading {

        private final Map<String, Attributes> states = new HashMap<>();
        private final Set<String> withHistory = new HashSet<>();
        private @Nullable String current;
        private @Nullable Boolean haveQuorum;

        void element(String path, Attributes attributes) throws UnreadableException {
            switch (path) {
                case "cib" -> {
                    String quorum = attributes.text("have-quorum");
                    if (!quorum.equals("0") && !quorum.equals("1")) {
                        throw new UnreadableException("the CIB has have-quorum=\"" + quorum + "\", expected 0 or 1");
                    }
                    haveQuorum = quorum.equals("1");
                }
                case "cib/status/node_state" -> {
                    String name = attributes.text("uname", attributes.text("id", ""));
                    if (states.put(name, attributes) != null) {
                        throw new UnreadableException("the CIB has two states of the node " + name);
                    }
                    current = name;
                }
                case "cib/status/node_state/lrm" -> {
                    if (current != null) {
                        withHistory.add(current);
                    }
                }
                default -> {
                    if (!path.startsWith("cib")) {
                        throw new UnreadableException("expected cib, found " + path);
                    }
                }
            }
        }

        Cib result() throws UnreadableException {
            if (haveQuorum == null) {
                throw new UnreadableException("there is no CIB in cibadmin's output");
            }
            Map<String, NodeState> read = new HashMap<>();
            for (var entry : states.entrySet()) {
                read.put(entry.getKey(), state(entry.getValue(), withHistory.contains(entry.getKey())));
            }
            return new Cib(haveQuorum, read);
        }

        private static NodeState state(Attributes state, boolean hasHistory) throws UnreadableException {
            boolean remote = state.flag("remote_node", false);
            boolean inMembership = yes("in_ccm", state.text("in_ccm", "false"), "true", "false");
            if (!remote) {
                return new NodeState(
                        inMembership,
                        yes("crmd", state.text("crmd", "offline"), "online", "offline"),
                        state.text("expected", "").equals("down"),
                        hasHistory,
                        false,
                        Optional.empty());
            }
            String fenced = state.text("node_fenced", "0");
            if (!fenced.matches("\\d{1,11}")) {
                throw new UnreadableException("the CIB has node_fenced=\"" + fenced + "\", expected a time");
            }
            long seconds = Long.parseLong(fenced);
            return new NodeState(
                    inMembership,
                    inMembership,
                    seconds > 0,
                    hasHistory,
                    true,
                    seconds > 0 ? Optional.of(Instant.ofEpochSecond(seconds)) : Optional.empty());
        }

        /** From Pacemaker 2.1.7 on there is a time in the place of yes, and 0 in the place of no. */
        private static boolean yes(String name, String value, String yes, String no) throws UnreadableException {
            if (value.equals(yes) || value.matches("0*[1-9]\\d{0,18}")) {
                return true;
            }
            if (value.equals(no) || value.equals("0")) {
                return false;
            }
            throw new UnreadableException("the CIB has " + name + "=\"" + value + "\", expected " + yes + " or " + no);
        }
    }
}
