// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.membership;

/** How a host stands in the cluster. */
public enum Standing {
    ONLINE,
    /** On its way in or out: nothing can be said yet. */
    JOINING,
    /** Runs, and takes no cluster resources. */
    STANDBY,
    /** Runs, and a person has told the cluster to leave it alone. */
    MAINTENANCE,
    /** Left in good order. Its instances may well be running. */
    STOPPED_CLEANLY,
    /** Cannot be reached and is not fenced (UNCLEAN): it may be dead, frozen, or cut off and alive. */
    UNREACHABLE,
    /** Cannot be reached, and was switched off since. */
    FENCED,
    /** Cannot be reached, and the cluster has no fencing that could make sure. */
    LOST_WITHOUT_FENCING;

    /** Whether the host's cluster software runs and is a full member, so that the host itself runs. */
    public boolean runs() {
        return this == ONLINE || this == STANDBY || this == MAINTENANCE;
    }
}
