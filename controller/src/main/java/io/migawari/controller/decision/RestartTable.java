// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.config.RecoverySettings.Instances;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.cloud.Server;
import java.util.Optional;
import java.util.Set;

/**
 * What is done with an instance that is reported to have died on a host that lives, by the state in which Nova shows it.
 * docs/instance-states.md has this table for operators; a test holds the two together.
 */
public final class RestartTable {

    /** What is done. */
    public sealed interface Treatment {

        /** It is stopped and started: Nova may still believe that its guest runs. */
        record Restart() implements Treatment {}

        /** Nova knows that it is off: it is started. */
        record Start() implements Treatment {}

        /** Nova is at it; what is to be done is seen when it has finished. */
        record Wait(String why) implements Treatment {}

        /** It is left as it is, and the incident ends so. */
        record Leave(Phase end, String why) implements Treatment {}
    }

    private static final Set<String> DELETING = Set.of("deleting", "soft-deleting");

    private RestartTable() {}

    /** The whole judgement about an instance that nothing was done to yet; the first rule that applies. */
    static Treatment treat(Server server, Instances instances) {
        if (isBeingDeleted(server)) {
            return byState(server);
        }
        return notWanted(server, instances)
                .<Treatment>map(why -> new Treatment.Leave(Phase.SKIPPED, why))
                .orElseGet(() -> byState(server));
    }

    /** Why its owner, or the site, does not want it to be restarted. */
    private static Optional<String> notWanted(Server server, Instances instances) {
        Optional<Boolean> tag = InstanceTable.tag(server);
        if (tag.isPresent()) {
            return tag.get() ? Optional.empty() : Optional.of("its owner has opted out (HA_Enabled is false)");
        }
        return switch (instances) {
            case ALL -> Optional.empty();
            case TAGGED -> Optional.of("only instances with HA_Enabled: true are restarted here");
        };
    }

    /** The same for one that was begun with: nobody's wish takes back what was stopped in order to be started. */
    static Treatment byState(Server server) {
        if (isBeingDeleted(server)) {
            return dismiss("it is being deleted");
        }
        if (!server.launched()) {
            return dismiss("it has never run; Nova itself says what became of it");
        }
        if (server.taskState().isPresent()) {
            return new Treatment.Wait("Nova is at " + server.taskState().get());
        }
        return switch (server.vmState()) {
            case ACTIVE, ERROR -> new Treatment.Restart();
            case STOPPED -> new Treatment.Start();
            case PAUSED ->
                dismiss("it was paused, and only its owner knows what for; start it with: " + hardReboot(server));
            case RESCUED ->
                dismiss("somebody is rescuing it; unrescuing starts it: openstack server unrescue " + server.id());
            case SUSPENDED -> dismiss("it is suspended, so it has no guest that could die");
            case BUILDING -> dismiss("it is still being built; Nova itself says what becomes of it");
            case SHELVED, SHELVED_OFFLOADED -> dismiss("it is shelved; unshelving starts it");
            case SOFT_DELETED, DELETED -> dismiss("it is deleted");
            // Masakari resets such a one to ACTIVE, after which it can be neither confirmed nor taken back.
            case RESIZED ->
                new Treatment.Leave(
                        Phase.FAILED,
                        "its resize was not confirmed, and Nova neither stops nor starts it before; next step: "
                                + "openstack server resize confirm (or revert) " + server.id() + ", then "
                                + hardReboot(server));
            case UNKNOWN ->
                new Treatment.Leave(
                        Phase.FAILED,
                        "its state is one that we do not know; next step: openstack server show " + server.id());
        };
    }

    private static boolean isBeingDeleted(Server server) {
        return server.deleted() || server.taskState().filter(DELETING::contains).isPresent();
    }

    private static String hardReboot(Server server) {
        return "openstack server reboot --hard " + server.id();
    }

    private static Treatment dismiss(String why) {
        return new Treatment.Leave(Phase.DISMISSED, why);
    }
}
