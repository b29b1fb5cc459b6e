// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;

/** A person's wish that no more instances are moved. Moves under way are still followed to their ends. */
public record Cancellation(String by, String reason, Instant at) {}
