// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import static io.migawari.controller.doctor.check.Severity.ERROR;
import static io.migawari.controller.doctor.check.Severity.NOTE;
import static io.migawari.controller.doctor.check.Severity.WARNING;
import static io.migawari.controller.doctor.check.World.NOW;
import static io.migawari.controller.doctor.check.World.host;
import static io.migawari.controller.doctor.check.World.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.RecoverySettings.Proof;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.Resident;
import io.migawari.controller.model.cloud.ServerGroup;
import io.migawari.controller.model.cloud.VmState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault that the doctor knows, planted in a healthy world: found, and nothing else with it. */
class ChecksTest {

    /**
     * One thing that is wrong.
     *
     * @param findings what has to be found: severity, check and subject, and nothing besides
     */
    private record Fault(String title, Consumer<World> plant, List<String> findings) {

        @Override
        public String toString() {
            return title;
        }
    }

    private static Fault fault(String title, Consumer<World> plant, String... findings) {
        return new Fault(title, plant, List.of(findings));
    }

    private static String found(Severity severity, String check, String subject) {
        return severity + " " + check + " " + subject;
    }

    static Stream<Fault> faults() {
        return Stream.of(
                fault(
                        "the schema is of another version",
                        world -> world.notReady = Optional.of("schema 4, expected 3"),
                        found(ERROR, "database", "database")),
                fault(
                        "the list of migrations is forbidden",
                        world -> world.unreadable.add("unfinished"),
                        found(ERROR, "cloud", "Nova: os-migrations")),
                fault(
                        "there is no Placement",
                        world -> world.unreadable.add("rooms"),
                        found(WARNING, "cloud", "Placement: allocation_candidates")),
                fault(
                        "Nova's services are forbidden: nothing that depends on them is guessed",
                        world -> world.unreadable.add("services"),
                        found(ERROR, "cloud", "Nova: os-services")),
                fault(
                        "our user is no administrator",
                        world -> world.roles.remove("admin"),
                        found(WARNING, "role", "our user in Keystone")),
                fault("Nova is too old", world -> world.newest = 53, found(ERROR, "microversion", "Nova")),
                fault(
                        "Nova's clock is behind",
                        world -> world.novaClock = Optional.of(NOW.minusSeconds(40)),
                        found(WARNING, "clock", "Nova")),
                fault(
                        "the database's clock is ahead",
                        world -> world.databaseAheadMillis = 9_000,
                        found(WARNING, "clock", "database")),
                fault("nobody would be told", world -> world.webhooks = 0, found(NOTE, "no-webhook", "alerts")),
                fault(
                        "no host is in any segment",
                        world -> {
                            world.hosts.clear();
                        },
                        found(ERROR, "no-hosts", "segments")),
                fault(
                        "the segment is disabled",
                        world -> world.segmentEnabled = false,
                        found(WARNING, "segment-disabled", "rack1")),
                fault(
                        "a host is registered by its short name",
                        world -> {
                            world.services.remove(host("compute2"));
                            world.residents.removeIf(
                                    resident -> resident.server().isOn(host("compute2")));
                            world.service("compute2.example.org", true, true, false);
                        },
                        found(ERROR, "unknown-to-nova", "compute2"),
                        found(WARNING, "in-no-segment", "compute2.example.org")),
                fault(
                        "a new host is in no segment",
                        world -> world.service("compute9", true, true, false),
                        found(WARNING, "in-no-segment", "compute9")),
                fault(
                        "a host is down and nobody has said so",
                        world -> world.service("compute2", false, true, false),
                        found(WARNING, "host-down", "compute2")),
                fault(
                        "a host was left forced down",
                        world -> world.service("compute2", false, true, true),
                        found(WARNING, "host-down", "compute2")),
                fault(
                        "a host is on maintenance",
                        world -> world.onMaintenance("compute2"),
                        found(NOTE, "paused", "compute2")),
                fault(
                        "a host is paused",
                        world -> world.pauses.add(new Pause(
                                new PauseId(new UUID(0, 1)),
                                new Pause.Scope.Everything(),
                                Pause.Mode.FREEZE,
                                "ann",
                                "switch is replaced",
                                NOW.minusSeconds(60),
                                NOW.plusSeconds(60))),
                        found(NOTE, "paused", "compute1"),
                        found(NOTE, "paused", "compute2")),
                fault(
                        "the reserved host is down",
                        world -> world.service("compute3", false, false, false),
                        found(ERROR, "reserved-host", "compute3"),
                        found(ERROR, "no-reserved-host", "rack1"),
                        found(ERROR, "room", "compute1"),
                        found(ERROR, "room", "compute2")),
                fault(
                        "the reserved host is enabled",
                        world -> world.service("compute3", true, true, false),
                        found(WARNING, "reserved-host", "compute3")),
                fault(
                        "an instance is on the reserved host, and has nowhere to go itself",
                        world -> world.instance("stray", "compute3", VmState.ACTIVE),
                        found(WARNING, "reserved-host", "compute3"),
                        found(ERROR, "room", "compute3")),
                fault(
                        "one of two reserved hosts is on maintenance",
                        world -> world.member("compute4", true).onMaintenance("compute4"),
                        found(WARNING, "reserved-host", "compute4")),
                fault(
                        "processes of one of two reserved hosts are down",
                        world -> {
                            world.member("compute4", true);
                            world.processesDown.add(host("compute4"));
                        },
                        found(ERROR, "reserved-host", "compute4")),
                fault(
                        "no reserved host is left",
                        world -> world.member("compute3", false),
                        found(ERROR, "no-reserved-host", "rack1"),
                        found(ERROR, "room", "compute1"),
                        found(ERROR, "room", "compute2")),
                fault(
                        "no reserved host is left, but the scheduler may choose",
                        world -> {
                            world.method = RecoveryMethod.RH_PRIORITY;
                            world.member("compute3", false);
                        },
                        found(WARNING, "no-reserved-host", "rack1")),
                fault(
                        "the reserved host is in another zone",
                        world -> world.zones.put(host("compute3"), "az2"),
                        found(WARNING, "reserved-host-place", "compute3")),
                fault(
                        "the reserved host is not in an aggregate",
                        world -> world.aggregates.add(
                                new Aggregate(1, "ssd", Set.of(host("compute1"), host("compute2")))),
                        found(NOTE, "reserved-host-place", "compute3")),
                fault(
                        "Nova's word is taken for a proof",
                        world -> world.proof = Proof.NOVA_DOWN,
                        found(WARNING, "nova-down-is-proof", "rack1")),
                fault(
                        "one host has no monitor",
                        world -> world.silent.add(host("compute2")),
                        found(WARNING, "unwatched", "compute2")),
                fault(
                        "the monitors of all hosts have fallen silent",
                        world -> world.heardOf = 3600,
                        found(NOTE, "unwatched", "rack1")),
                fault("as many hosts are out as may be", world -> world.out = 1, found(WARNING, "held", "rack1")),
                fault(
                        "no host has a monitor of ours, which may be as it should be",
                        world -> world.silent.addAll(world.hosts.keySet()),
                        found(NOTE, "unwatched", "rack1")),
                fault(
                        "the only fencing device of a host does not answer",
                        world -> world.power.put(
                                host("compute1"),
                                power(device("bmc1", new Power.Reading.Unknown("no route to host"), Optional.empty()))),
                        found(ERROR, "fencing", "compute1")),
                fault(
                        "the first of two levels was never verified",
                        world -> world.power.put(
                                host("compute1"),
                                power(
                                        device("bmc1", new Power.Reading.On(), Optional.of("it was never verified")),
                                        device("pdu1", new Power.Reading.On(), Optional.empty()))),
                        found(WARNING, "fencing", "compute1")),
                fault(
                        "the reserved host is full",
                        world -> world.free.put(
                                host("compute3"), Map.of("VCPU", 1L, "MEMORY_MB", 8192L, "DISK_GB", 100L)),
                        found(ERROR, "room", "compute1"),
                        found(ERROR, "room", "compute2")),
                fault(
                        "an affinity group cannot leave its host",
                        world -> world.groups.add(
                                new ServerGroup("pair", ServerGroup.Policy.AFFINITY, Set.of(id("web-1")))),
                        found(ERROR, "room", "compute1")),
                fault(
                        "an instance is paused",
                        world -> world.instance("db-1", "compute1", VmState.PAUSED),
                        found(WARNING, "instance-state", id("db-1").toString())),
                fault(
                        "an instance has an emulated TPM",
                        world -> world.instance(
                                "tpm-1",
                                "compute1",
                                VmState.ACTIVE,
                                Optional.empty(),
                                NOW,
                                Map.of("hw:tpm_version", "2.0")),
                        found(WARNING, "instance-state", id("tpm-1").toString())),
                fault(
                        "an instance has a device",
                        world -> world.instance(
                                "gpu-1",
                                "compute1",
                                VmState.ACTIVE,
                                Optional.empty(),
                                NOW,
                                Map.of("pci_passthrough:alias", "a100:1")),
                        found(NOTE, "instance-needs", id("gpu-1").toString())),
                fault(
                        "an instance has its root disk on its host",
                        world -> {
                            Resident former = world.residents.remove(0);
                            world.residents.add(new Resident(
                                    former.server(),
                                    former.needs(),
                                    former.needsMore(),
                                    false,
                                    former.zone(),
                                    former.updatedAt()));
                        },
                        found(NOTE, "local-disk", "rack1")),
                fault(
                        "a task has been forgotten",
                        world -> world.instance(
                                "slow-1",
                                "compute1",
                                VmState.ACTIVE,
                                Optional.of("image_snapshot"),
                                NOW.minusSeconds(3600),
                                Map.of()),
                        found(WARNING, "stuck-task", id("slow-1").toString())),
                fault(
                        "an evacuation whose destination died is recorded as under way for ever",
                        world -> world.unfinished.add(evacuation(Evacuation.Status.UNDER_WAY)),
                        found(ERROR, "stale-evacuation", "compute1")),
                fault(
                        "a host is back and its nova-compute has not cleared its evacuations",
                        world -> world.unfinished.add(evacuation(Evacuation.Status.DONE)),
                        found(ERROR, "stale-evacuation", "compute1")));
    }

