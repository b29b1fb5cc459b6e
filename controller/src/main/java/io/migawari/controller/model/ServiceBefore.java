// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Optional;

/** A failed host's nova-compute service before we touched it; only what we changed is ever put back. */
public record ServiceBefore(boolean enabled, boolean forcedDown, Optional<String> disabledReason) {}
