// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import java.time.Duration;

/**
 * What a live migration whose source has died leaves where it went to: an incoming guest. Nova refuses to build the instance there with
 * "already exists" until the hypervisor has noticed.
 */
public final class Remains {

    /**
     * Seen: 30 s, libvirt's keepalive. After this time it may be that the guest runs there, and Nova was never told: the attempt
     * counts as failed then, and somebody has to look.
     */
    public static final Duration REMOVED_WITHIN = Duration.ofSeconds(90);

    public static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    private Remains() {}
}
