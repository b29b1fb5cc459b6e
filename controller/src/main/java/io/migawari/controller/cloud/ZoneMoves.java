// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.Removal;
import io.migawari.controller.model.cloud.ZoneEstate;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * What moves into another availability zone ask of the cloud: of Nova, Glance and Cinder. The rules of {@link Cloud} hold here as
 * well. What is made for a project is made in its name, with a token of ours for that project.
 */
public interface ZoneMoves {

    /**
     * What has to be known before an instance moves.
     *
     * @throws CloudException {@code NOT_FOUND} if it does not exist
     */
    Removal removal(ServerId server, Duration patience) throws CloudException, InterruptedException;

    /** What a move has made so far, for when the old instance can no longer tell: whose it was, and of which sort. */
    record Made(String project, boolean copyIsVolume) {}

    /**
     * What there is of an instance that moves.
     *
     * @param mark of all that was made for this move
     * @param successors the instances that carry it or have carried it
     * @param volumes that move with it
     * @param made absent as long as nothing was
     */
    ZoneEstate estate(
            ServerId source,
            String mark,
            Collection<ServerId> successors,
            Collection<String> volumes,
            Optional<Made> made,
            Duration patience)
            throws CloudException, InterruptedException;
}
