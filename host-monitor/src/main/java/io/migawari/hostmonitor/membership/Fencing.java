// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.membership;

import java.time.Instant;

/**
 * A host was fenced with success.
 *
 * @param action {@code off} or {@code reboot}
 * @param at when it was complete, by the clock of the host that did it
 * @param by the host that did it
 */
public record Fencing(String action, Instant at, String by) {}
