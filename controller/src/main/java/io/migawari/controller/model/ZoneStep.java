// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.List;
import java.util.Optional;

/**
 * A step of a move into another availability zone. What such a step makes carries a mark, so that it is found again, whoever was
 * told that it was made. Volumes are named by Cinder's ids, images by Glance's, projects by Keystone's.
 */
public sealed interface ZoneStep extends Step.Planned {

    /**
     * The root disk of an instance is copied as it is at one moment: into an image, or into another volume.
     *
     * @param rootVolume if its root disk is one
     */
    record CopyDisk(ServerId server, String project, Optional<String> rootVolume, String mark) implements ZoneStep {}

    /** A volume is taken from an instance. */
    record DetachVolume(ServerId server, String volume) implements ZoneStep {}

    /** A volume is given to an instance. */
    record AttachVolume(ServerId server, String volume) implements ZoneStep {}

    /**
     * An instance is made from the copy of another one's disk, and after its pattern in all else.
     *
     * @param copy the image, or the volume that was copied
     * @param volumes that it gets beside its root disk
     */
    record BootInZone(
            ServerId pattern,
            String project,
            String zone,
            String copy,
            boolean copyIsVolume,
            List<String> volumes,
            String mark)
            implements ZoneStep {

        public BootInZone {
            volumes = List.copyOf(volumes);
        }
    }

    /** An instance is deleted, with what Nova deletes with it. */
    record DeleteServer(ServerId server) implements ZoneStep {}

    /** A copy of a disk is deleted. */
    record DeleteCopy(String project, String copy, boolean isVolume) implements ZoneStep {}

    /** An instance loses its mark: it is one like all others now. */
    record Unmark(ServerId server) implements ZoneStep {

        /** The key of the metadata that is the mark. */
        public static final String KEY = "migawari_operation";
    }
}
