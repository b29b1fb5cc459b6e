// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.InstanceAction;
import io.migawari.controller.model.cloud.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The cloud whose instances we look after, in our own words. The reads are each one call of Nova (more only where
 * Nova cuts a list into pages) however many instances there are; the truth of an answer is never filled up with a guess: a
 * read that fails throws, and an empty list means that Nova said "none". All methods may be called from any thread and
 * block for as long as their {@code patience} at most.
 */
public interface Cloud {

    /** All nova-compute services. */
    List<ComputeService> computeServices(Duration patience) throws CloudException, InterruptedException;

    /** The instances of all projects that are on a host, as Nova sees it; deleted ones are not listed. */
    List<Server> serversOn(HostName host, Duration patience) throws CloudException, InterruptedException;

    /**
     * The instances of all projects and hosts that have changed since a time, the deleted ones among them.
     *
     * @param since by Nova's clock; take it early enough for the difference of the clocks
     */
    List<Server> serversChangedSince(Instant since, Duration patience) throws CloudException, InterruptedException;

    /** The evacuations away from a host that were begun since a time (Nova's clock), newest first. */
    List<Evacuation> evacuationsFrom(HostName source, Instant since, Duration patience)
            throws CloudException, InterruptedException;

    /**
     * Where the newest live migration of each instance from a host was going, if it is under way or done. Nova calls one under way
     * for good when its source has died. One for which no destination was chosen yet is not listed.
     */
    Map<ServerId, HostName> liveMigrationsFrom(HostName source, Duration patience)
            throws CloudException, InterruptedException;

    List<Aggregate> aggregates(Duration patience) throws CloudException, InterruptedException;

    /**
     * One instance by its id, for the recovery of a single one; that of a host reads lists.
     *
     * @throws CloudException {@code NOT_FOUND} if it is not there any more
     */
    Server server(ServerId id, Duration patience) throws CloudException, InterruptedException;

    /** What was done to an instance, newest first; the same is thrown. */
    List<InstanceAction> actions(ServerId server, Duration patience) throws CloudException, InterruptedException;

    /**
     * Carries out one step, once. Never throws for what the cloud says or fails to say: that is the outcome.
     *
     * @throws InterruptedException if the thread was interrupted; the step may have happened
     */
    Outcome carryOut(Step step, Duration patience) throws InterruptedException;
}
