// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.membership;

import java.util.Optional;

/**
 * A host as a membership layer shows it.
 *
 * @param lastFencing the last time that it was fenced with success, be it long ago
 * @param why what the standing was read from
 */
public record SeenHost(Standing standing, Optional<Fencing> lastFencing, String why) {}
