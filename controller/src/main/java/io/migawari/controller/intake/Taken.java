// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.intake;

import io.migawari.controller.store.Acceptance;
import java.util.Optional;

/** What became of a report, and what is wrong with it, if anything. */
public record Taken(Acceptance acceptance, Optional<Doubt> doubt) {}