    private static Evacuation evacuation(Evacuation.Status status) {
        return new Evacuation(
                7,
                id("web-2"),
                host("compute1"),
                Optional.of(host("compute2")),
                status,
                NOW.minusSeconds(7200),
                Optional.empty());
    }

    private static Power.Device device(String name, Power.Reading reading, Optional<String> unusable) {
        return new Power.Device(name, reading, unusable);
    }

    private static Power power(Power.Device... devices) {
        return new Power(Arrays.stream(devices)
                .map(device -> new Power.Level(List.of(device)))
                .toList());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aPlantedFaultIsFoundAndNothingElse(Fault fault) {
        var world = new World();
        fault.plant().accept(world);

        assertThat(world.look())
                .extracting(finding -> found(finding.severity(), finding.check(), finding.subject()))
                .containsExactlyInAnyOrderElementsOf(fault.findings());
        assertThat(world.look())
                .allSatisfy(
                        finding -> assertThat(finding.nextStep()).isNotBlank().doesNotContain("SUBJECT"));
    }

    @Test
    void aHealthyWorldIsSilent() {
        assertThat(new World().look()).isEmpty();
    }

    @Test
    void whatIsAsItShouldBeIsNotHeldAgainstAnybody() {
        var world = new World();
        world.power.put(host("compute1"), power(device("bmc1", new Power.Reading.On(), Optional.empty())));
        world.instance(
                        "migrating-1",
                        "compute1",
                        VmState.ACTIVE,
                        Optional.of("migrating"),
                        NOW.minusSeconds(60),
                        Map.of())
                .instance("shelved-1", "compute2", VmState.SOFT_DELETED);
        world.unfinished.add(new Evacuation(
                8,
                id("web-1"),
                host("compute9"),
                Optional.of(host("compute1")),
                Evacuation.Status.DONE,
                NOW.minusSeconds(9999),
                Optional.empty()));

        assertThat(world.look()).isEmpty();
    }

    @Test
    void aHostThatIsBeingRecoveredIsNotComplainedAbout() {
        var world = new World();
        world.failed.add(host("compute2"));
        world.service("compute2", false, false, true);
        world.unfinished.add(new Evacuation(
                9,
                id("web-2"),
                host("compute2"),
                Optional.of(host("compute3")),
                Evacuation.Status.UNDER_WAY,
                NOW.minusSeconds(2000),
                Optional.empty()));

        assertThat(world.look()).isEmpty();
    }

    @Test
    void everyCheckThereIsIsAskedAndHasAFaultPlantedForIt() {
        Set<String> planted = faults().flatMap(fault -> fault.findings().stream())
                .map(finding -> finding.split(" ")[1])
                .collect(Collectors.toSet());
        List<String> asked = new ArrayList<>();
        Checks.ALL.forEach(check -> asked.add(check.id()));

        assertThat(planted).containsExactlyInAnyOrderElementsOf(asked);
        assertThat(Checks.ALL)
                .extracting(Object::getClass)
                .hasSameElementsAs(Arrays.asList(Check.class.getPermittedSubclasses()));
    }
}
