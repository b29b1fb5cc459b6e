// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.NovaAccess;
import io.migawari.controller.model.cloud.Resident;
import io.migawari.controller.model.cloud.Room;
import io.migawari.controller.model.cloud.ServerGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is asked of the cloud before anything has failed, and never during a recovery: so that what would make one fail is found
 * beforehand. Each read is a fixed number of calls (more only where Nova cuts a list into pages), whatever the size of the cloud.
 * As of {@link Cloud}: what cannot be read throws, and nothing is guessed.
 */
public interface Survey {

    /** Signs in, and asks Nova for its versions and its clock. */
    NovaAccess access(Duration patience) throws CloudException, InterruptedException;

    /** The instances of all projects that are on some host; deleted ones are not listed. */
    List<Resident> residents(Duration patience) throws CloudException, InterruptedException;

    /**
     * What is free where. A host that is not listed has no processor left, or Placement does not know it.
     *
     * @throws CloudException {@code UNSUITABLE} if there is no Placement that can say so (1.27, Rocky)
     */
    List<Room> rooms(Duration patience) throws CloudException, InterruptedException;

    /** The availability zone of each compute host. */
    Map<HostName, String> zones(Duration patience) throws CloudException, InterruptedException;

    /** The server groups of all projects. */
    List<ServerGroup> serverGroups(Duration patience) throws CloudException, InterruptedException;

    /** The evacuations of all hosts that Nova calls accepted or begun, and those whose source has not come back since. */
    List<Evacuation> unfinishedEvacuations(Duration patience) throws CloudException, InterruptedException;
}
