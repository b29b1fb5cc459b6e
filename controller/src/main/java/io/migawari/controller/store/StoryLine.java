// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.ServerId;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of an incident's story.
 *
 * @param number grows with every line of the database
 * @param server the instance that it is about, if it is about one
 */
public record StoryLine(long number, Instant at, Optional<ServerId> server, String words) {}
