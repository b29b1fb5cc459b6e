// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How hosts, instances and processes are recovered.
 *
 * @param proof what counts as a proof that a host is dead
 * @param bySegment what counts as proof in the segments that have a rule of their own, by the segment's name
 * @param trustMonitors whether a monitor's {@code host_status: NORMAL} (it has read the power as off) is a proof
 * @param novaDownFor how long Nova must have called a host down, under {@link Proof#NOVA_DOWN}
 * @param instances which instances of a failed host are recovered
 * @param restarts which instances that have died alone are restarted, and how often
 * @param parallel the most evacuations that one incident has under way at once
 * @param parallelPerDestination the same for one destination
 * @param attempts how often one instance's evacuation may fail before it is given up
 * @param giveUpAfter how long an incident that waits for a destination keeps trying
 * @param overdueAfter how long one move may take before it is called overdue
 * @param addToAggregates whether a reserved host joins the aggregates of the host that it stands in for
 * @param clockTolerance how far the clocks of the machines involved may differ
 * @param fenceAfter how long a host is reported as stopped, without a proof, before its own fencing devices switch it off; and
 *     how long nothing must have been heard of it before the mere word of a person, or of a monitor of Masakari, counts. More
 *     than a heartbeat and the clocks' tolerance
 * @param gates when nothing is begun
 * @param returns how a host that comes back is put to use again
 */
public record RecoverySettings(
        Proof proof,
        Map<String, OfSegment> bySegment,
        boolean trustMonitors,
        Duration novaDownFor,
        Instances instances,
        Restarts restarts,
        int parallel,
        int parallelPerDestination,
        int attempts,
        Duration giveUpAfter,
        Duration overdueAfter,
        boolean addToAggregates,
        Duration clockTolerance,
        Duration fenceAfter,
        GateSettings gates,
        ReturnSettings returns) {

    /** What counts as a proof of death. */
    public enum Proof {
        /** Only evidence that the host is off or fenced, or an operator's word. */
        REQUIRED,
        /** Nova's own "down" is enough. Nova also says so of a host that merely cannot reach its message bus. */
        NOVA_DOWN
    }

    /** Which instances are recovered. */
    public enum Instances {
        /** All but those that are opted out. */
        ALL,
        /** Only those with the metadata {@code HA_Enabled: true}. */
        TAGGED
    }

    /**
     * Instances that have died though their host lives.
     *
     * @param limit so many restarts of one instance within the window; the next death is left to people
     * @param storm when more instances of a segment than this die within a minute, they are not restarted for a while
     */
    public record Restarts(Instances instances, int limit, Duration window, int storm) {

        static Restarts read(Section section, Instances instances, Duration day) {
            return new Restarts(
                    section.choice("instances", Instances.class, instances),
                    section.integer("limit", 3, 1, 1000),
                    section.duration("window", Duration.ofMinutes(10), Duration.ofSeconds(1), day),
                    section.integer("storm", 20, 1, 1_000_000));
        }
    }

    /** A segment's own rules; the meanings are those of the settings of the same names. */
    public record OfSegment(Proof proof, boolean trustMonitors) {}

    public RecoverySettings {
        bySegment = Map.copyOf(bySegment);
    }

    /** The rules for a segment of this name. */
    public OfSegment of(String segment) {
        return bySegment.getOrDefault(segment, new OfSegment(proof, trustMonitors));
    }

    /** What holds where a configuration says nothing. */
    public static RecoverySettings defaults() {
        return YamlFile.readText("defaults", "", Map.of(), RecoverySettings::read);
    }

    /** The same with other gates. */
    public RecoverySettings with(GateSettings others) {
        return new RecoverySettings(
                proof,
                bySegment,
                trustMonitors,
                novaDownFor,
                instances,
                restarts,
                parallel,
                parallelPerDestination,
                attempts,
                giveUpAfter,
                overdueAfter,
                addToAggregates,
                clockTolerance,
                fenceAfter,
                others,
                returns);
    }

    /** The section {@code recovery} of the controller's settings. */
    public static RecoverySettings read(Section section) {
        Proof proof = section.choice("proof-of-death", Proof.class, Proof.REQUIRED);
        boolean trustMonitors = section.flag("trust-monitor-power-off", true);
        Map<String, OfSegment> bySegment = new LinkedHashMap<>();
        section.named("segments")
                .forEach((name, segment) -> bySegment.put(
                        name,
                        new OfSegment(
                                // never the dangerous rule because of a section that is there for the other key
                                segment.choice("proof-of-death", Proof.class, Proof.REQUIRED),
                                segment.flag("trust-monitor-power-off", trustMonitors))));
        Duration second = Duration.ofSeconds(1);
        Duration day = Duration.ofDays(1);
        Instances instances = section.choice("instances", Instances.class, Instances.ALL);
        return new RecoverySettings(
                proof,
                bySegment,
                trustMonitors,
                section.duration("nova-down-for", Duration.ZERO, Duration.ZERO, day),
                instances,
                Restarts.read(section.section("restarts"), instances, day),
                section.integer("parallel", 60, 1, 1000),
                section.integer("parallel-per-destination", 30, 1, 1000),
                section.integer("attempts", 3, 1, 20),
                section.duration("give-up-after", day, Duration.ofMinutes(1), Duration.ofDays(30)),
                section.duration("overdue-after", Duration.ofMinutes(5), Duration.ofSeconds(10), day),
                section.flag("add-reserved-host-to-aggregates", false),
                section.duration("clock-tolerance", Duration.ofSeconds(5), second, Duration.ofMinutes(5)),
                section.duration("fence-after", Duration.ofSeconds(20), Duration.ZERO, day),
                GateSettings.read(section.section("gates")),
                ReturnSettings.read(section.section("return")));
    }
}
