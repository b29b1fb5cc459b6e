// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Phase;
import java.util.Optional;

/**
 * A line of some incident's story, for those who watch all of them.
 *
 * @param incidentKind as in {@link io.migawari.controller.model.Subject#kind()}
 * @param phase in which the incident is by the time that this is read
 * @param gate what it waits for by then
 */
public record Event(
        StoryLine line,
        IncidentId incident,
        String incidentKind,
        HostName host,
        Phase phase,
        Optional<Gate.Kind> gate) {}
