// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import java.time.Instant;
import java.util.UUID;

/**
 * A message that has to be taken to one webhook, and that nobody else is taking there.
 *
 * @param delivery its number, for the answer
 * @param id the same for every try and every webhook: by it a receiver knows what it has had before
 * @param attempt counts from 1
 */
public record AlertMessage(
        long delivery, UUID id, RaisedAlert.Event event, Instant at, int attempt, RaisedAlert alert) {}
