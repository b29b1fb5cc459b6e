// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

/**
 * What the source's hypervisor says of a live migration ({@code GET /servers/ID/migrations}); all zero until it has begun to copy,
 * and for a hypervisor that does not tell.
 *
 * @param number Nova's integer id of the migration
 * @param memoryTotal bytes, as the others; the memory that the guest has
 * @param memoryLeft may grow, when the guest writes faster than is copied
 * @param diskTotal of the disks that have to be copied
 */
public record LiveProgress(long number, long memoryTotal, long memoryLeft, long diskTotal, long diskLeft) {

    /** Of all that has to be copied; 0 if that is not known. */
    public int percent() {
        long total = memoryTotal + diskTotal;
        return total <= 0 ? 0 : (int) Math.max(0, 100 * (total - memoryLeft - diskLeft) / total);
    }
}
