// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.node;

import io.migawari.controller.doctor.check.Finding;
import io.migawari.controller.doctor.check.Severity;
import io.migawari.controller.node.NodeFacts.NovaConf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is looked at on a compute node. Pure. */
public enum NodeCheck {
    /** Nova's own way to start guests after a boot. */
    RESUME_GUESTS(
            "resume_guests_state_on_host_boot in nova.conf",
            "a host that comes back would start its old guests, beside those that were started elsewhere meanwhile, on the same disks",
            "set resume_guests_state_on_host_boot = false under [DEFAULT] of nova.conf, and restart nova-compute") {
        @Override
        Optional<Found> look(NodeFacts node) {
            return node.nova().filter(NovaConf::resumesGuests).map(conf -> error("nova.conf sets it to true"));
        }
    },
    /** libvirt's. */
    LIBVIRT_GUESTS(
            "libvirt-guests that starts guests on boot",
            "the same: it starts what ran here before, whatever Nova says of it",
            "set ON_BOOT=ignore in /etc/default/libvirt-guests (or /etc/sysconfig/libvirt-guests)") {
        @Override
        Optional<Found> look(NodeFacts node) {
            return node.guestsStartOnBoot() ? Optional.of(error("ON_BOOT is start")) : Optional.empty();
        }
    },
    /** The controller's name of it. */
    OWN_NAME(
            "a name of this host in Nova that is in no segment of the controller",
            "what is reported about it is refused, to the letter of the name",
            "migawari host create SEGMENT NAME with the name that nova-compute uses") {
        @Override
        Optional<Found> look(NodeFacts node) {
            String name = node.novaName();
            return node.knownHosts()
                    .filter(known -> node.nova().isPresent() && !known.contains(name))
                    .map(known -> error("the controller does not know " + name + alike(known, name)));
        }
    },
    /** The cluster's name of it. */
    CLUSTER_NAME(
            "a name of this node in Pacemaker that is not Nova's, without a rule for it in the host monitor's configuration",
            "the host monitor reports by the cluster's names; the controller knows Nova's",
            "say under hosts: in host-monitor.yaml how one becomes the other") {
        @Override
        Optional<Found> look(NodeFacts node) {
            return node.clusterName()
                    .filter(name -> node.nova().isPresent() && !name.equals(node.novaName()) && !node.namesAreMapped())
                    .map(name -> warning("Pacemaker calls it " + name + ", Nova " + node.novaName()));
        }
    },
    /** Corosync's patience. */
    CLUSTER_TIMES(
            "a token of Corosync's below one second, or a token and a consensus that together take longer than 15 seconds",
            "too short, and a busy node is fenced for nothing; too long, and all instances of a dead host wait for it before anything else",
            "set token (3000 is a good start) and, in large clusters, token_coefficient in the totem section of corosync.conf") {
        @Override
        Optional<Found> look(NodeFacts node) {
            return node.totem().flatMap(totem -> {
                Duration both = totem.token().plus(totem.consensus());
                if (totem.token().compareTo(SHORTEST_TOKEN) < 0) {
                    return Optional.of(warning("the token is " + totem.token().toMillis() + " ms"));
                }
                return both.compareTo(LONGEST_LOSS) > 0
                        ? Optional.of(warning("a loss is noticed only after " + both.toMillis() + " ms (token "
                                + totem.token().toMillis() + ", consensus "
                                + totem.consensus().toMillis() + ")"))
                        : Optional.empty();
            });
        }
    },
    /** The time. */
    CLOCK(
            "a clock that differs from the controller's by more than 5 seconds",
            "the times of what this host's monitors report are compared with Nova's and the controller's",
            "let both take their time from the same NTP servers (chronyc tracking)") {
        @Override
        Optional<Found> look(NodeFacts node) {
            return node.controllerAhead()
                    .filter(ahead -> ahead.abs().compareTo(CLOCK_TOLERANCE) > 0)
                    .map(ahead ->
                            warning("the controller's clock is " + ahead.abs().toSeconds() + "s "
                                    + (ahead.isNegative() ? "behind" : "ahead of") + " this host's"));
        }
    };

    private static final Duration SHORTEST_TOKEN = Duration.ofSeconds(1);
    private static final Duration LONGEST_LOSS = Duration.ofSeconds(15);
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

    /** One look's answer. */
    record Found(Severity severity, String what) {}

    private final String finds;
    private final String why;
    private final String nextStep;

    NodeCheck(String finds, String why, String nextStep) {
        this.finds = finds;
        this.why = why;
        this.nextStep = nextStep;
    }

    abstract Optional<Found> look(NodeFacts node);

    /** As programs see it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String finds() {
        return finds;
    }

    public String why() {
        return why;
    }

    public String nextStep() {
        return nextStep;
    }

    /** Asks all of them. */
    public static List<Finding> all(NodeFacts node) {
        List<Finding> findings = new ArrayList<>();
        Arrays.stream(values())
                .forEach(check -> check.look(node)
                        .ifPresent(found -> findings.add(new Finding(
                                check.id(),
                                found.severity(),
                                node.novaName(),
                                found.what(),
                                check.why,
                                check.nextStep.replace("NAME", node.novaName())))));
        return findings;
    }

    private static Found error(String what) {
        return new Found(Severity.ERROR, what);
    }

    private static Found warning(String what) {
        return new Found(Severity.WARNING, what);
    }

    private static String alike(Set<String> known, String name) {
        String names = known.stream()
                .filter(other -> shortened(other).equalsIgnoreCase(shortened(name)))
                .sorted()
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "; it knows " + names;
    }

    private static String shortened(String name) {
        return name.replaceFirst("\\..*", "");
    }
}
