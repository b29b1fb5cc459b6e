// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;

/**
 * A person's word that the recovery of an incident may begin in spite of the gates that can be approved. It is no proof of
 * death and does not take the place of one.
 */
public record Approval(String by, String reason, Instant at) {}
