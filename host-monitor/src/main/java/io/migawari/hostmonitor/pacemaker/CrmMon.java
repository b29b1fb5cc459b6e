// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

import io.migawari.hostmonitor.membership.Fencing;
import io.migawari.hostmonitor.pacemaker.Xml.Attributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code crm_mon --output-as=xml -1} says. Its exit code 0 and its status code 0 are not enough: it may have lost the
 * cluster half way, and then there is an error in it and no list of nodes.
 *
 * @param fencings the last successful fencing of each target
 */
record CrmMon(
        boolean withQuorum,
        boolean fencingEnabled,
        boolean maintenanceMode,
        Map<String, Node> nodes,
        Map<String, Fencing> fencings) {

    /** A node's flags. */
    record Node(
            boolean online, boolean standby, boolean maintenance, boolean pending, boolean unclean, boolean remote) {}

    CrmMon {
        nodes = Map.copyOf(nodes);
        fencings = Map.copyOf(fencings);
    }

    static CrmMon parse(String xml) throws UnreadableException {
        var reading = new Reading();
        Xml.walk(xml, reading::element);
        return reading.result();
    }

    private static final class Reading {

        private static final String ROOT = "pacemaker-result";

        private final Map<String, Node> nodes = new HashMap<>();
        private final Map<String, Fencing> fencings = new HashMap<>();
        private @Nullable Boolean withQuorum;
        private @Nullable Attributes options;
        private boolean status;
        private boolean listed;

        void element(String path, Attributes attributes) throws UnreadableException {
            switch (path) {
                case ROOT + "/summary/current_dc" -> {
                    if (!attributes.flag("present")) {
                        throw new UnreadableException("the cluster has no designated controller (yet)");
                    }
                    withQuorum = attributes.flag("with_quorum");
                }
                case ROOT + "/summary/cluster_options" -> options = attributes;
                case ROOT + "/nodes" -> listed = true;
                case ROOT + "/nodes/node" -> node(attributes);
                case ROOT + "/fence_history/fence_event" -> fenceEvent(attributes);
                case ROOT + "/status" -> {
                    status = true;
                    if (!attributes.text("code").equals("0")) {
                        throw new UnreadableException(
                                "crm_mon: " + attributes.text("message", "") + " (" + attributes.text("code") + ")");
                    }
                }
                case ROOT + "/status/errors" -> throw new UnreadableException("crm_mon reports errors");
                default -> {
                    if (!path.startsWith(ROOT)) {
                        throw new UnreadableException("expected " + ROOT + ", found " + path);
                    }
                }
            }
        }

        private void node(Attributes attributes) throws UnreadableException {
            String type = attributes.text("type");
            if (attributes.text("id_as_resource", "").isEmpty() && (type.equals("member") || type.equals("remote"))) {
                var node = new Node(
                        attributes.flag("online"),
                        attributes.flag("standby"),
                        attributes.flag("maintenance"),
                        attributes.flag("pending"),
                        attributes.flag("unclean"),
                        type.equals("remote"));
                if (nodes.put(attributes.text("name"), node) != null) {
                    throw new UnreadableException("two nodes are called " + attributes.text("name"));
                }
            }
        }

        private void fenceEvent(Attributes attributes) throws UnreadableException {
            String action = attributes.text("action");
            if (!attributes.text("status").equals("success") || !(action.equals("off") || action.equals("reboot"))) {
                return;
            }
            String target = attributes.text("target");
            var fencing = new Fencing(
                    action,
                    time(attributes.text("completed")),
                    attributes.text("delegate", attributes.text("origin", "?")));
            Fencing known = fencings.get(target);
            if (known == null || known.at().isBefore(fencing.at())) {
                fencings.put(target, fencing);
            }
        }

        /** {@code 2026-11-20 22:06:20Z}; newer versions write an offset, and fractions. */
        private static Instant time(String text) throws UnreadableException {
            String iso = text.strip()
                    .replaceFirst(" ", "T")
                    .replaceFirst(" ?([+-]\\d\\d):?(\\d\\d)$", "$1:$2")
                    .replace(" ", "");
            try {
                return OffsetDateTime.parse(iso).toInstant();
            } catch (DateTimeException e) {
                throw new UnreadableException("a fencing was complete at \"" + text + "\", which is no time");
            }
        }

        CrmMon result() throws UnreadableException {
            if (withQuorum == null || options == null || !status || !listed || nodes.isEmpty()) {
                throw new UnreadableException("crm_mon's output is not whole: "
                        + (listed ? "nodes" : "no nodes")
                        + (withQuorum == null ? ", no current_dc" : "")
                        + (options == null ? ", no cluster_options" : "")
                        + (status ? "" : ", no status"));
            }
            return new CrmMon(
                    withQuorum, options.flag("stonith-enabled"), options.flag("maintenance-mode"), nodes, fencings);
        }
    }
}
