// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import java.time.Instant;
import java.util.Optional;

/**
 * What was done to an instance, as Nova remembers it ({@code GET /servers/ID/os-instance-actions}).
 *
 * @param name Nova's: {@code stop}, {@code reboot}, {@code evacuate} …
 * @param requestId the same that the answer to the request has in its header
 * @param user who asked for it; absent: nova-compute did it by itself
 * @param failed Nova says {@code Error}; it may say so long after it accepted the request
 */
public record InstanceAction(String name, String requestId, Optional<String> user, Instant startedAt, boolean failed) {}
