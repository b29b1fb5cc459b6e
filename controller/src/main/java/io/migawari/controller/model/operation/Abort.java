// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.operation;

import java.time.Instant;

/**
 * A person's wish that an operation end.
 *
 * @param running whether what is under way is called off as well; otherwise it is followed to its end
 */
public record Abort(String by, String reason, Instant at, boolean running) {}
