// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

/** Nova's vm_state. */
public enum VmState {
    ACTIVE("active", "ACTIVE", PowerState.RUNNING),
    BUILDING("building", "BUILD", PowerState.NOSTATE),
    PAUSED("paused", "PAUSED", PowerState.PAUSED),
    SUSPENDED("suspended", "SUSPENDED", PowerState.SHUTDOWN),
    STOPPED("stopped", "SHUTOFF", PowerState.SHUTDOWN),
    RESCUED("rescued", "RESCUE", PowerState.RUNNING),
    RESIZED("resized", "VERIFY_RESIZE", PowerState.RUNNING),
    SOFT_DELETED("soft-delete", "SOFT_DELETED", PowerState.SHUTDOWN),
    DELETED("deleted", "DELETED", PowerState.NOSTATE),
    ERROR("error", "ERROR", PowerState.RUNNING),
    SHELVED("shelved", "SHELVED", PowerState.SHUTDOWN),
    SHELVED_OFFLOADED("shelved_offloaded", "SHELVED_OFFLOADED", PowerState.SHUTDOWN);

    private final String novaName;
    private final String status;
    private final PowerState usualPower;

    VmState(String novaName, String status, PowerState usualPower) {
        this.novaName = novaName;
        this.status = status;
        this.usualPower = usualPower;
    }

    /** As the API writes it. */
    public String novaName() {
        return novaName;
    }

    /** The power state that a server in this state has when nothing is amiss. */
    PowerState usualPower() {
        return usualPower;
    }

    /** The server status of this state while no task is under way. */
    String status() {
        return status;
    }
}
