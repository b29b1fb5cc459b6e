// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What there is just now of an instance that moves into another availability zone.
 *
 * @param source the old instance; absent when it is deleted
 * @param successors the new one: more only if Nova was asked twice and has made two
 * @param copies of its root disk; more for the same reason; absent if they cannot be read now
 * @param volumes Cinder's state of each volume that moves with it, by id; one that is deleted is not in it; absent as above
 * @param complaint why something cannot be read now
 */
public record ZoneEstate(
        Optional<Source> source,
        List<Successor> successors,
        Optional<List<Copy>> copies,
        Optional<Map<String, String>> volumes,
        Optional<String> complaint) {

    /**
     * The old instance.
     *
     * @param project Keystone's id of its owner's
     * @param rootVolume if its root disk is one
     * @param volumes the others that are attached to it, in Nova's order
     */
    public record Source(Server server, String project, Optional<String> rootVolume, List<String> volumes) {

        public Source {
            volumes = List.copyOf(volumes);
        }
    }

    /**
     * The new instance.
     *
     * @param zone where it is, as Nova shows it
     * @param volumes all that are attached to it
     * @param marked whether it carries our mark; its owner may take that away
     */
    public record Successor(Server server, Optional<String> zone, Set<String> volumes, boolean marked) {

        public Successor {
            volumes = Set.copyOf(volumes);
        }
    }

    /**
     * A copy of the root disk.
     *
     * @param isVolume otherwise it is an image
     * @param words its state as Glance or Cinder has it
     */
    public record Copy(String id, boolean isVolume, Progress progress, String words) {}

    /** How far a copy is. */
    public enum Progress {
        COMING,
        READY,
        FAILED
    }

    public ZoneEstate {
        successors = List.copyOf(successors);
        copies = copies.map(List::copyOf);
        volumes = volumes.map(Map::copyOf);
    }
}
