// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.RecoverySettings.Instances;
import io.migawari.controller.GeneratedPart;
import io.migawari.controller.decision.InstanceTable.Treatment;
import io.migawari.controller.model.WantedState;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The state table, row by row. docs/instance-states.md shows these very rows. */
class InstanceTableTest {

    /** @param expected how it has to be found again, or how the reason for leaving it begins */
    private record Row(String state, Server server, Instances instances, Object expected) {}

    private static final List<Row> ROWS = List.of(
            row("active", of(VmState.ACTIVE, "", true), WantedState.RUNNING),
            row("stopped", of(VmState.STOPPED, "", false), WantedState.STOPPED),
            row("error, guest running", of(VmState.ERROR, "", true), WantedState.ERROR_RUNNING),
            row("error, guest not running", of(VmState.ERROR, "", false), WantedState.ERROR_STOPPED),
            row("paused", of(VmState.PAUSED, "", false), "Nova evacuates no paused instance"),
            row("suspended", of(VmState.SUSPENDED, "", false), "Nova evacuates no suspended instance"),
            row("rescued", of(VmState.RESCUED, "", true), "Nova evacuates no rescued instance"),
            row("resized (not confirmed)", of(VmState.RESIZED, "", true), "its resize was not confirmed"),
            row("building", never(of(VmState.BUILDING, "spawning", false)), "it was still being built"),
            row("error, has never run", never(of(VmState.ERROR, "", false)), "it has never run"),
            row("soft-deleted", of(VmState.SOFT_DELETED, "", false), "it is deleted"),
            row("shelved", of(VmState.SHELVED, "", false), "it is shelved"),
            row("shelved_offloaded", of(VmState.SHELVED_OFFLOADED, "", false), "it is shelved"),
            row("a state that we do not know", of(VmState.UNKNOWN, "", true), "its state is one that we do not know"),
            row("active / deleting", of(VmState.ACTIVE, "deleting", true), "it is being deleted"),
            row("active / soft-deleting", of(VmState.ACTIVE, "soft-deleting", true), "it is being deleted"),
            row("active / powering-off", of(VmState.ACTIVE, "powering-off", true), WantedState.STOPPED),
            row("stopped / powering-on", of(VmState.STOPPED, "powering-on", false), WantedState.RUNNING),
            row("active / rebooting, rebooting_hard, …", of(VmState.ACTIVE, "rebooting", true), WantedState.RUNNING),
            row(
                    "active / image_snapshot, image_uploading, …",
                    of(VmState.ACTIVE, "image_uploading", true),
                    WantedState.RUNNING),
            row(
                    "active / pausing, suspending, rescuing, …",
                    of(VmState.ACTIVE, "suspending", true),
                    WantedState.RUNNING),
            row(
                    "active / migrating (live, from this host; evacuated to where it was going)",
                    of(VmState.ACTIVE, "migrating", true),
                    WantedState.RUNNING),
            row(
                    "active / rebuilding, rebuild_spawning, …",
                    of(VmState.ACTIVE, "rebuilding", true),
                    WantedState.RUNNING),
            row(
                    "active / resize_migrating and the other resize tasks",
                    of(VmState.ACTIVE, "resize_migrating", true),
                    "it was being resized"),
            row("active / shelving, unshelving, …", of(VmState.ACTIVE, "shelving", true), "it was being shelved"),
            row(
                    "active / a task that we do not know",
                    of(VmState.ACTIVE, "levitating", true),
                    "Nova was doing something"),
            row("active, locked", of(VmState.ACTIVE, "", true), WantedState.RUNNING),
            row("active, flavor with hw:tpm_version", tpm(of(VmState.ACTIVE, "", true)), "it has an emulated TPM"),
            row(
                    "active, HA_Enabled: false",
                    server("vm", VmState.ACTIVE, "HA_Enabled", "False"),
                    "its owner has opted out"),
            row(
                    "active, HA-Enabled: OFF (the older key)",
                    server("vm", VmState.ACTIVE, "HA-Enabled", "OFF"),
                    "its owner has opted out"),
            row(
                    "active, HA_Enabled: perhaps (neither yes nor no)",
                    server("vm", VmState.ACTIVE, "HA_Enabled", "perhaps"),
                    WantedState.RUNNING),
            tagged(
                    "active, no HA_Enabled, where only tagged ones are recovered",
                    of(VmState.ACTIVE, "", true),
                    "only instances with HA_Enabled"),
            tagged(
                    "active, HA_Enabled: true, where only tagged ones are recovered",
                    server("vm", VmState.ACTIVE, "HA_Enabled", "true"),
                    WantedState.RUNNING));

