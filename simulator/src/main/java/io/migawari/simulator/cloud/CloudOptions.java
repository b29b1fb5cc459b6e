// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.cloud;

import io.migawari.simulator.nova.Timings;

/**
 * What a simulated cloud is like.
 *
 * @param newestMicroversion Nova's newest API is 2.this
 * @param listLimit Nova cuts longer lists into pages of so many (osapi_max_limit)
 * @param hypervisorSuffix what a hypervisor's name has after the host's: empty, or a domain as {@code .example.org}
 */
public record CloudOptions(Timings timings, int newestMicroversion, int listLimit, String hypervisorSuffix) {

    public static final CloudOptions DEFAULTS = new CloudOptions(Timings.DEFAULTS, 96, 1000, "");

    public CloudOptions withTimings(Timings value) {
        return new CloudOptions(value, newestMicroversion, listLimit, hypervisorSuffix);
    }

    public CloudOptions withNewestMicroversion(int value) {
        return new CloudOptions(timings, value, listLimit, hypervisorSuffix);
    }

    public CloudOptions withListLimit(int value) {
        return new CloudOptions(timings, newestMicroversion, value, hypervisorSuffix);
    }

    public CloudOptions withHypervisorSuffix(String value) {
        return new CloudOptions(timings, newestMicroversion, listLimit, value);
    }
}
