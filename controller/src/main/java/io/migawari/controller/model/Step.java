// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Optional;

/**
 * One action on the outside world. It is journalled as intended before it is done, and its outcome afterwards. Steps are
 * compared by value: the same step again is another try.
 */
public sealed interface Step {

    /** Nova takes a host's nova-compute for down at once, whatever its heartbeat says. */
    record ForceDown(HostName host) implements Step {}

    /**
     * A host is switched off by its fencing devices, and its power read back.
     *
     * @param level which of its levels, from 1
     */
    record PowerOff(HostName host, int level) implements Step {}

    /** Undoes {@link ForceDown}. */
    record LiftForceDown(HostName host) implements Step {}

    /** Nothing new is scheduled to a host. Nova holds this call for 60 s while it takes a dead host for up. */
    record DisableService(HostName host, String reason) implements Step {}

    /** Instances may be scheduled to a host. */
    record EnableService(HostName host) implements Step {}

    /** A reserved host joins an aggregate of the host that it stands in for. */
    record AddToAggregate(HostName host, long aggregate) implements Step {}

    /** Undoes {@link AddToAggregate}. */
    record RemoveFromAggregate(HostName host, long aggregate) implements Step {}

    /**
     * An instance is rebuilt on another host from its disks.
     *
     * @param destination absent: Nova's scheduler chooses
     */
    record Evacuate(ServerId server, Optional<HostName> destination) implements Step {}

    /** An instance that was stopped before, and runs after its evacuation, is stopped again. */
    record Stop(ServerId server) implements Step {}

    /** An instance that ran before, and is stopped after its evacuation, is started again. */
    record Start(ServerId server) implements Step {}

    /** An instance is put into Nova's state ERROR: as it was before, or to let a stuck evacuation be repeated. */
    record ResetToError(ServerId server) implements Step {}

    /** What only people ask for: no recovery intends one of these. */
    sealed interface Planned extends Step
            permits LiveMigrate,
                    ColdMigrate,
                    ConfirmMigration,
                    RevertMigration,
                    AbortLiveMigration,
                    ForceComplete,
                    ZoneStep {}

    /**
     * A running instance moves while it runs. Which of its disks have to be copied, Nova finds out by itself.
     *
     * @param destination absent: Nova's scheduler chooses
     */
    record LiveMigrate(ServerId server, Optional<HostName> destination) implements Planned {}

    /**
     * An instance is shut down, moved, and started again if it ran. It then waits for {@link ConfirmMigration} or
     * {@link RevertMigration}.
     *
     * @param destination absent: Nova's scheduler chooses
     */
    record ColdMigrate(ServerId server, Optional<HostName> destination) implements Planned {}

    /** A cold migration is final: what is left of the instance on its former host is removed. */
    record ConfirmMigration(ServerId server) implements Planned {}

    /** Undoes a cold migration that was not confirmed. */
    record RevertMigration(ServerId server) implements Planned {}

    /**
     * A live migration that is under way is called off; the instance runs on where it was.
     *
     * @param migration Nova's number of it
     */
    record AbortLiveMigration(ServerId server, long migration) implements Planned {}

    /** A live migration that gets nowhere is completed at once, at the price of a pause of the guest; parameters as above. */
    record ForceComplete(ServerId server, long migration) implements Planned {}
}
