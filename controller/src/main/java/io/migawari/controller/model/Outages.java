// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Optional;

/**
 * How many hosts are out at once: those with an open incident of the whole host, and those whose instances were recovered and
 * that have not come back since. A host that is out counts until it is seen to be back, however long that takes.
 *
 * @param inSegment of the incident's segment, the incident's own host among them
 * @param hostsInSegment all of the segment's hosts
 * @param overall of all segments
 * @param hostsOverall all hosts of all segments
 * @param stormSeenAt when an incident of the segment was last held by a storm, be it the segment's own or one overall
 */
public record Outages(
        int inSegment, int hostsInSegment, int overall, int hostsOverall, Optional<Instant> stormSeenAt) {}
