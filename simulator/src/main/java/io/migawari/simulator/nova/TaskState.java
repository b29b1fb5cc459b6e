// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.util.Set;

/** The values of Nova's task_state that the simulator itself sets; a {@link ServerSpec} may have any other. */
public final class TaskState {

    public static final String REBUILDING = "rebuilding";
    public static final String REBUILD_BLOCK_DEVICE_MAPPING = "rebuild_block_device_mapping";
    public static final String REBUILD_SPAWNING = "rebuild_spawning";
    public static final String POWERING_OFF = "powering-off";
    public static final String POWERING_ON = "powering-on";
    public static final String REBOOTING = "rebooting";
    public static final String REBOOTING_HARD = "rebooting_hard";
    public static final String DELETING = "deleting";

    static final Set<String> REBUILD = Set.of(REBUILDING, REBUILD_BLOCK_DEVICE_MAPPING, REBUILD_SPAWNING);

    private TaskState() {}
}
