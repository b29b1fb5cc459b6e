// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

/**
 * What the source's hypervisor tells of a live migration.
 *
 * @param memoryTotal bytes, as the others
 */
public record LiveProgress(long memoryTotal, long memoryLeft, long diskTotal, long diskLeft) {}
