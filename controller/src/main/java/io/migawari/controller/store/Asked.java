// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.IncidentId;
import java.time.Instant;
import java.util.Optional;

/**
 * What somebody has asked of the controller, without anything that must not be kept.
 *
 * @param who the name of a user, or the address where nobody is asked who he is
 * @param whoId the user's id in Keystone
 * @param requestId under which the controller's log has it
 * @param what in words: "cancel incident"
 * @param target the id or name of what it was about
 * @param why in the words of the person, if he gave any
 * @param details the values that he gave, as far as they may be kept
 */
public record Asked(
        Instant at,
        String who,
        Optional<String> whoId,
        String address,
        String requestId,
        String what,
        Optional<String> target,
        Optional<IncidentId> incident,
        Optional<String> why,
        String details) {}
