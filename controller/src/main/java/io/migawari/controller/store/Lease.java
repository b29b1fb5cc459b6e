// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.IncidentId;

/**
 * The right to work on an incident. It lasts as long as it is renewed in time; whoever takes it over gets a higher epoch,
 * and nothing can be written under a lower one any more.
 *
 * @param owner this process, and no other run of it
 */
public record Lease(IncidentId incident, String owner, long epoch) {}
