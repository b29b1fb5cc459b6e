// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server to be put into the simulated cloud, in any state.
 *
 * @param host absent: it is on no host, as one that could not be scheduled or was shelved
 * @param project the name of the project that it belongs to
 */
public record ServerSpec(
        String name,
        @Nullable String host,
        Kind kind,
        String project,
        State state,
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

    /** @param launched whether it has ever run */
    public record State(VmState vm, @Nullable String task, PowerState power, boolean launched) {}

    public ServerSpec {
        metadata = Map.copyOf(metadata);
        flavorExtraSpecs = Map.copyOf(flavorExtraSpecs);
    }

    /** An active server of the project "demo", on shared storage. */
    public static ServerSpec active(String name, @Nullable String host) {
        State active = new State(VmState.ACTIVE, null, PowerState.RUNNING, true);
        return new ServerSpec(name, host, Kind.IMAGE, "demo", active, false, Map.of(), Map.of());
    }

    /** In another state, with the power state that is usual in it; one that is building has never been launched. */
    public ServerSpec in(VmState vm) {
        return with(new State(vm, state.task, vm.usualPower(), state.launched && vm != VmState.BUILDING));
    }

    public ServerSpec withTask(String task) {
        return with(new State(state.vm, task, state.power, state.launched));
    }

    public ServerSpec withPower(PowerState power) {
        return with(new State(state.vm, state.task, power, state.launched));
    }

    public ServerSpec neverLaunched() {
        return with(new State(state.vm, state.task, PowerState.NOSTATE, false));
    }

    public ServerSpec with(State value) {
        return new ServerSpec(name, host, kind, project, value, locked, metadata, flavorExtraSpecs);
    }

    public ServerSpec withKind(Kind value) {
        return new ServerSpec(name, host, value, project, state, locked, metadata, flavorExtraSpecs);
    }

    public ServerSpec inProject(String value) {
        return new ServerSpec(name, host, kind, value, state, locked, metadata, flavorExtraSpecs);
    }

    public ServerSpec withLock() {
        return new ServerSpec(name, host, kind, project, state, true, metadata, flavorExtraSpecs);
    }

    public ServerSpec withMetadata(Map<String, String> value) {
        return new ServerSpec(name, host, kind, project, state, locked, value, flavorExtraSpecs);
    }

    public ServerSpec withFlavorExtraSpecs(Map<String, String> value) {
        return new ServerSpec(name, host, kind, project, state, locked, metadata, value);
    }
}
