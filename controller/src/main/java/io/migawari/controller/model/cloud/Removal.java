// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import java.util.Map;
import java.util.Optional;

/**
 * What decides whether an instance can be made a second time, in another availability zone.
 *
 * @param project Keystone's id of its owner's
 * @param whyNotOurs why nothing can be made in that project by us; absent if it can
 * @param flavor the name of its flavor
 * @param flavorExists whether there still is one of that name and size
 * @param rootVolumeSize in GiB, if its root disk is a volume
 * @param volumes how many others are attached to it
 * @param otherLocalDisks whether its flavor gives it disks beside the root disk, which nothing copies
 * @param locked against its owner's changes
 * @param needs by the names of {@code quotas}
 * @param quotas of the project; those that could not be read are not in it
 */
public record Removal(
        String project,
        Optional<String> whyNotOurs,
        String flavor,
        boolean flavorExists,
        Optional<Long> rootVolumeSize,
        int volumes,
        boolean otherLocalDisks,
        boolean locked,
        Map<String, Long> needs,
        Map<String, Quota> quotas) {

    /** A limit, negative for none, and how much of it is used. */
    public record Quota(long limit, long used) {

        public boolean hasRoomFor(long more) {
            return limit < 0 || used + more <= limit;
        }
    }

    public Removal {
        needs = Map.copyOf(needs);
        quotas = Map.copyOf(quotas);
    }
}