    private static Row row(String state, Server server, Object expected) {
        return new Row(state, server, Instances.ALL, expected);
    }

    private static Row tagged(String state, Server server, Object expected) {
        return new Row(state, server, Instances.TAGGED, expected);
    }

    private static Server of(VmState vmState, String task, boolean runs) {
        return new Server(
                Scene.id("vm"),
                "vm",
                Optional.of(Scene.DEAD),
                vmState,
                Optional.of(task).filter(name -> !name.isEmpty()),
                runs,
                true,
                false,
                Map.of(),
                Map.of(),
                Optional.empty());
    }

    static Server server(String name, VmState vmState, String key, String value) {
        return new Server(
                Scene.id(name),
                name,
                Optional.of(Scene.DEAD),
                vmState,
                Optional.empty(),
                vmState == VmState.ACTIVE,
                true,
                false,
                Map.of(key, value),
                Map.of(),
                Optional.empty());
    }

    private static Server never(Server s) {
        return new Server(
                s.id(),
                s.name(),
                s.host(),
                s.vmState(),
                s.taskState(),
                s.guestRuns(),
                false,
                false,
                Map.of(),
                Map.of(),
                s.fault());
    }

    private static Server tpm(Server s) {
        return new Server(
                s.id(),
                s.name(),
                s.host(),
                s.vmState(),
                s.taskState(),
                s.guestRuns(),
                true,
                false,
                Map.of(),
                Map.of("hw:tpm_version", "2.0"),
                s.fault());
    }

    @TestFactory
    Stream<DynamicTest> eachStateIsTreatedAsTheTableSays() {
        return ROWS.stream()
                .map(row -> DynamicTest.dynamicTest(row.state(), () -> {
                    Treatment treatment = InstanceTable.treat(row.server(), row.instances());
                    if (row.expected() instanceof WantedState wanted) {
                        assertThat(treatment).isEqualTo(new Treatment.Evacuate(wanted));
                    } else {
                        assertThat(treatment)
                                .isInstanceOfSatisfying(
                                        Treatment.Leave.class,
                                        leave -> assertThat(leave.why()).startsWith((String) row.expected()));
                    }
                }));
    }

    @Test
    void theNewerKeyCountsWhereBothAreThere() {
        var server = new Server(
                Scene.id("vm"),
                "vm",
                Optional.of(Scene.DEAD),
                VmState.ACTIVE,
                Optional.empty(),
                true,
                true,
                false,
                Map.of("HA_Enabled", "true", "HA-Enabled", "OFF"),
                Map.of(),
                Optional.empty());

        assertThat(InstanceTable.tag(server)).contains(true);
    }

    @Test
    void thePageForOperatorsShowsTheSameRows() throws IOException {
        var rows = new StringBuilder("| state before the failure | what is done |\n| --- | --- |\n");
        for (Row row : ROWS) {
            rows.append("| ")
                    .append(row.state())
                    .append(" | ")
                    .append(words(row))
                    .append(" |\n");
        }
        GeneratedPart.check("instance-states.md", "rows", rows.toString());
    }

    private static String words(Row row) {
        Treatment treatment = InstanceTable.treat(row.server(), row.instances());
        if (treatment instanceof Treatment.Leave leave) {
            return "left: " + leave.why();
        }
        return switch (((Treatment.Evacuate) treatment).wanted()) {
            case RUNNING -> "evacuated; runs afterwards";
            case STOPPED -> "evacuated; stopped afterwards";
            case ERROR_RUNNING -> "evacuated; its guest runs, and Nova shows ERROR as before";
            case ERROR_STOPPED -> "evacuated; stopped, and Nova shows ERROR as before";
        };
    }
}
