// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.RecoverySettings.Instances;
import io.migawari.controller.GeneratedPart;
import io.migawari.controller.decision.RestartTable.Treatment;
import io.migawari.controller.model.NotificationStatus;
import io.migawari.controller.model.Phase;
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

/** The state table of instances that have died alone, row by row. docs/instance-states.md shows these very rows. */
class RestartTableTest {

    private static final Treatment RESTART = new Treatment.Restart();
    private static final Treatment START = new Treatment.Start();

    /** @param expected what is done, or how the reason for leaving it or waiting begins, with the end if it is left */
    private record Row(String state, Server server, Instances instances, Treatment expected) {}

    private static final List<Row> ROWS = List.of(
            row("active", of(VmState.ACTIVE), RESTART),
            row("stopped (by Nova, which has seen its guest gone)", of(VmState.STOPPED), START),
            row("error", of(VmState.ERROR), RESTART),
            row("active, locked", of(VmState.ACTIVE), RESTART),
            row("paused", of(VmState.PAUSED), left(Phase.DISMISSED, "it was paused")),
            row("rescued", of(VmState.RESCUED), left(Phase.DISMISSED, "somebody is rescuing it")),
            row("suspended", of(VmState.SUSPENDED), left(Phase.DISMISSED, "it is suspended")),
            row("resized (not confirmed)", of(VmState.RESIZED), left(Phase.FAILED, "its resize was not confirmed")),
            row("building", never(VmState.BUILDING, "spawning"), left(Phase.DISMISSED, "it has never run")),
            row("error, has never run", never(VmState.ERROR, ""), left(Phase.DISMISSED, "it has never run")),
            row("shelved", of(VmState.SHELVED), left(Phase.DISMISSED, "it is shelved")),
            row("shelved_offloaded", of(VmState.SHELVED_OFFLOADED), left(Phase.DISMISSED, "it is shelved")),
            row("soft-deleted", of(VmState.SOFT_DELETED), left(Phase.DISMISSED, "it is deleted")),
            row("a state that we do not know", of(VmState.UNKNOWN), left(Phase.FAILED, "its state is one")),
            row("active / deleting", of(VmState.ACTIVE, "deleting"), left(Phase.DISMISSED, "it is being deleted")),
            row("active / soft-deleting", of(VmState.ACTIVE, "soft-deleting"), left(Phase.DISMISSED, "it is being")),
            row("active / powering-off", of(VmState.ACTIVE, "powering-off"), waits("powering-off")),
            row("stopped / powering-on", of(VmState.STOPPED, "powering-on"), waits("powering-on")),
            row("active / rebooting, rebooting_hard, …", of(VmState.ACTIVE, "rebooting_hard"), waits("rebooting_hard")),
            row("active / migrating", of(VmState.ACTIVE, "migrating"), waits("migrating")),
            row(
                    "active / image_uploading, resize_prep, shelving, … and tasks that we do not know",
                    of(VmState.ACTIVE, "image_uploading"),
                    waits("image_uploading")),
            row(
                    "active, HA_Enabled: false",
                    tagged("HA_Enabled", "False"),
                    left(Phase.SKIPPED, "its owner has opted out")),
            row(
                    "active, HA-Enabled: OFF (the older key)",
                    tagged("HA-Enabled", "OFF"),
                    left(Phase.SKIPPED, "its owner has opted out")),
            new Row(
                    "active, no HA_Enabled, where only tagged ones are restarted",
                    of(VmState.ACTIVE),
                    Instances.TAGGED,
                    left(Phase.SKIPPED, "only instances with HA_Enabled")),
            new Row(
                    "active, HA_Enabled: true, where only tagged ones are restarted",
                    tagged("HA_Enabled", "true"),
                    Instances.TAGGED,
                    RESTART));

    private static Row row(String state, Server server, Treatment expected) {
        return new Row(state, server, Instances.ALL, expected);
    }

