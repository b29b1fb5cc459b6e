// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.config.RecoverySettings.Instances;
import io.migawari.controller.model.Booleans;
import io.migawari.controller.model.WantedState;
import io.migawari.controller.model.cloud.Server;
import java.util.Optional;

/**
 * What is done with an instance of a dead host, by its state before the failure. docs/instance-states.md is this table for
 * operators; a test holds the two together. Which states Nova evacuates was seen on Nova 26.2 (active, stopped and error;
 * the others are answered 409, or 400 when shelved and offloaded) and is the same in the sources of later releases.
 */
public final class InstanceTable {

    /** What is done. */
    public sealed interface Treatment {

        /** It is evacuated, and put back into this state. */
        record Evacuate(WantedState wanted) implements Treatment {}

        /**
         * It is left where it is, for this reason.
         *
         * @param isLoss it would be wanted back, and cannot be; not so one whose owner has opted out, or that is being deleted
         */
        record Leave(String why, boolean isLoss) implements Treatment {}
    }

    /** What a task that was under way when the host died means for the instance. */
    private enum Task {
        /** None, or one that ended with the host and changes nothing. */
        HARMLESS,
        /** Its owner had asked for it to be stopped. */
        STOPPING,
        /** Its owner had asked for it to be started. */
        STARTING,
        DELETING,
        /** Disks were on their way between two hosts, and which one has them is not known. */
        RESIZING,
        SHELVING,
        /** One that this list lacks. */
        UNKNOWN
    }

    /** Present since Masakari, and its forerunner's spelling; the first one that is there counts. */
    private static final String[] OPT_KEYS = {"HA_Enabled", "HA-Enabled"};

    private InstanceTable() {}

    /** The whole judgement; the first rule that applies. */
    public static Treatment treat(Server server, Instances instances) {
        Task task = server.taskState().map(InstanceTable::task).orElse(Task.HARMLESS);
        Optional<Boolean> tag = tag(server);

        if (server.deleted() || task == Task.DELETING) {
            return leaveGladly("it is being deleted");
        }
        if (tag.isPresent() && !tag.get()) {
            return leaveGladly("its owner has opted out (HA_Enabled is false)");
        }
        if (instances == Instances.TAGGED && tag.isEmpty()) {
            return leaveGladly("only instances with HA_Enabled: true are recovered here");
        }
        if (task == Task.RESIZING) {
            return leave("it was being resized or cold-migrated, so its disks may be on either host; "
                    + "look at both, reset its state and evacuate it by hand");
        }
        if (task == Task.SHELVING) {
            return leave("it was being shelved or unshelved; reset its state and evacuate it by hand");
        }
        if (task == Task.UNKNOWN) {
            return leave("Nova was doing something to it that we do not know (" + server.states() + ")");
        }
        return switch (server.vmState()) {
            case ACTIVE -> evacuate(server, task == Task.STOPPING ? WantedState.STOPPED : WantedState.RUNNING);
            case STOPPED -> evacuate(server, task == Task.STARTING ? WantedState.RUNNING : WantedState.STOPPED);
            case ERROR -> evacuate(server, server.guestRuns() ? WantedState.ERROR_RUNNING : WantedState.ERROR_STOPPED);
            case PAUSED, SUSPENDED ->
                leave("Nova evacuates no " + server.vmState().novaName()
                        + " instance, and its memory is lost with the host; reset its state and evacuate it by hand");
            case RESCUED -> leave("Nova evacuates no rescued instance; reset its state and evacuate it by hand");
            case RESIZED ->
                leave("its resize was not confirmed, and Nova evacuates no resized instance; "
                        + "reset its state and evacuate it by hand");
            case BUILDING -> leave("it was still being built and has never run; create it anew");
            case SOFT_DELETED, DELETED -> leaveGladly("it is deleted");
            case SHELVED, SHELVED_OFFLOADED -> leave("it is shelved; unshelving it starts it on a living host");
            case UNKNOWN -> leave("its state is one that we do not know");
        };
    }

    private static Treatment evacuate(Server server, WantedState wanted) {
        if (!server.launched()) {
            return leave("it has never run, so there is nothing to evacuate; create it anew");
        }
        if (server.flavorExtraSpecs().containsKey("hw:tpm_version")) {
            return leave(
                    "it has an emulated TPM, whose contents are on the dead host; Nova evacuates no such instance");
        }
        return new Treatment.Evacuate(wanted);
    }

    private static Treatment leave(String why) {
        return new Treatment.Leave(why, true);
    }

    private static Treatment leaveGladly(String why) {
        return new Treatment.Leave(why, false);
    }

    /** Whether its owner has said that it shall be recovered, or shall not. Another value than yes or no says nothing. */
    static Optional<Boolean> tag(Server server) {
        for (String key : OPT_KEYS) {
            Optional<Boolean> value = Booleans.find(server.metadata().getOrDefault(key, ""));
            if (value.isPresent()) {
                return value;
            }
        }
        return Optional.empty();
    }

    /** Nova's task states (nova.compute.task_states, up to the releases of 2026). */
    private static Task task(String taskState) {
        return switch (taskState) {
            case "image_snapshot",
                    "image_snapshot_pending",
                    "image_pending_upload",
                    "image_uploading",
                    "image_backup" -> Task.HARMLESS;
            case "rebooting",
                    "reboot_pending",
                    "reboot_started",
                    "rebooting_hard",
                    "reboot_pending_hard",
                    "reboot_started_hard" -> Task.HARMLESS;
            case "pausing", "unpausing", "suspending", "resuming", "rescuing", "unrescuing", "updating_password" ->
                Task.HARMLESS;
            case "migrating", "rebuilding", "rebuild_block_device_mapping", "rebuild_spawning" -> Task.HARMLESS;
            case "scheduling", "block_device_mapping", "networking", "spawning" -> Task.HARMLESS;
            case "powering-off" -> Task.STOPPING;
            case "powering-on" -> Task.STARTING;
            case "deleting", "soft-deleting" -> Task.DELETING;
            case "resize_prep",
                    "resize_migrating",
                    "resize_migrated",
                    "resize_finish",
                    "resize_reverting",
                    "resize_confirming" -> Task.RESIZING;
            case "shelving",
                    "shelving_image_pending_upload",
                    "shelving_image_uploading",
                    "shelving_offloading",
                    "unshelving" -> Task.SHELVING;
            default -> Task.UNKNOWN;
        };
    }
}
