// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.time.Instant;
import java.util.Optional;

/**
 * A person's word that a fencing device belongs to a host. It holds for the device as it was configured then, and for as long
 * as it shows the same identity, if it shows one.
 *
 * @param digest of how the device was configured, secrets left out
 * @param identity what the device said of itself
 */
public record Attestation(
        HostName host, String device, String digest, Optional<String> identity, String by, String reason, Instant at) {}
