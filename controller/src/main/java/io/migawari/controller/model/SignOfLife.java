// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;

/**
 * A host's own word that it is healthy, the newest that there is.
 *
 * @param at when it came in here, by the database's clock
 * @param by which of its monitors gave it
 */
public record SignOfLife(Instant at, String by) {}
