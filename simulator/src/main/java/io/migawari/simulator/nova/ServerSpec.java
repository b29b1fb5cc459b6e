// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server to be put into the simulated cloud, in any state.
 *
 * @param host absent: it is on no host, as one that could not be scheduled or was shelved
 * @param project the name of the project that it belongs to
 * @param launched whether it has ever run
 */
public record ServerSpec(
        String name,
        @Nullable String host,
        Kind kind,
        String project,
        VmState vmState,
        @Nullable String taskState,
        PowerState powerState,
        boolean launched,
        boolean locked,
        Map<String, String> metadata,
        Map<String, String> flavorExtraSpecs) {

    /** Where its root disk is. */
    public enum Kind {
        /** Made from an image, on storage that all hosts share. */
        IMAGE,
        /** Made from an image, on the disks of its host: an evacuated one begins anew from the image. */
        IMAGE_LOCAL_DISK,
        /** A volume. */
        VOLUME
    }

    public ServerSpec {
        metadata = Map.copyOf(metadata);
        flavorExtraSpecs = Map.copyOf(flavorExtraSpecs);
    }

    /** An active server of the project "demo", on shared storage. */
    public static ServerSpec active(String name, @Nullable String host) {
        return new ServerSpec(
                name,
                host,
                Kind.IMAGE,
                "demo",
                VmState.ACTIVE,
                null,
                PowerState.RUNNING,
                true,
                false,
                Map.of(),
                Map.of());
    }

    public ServerSpec withKind(Kind value) {
        return new ServerSpec(
                name,
                host,
                value,
                project,
                vmState,
                taskState,
                powerState,
                launched,
                locked,
                metadata,
                flavorExtraSpecs);
    }

    /** In another state, with the power state that is usual in it; one that is building has never been launched. */
    public ServerSpec in(VmState state) {
        return new ServerSpec(
                name,
                host,
                kind,
                project,
                state,
                taskState,
                state.usualPower(),
                launched && state != VmState.BUILDING,
                locked,
                metadata,
                flavorExtraSpecs);
    }

    public ServerSpec withTask(String value) {
        return new ServerSpec(
                name, host, kind, project, vmState, value, powerState, launched, locked, metadata, flavorExtraSpecs);
    }

    public ServerSpec withPower(PowerState value) {
        return new ServerSpec(
                name, host, kind, project, vmState, taskState, value, launched, locked, metadata, flavorExtraSpecs);
    }

    public ServerSpec neverLaunched() {
        return new ServerSpec(
                name,
                host,
                kind,
                project,
                vmState,
                taskState,
                PowerState.NOSTATE,
                false,
                locked,
                metadata,
                flavorExtraSpecs);
    }

    public ServerSpec withLock() {
        return new ServerSpec(
                name, host, kind, project, vmState, taskState, powerState, launched, true, metadata, flavorExtraSpecs);
    }

    public ServerSpec withMetadata(Map<String, String> value) {
        return new ServerSpec(
                name, host, kind, project, vmState, taskState, powerState, launched, locked, value, flavorExtraSpecs);
    }

    public ServerSpec withFlavorExtraSpecs(Map<String, String> value) {
        return new ServerSpec(
                name, host, kind, project, vmState, taskState, powerState, launched, locked, metadata, value);
    }

    public ServerSpec inProject(String value) {
        return new ServerSpec(
                name, host, kind, value, vmState, taskState, powerState, launched, locked, metadata, flavorExtraSpecs);
    }
}
