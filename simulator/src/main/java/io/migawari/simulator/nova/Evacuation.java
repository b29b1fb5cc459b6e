// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import org.jspecify.annotations.Nullable;

/**
 * What is asked for in one evacuation, in the terms of all microversions.
 *
 * @param destination the name of a host; absent: the scheduler chooses
 * @param forced the scheduler is not asked about the destination
 * @param onSharedStorage what the caller says of the server's disk, before microversion 2.14; absent: the destination
 *     finds out
 * @param endsStopped from microversion 2.95 on
 */
public record Evacuation(
        @Nullable String destination,
        boolean forced,
        @Nullable Boolean onSharedStorage,
        boolean endsStopped) {}