    private static Treatment left(Phase end, String why) {
        return new Treatment.Leave(end, why);
    }

    private static Treatment waits(String task) {
        return new Treatment.Wait("Nova is at " + task);
    }

    private static Server of(VmState vmState) {
        return of(vmState, "");
    }

    private static Server of(VmState vmState, String task) {
        return server(vmState, task, true, Map.of());
    }

    private static Server never(VmState vmState, String task) {
        return server(vmState, task, false, Map.of());
    }

    private static Server tagged(String key, String value) {
        return server(VmState.ACTIVE, "", true, Map.of(key, value));
    }

    private static Server server(VmState vmState, String task, boolean launched, Map<String, String> metadata) {
        return new Server(
                Scene.id("vm"),
                "vm",
                Optional.of(Scene.DEAD),
                vmState,
                Optional.of(task).filter(name -> !name.isEmpty()),
                vmState == VmState.ACTIVE,
                launched,
                false,
                metadata,
                Map.of(),
                Optional.empty());
    }

    @TestFactory
    Stream<DynamicTest> eachStateIsTreatedAsTheTableSays() {
        return ROWS.stream()
                .map(row -> DynamicTest.dynamicTest(row.state(), () -> {
                    Treatment treatment = RestartTable.treat(row.server(), row.instances());
                    if (row.expected() instanceof Treatment.Leave expected) {
                        assertThat(treatment).isInstanceOfSatisfying(Treatment.Leave.class, leave -> {
                            assertThat(leave.why()).startsWith(expected.why());
                            assertThat(leave.end()).isEqualTo(expected.end());
                        });
                    } else {
                        assertThat(treatment).isEqualTo(row.expected());
                    }
                }));
    }

    @Test
    void anOptedOutInstanceThatIsBeingDeletedIsLeftBecauseItIsBeingDeleted() {
        Server server = server(VmState.ACTIVE, "deleting", true, Map.of("HA_Enabled", "no"));

        assertThat(RestartTable.treat(server, Instances.ALL))
                .isEqualTo(new Treatment.Leave(Phase.DISMISSED, "it is being deleted"));
    }

    @Test
    void everyStateOfNovaHasItsRow() {
        assertThat(ROWS).extracting(row -> row.server().vmState()).contains(VmState.ACTIVE, VmState.STOPPED);
        for (VmState state : VmState.values()) {
            if (state != VmState.DELETED) { // Nova answers 404
                assertThat(ROWS).extracting(row -> row.server().vmState()).contains(state);
            }
        }
    }

    @Test
    void thePageForOperatorsShowsTheSameRows() throws IOException {
        var rows = new StringBuilder(
                "| state when it is looked at | what is done | notification's status |\n| --- | --- | --- |\n");
        for (Row row : ROWS) {
            Treatment treatment = RestartTable.treat(row.server(), row.instances());
            rows.append("| ")
                    .append(row.state())
                    .append(" | ")
                    .append(words(treatment).replace(row.server().id().toString(), "SERVER"))
                    .append(" | ")
                    .append(status(treatment))
                    .append(" |\n");
        }
        GeneratedPart.check("instance-states.md", "restarts", rows.toString());
    }

    private static String words(Treatment treatment) {
        if (treatment instanceof Treatment.Leave leave) {
            return "left: " + leave.why();
        }
        if (treatment instanceof Treatment.Wait wait) {
            return "waited for, and looked at again: " + wait.why();
        }
        return treatment instanceof Treatment.Start ? "started" : "stopped and started";
    }

    private static String status(Treatment treatment) {
        if (treatment instanceof Treatment.Wait) {
            return "`" + NotificationStatus.of(Phase.RESTARTING, false, true).apiName() + "`";
        }
        Phase end = treatment instanceof Treatment.Leave leave ? leave.end() : Phase.RECOVERED;
        return "`" + NotificationStatus.of(end, false, true).apiName() + "`";
    }
}
