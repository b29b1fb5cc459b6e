// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.truth;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A root volume with at most one attachment, and the hosts that the storage back end exports it to. Not thread-safe. */
public final class SimulatedVolume {

    private final String id;
    private final String project;
    private final Instant createdAt;
    private final Set<String> exportedTo = new TreeSet<>();
    private @Nullable Attachment attachment;
    private Instant updatedAt;

    SimulatedVolume(String id, String project, Instant createdAt) {
        this.id = id;
        this.project = project;
        this.createdAt = createdAt;
        this.updatedAt = createdAt;
    }

    public String id() {
        return id;
    }

    public String project() {
        return project;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }

    public Optional<Attachment> attachment() {
        return Optional.ofNullable(attachment);
    }

    public boolean isExportedTo(String host) {
        return exportedTo.contains(host);
    }

    void exportAlso(String host) {
        exportedTo.add(host);
    }

    void withdraw(String host) {
        exportedTo.remove(host);
    }

    /** Cinder's status of the volume, which follows from its attachment. */
    public String status() {
        if (attachment == null) {
            return "available";
        }
        return switch (attachment.status()) {
            case RESERVED -> "reserved";
            case ATTACHING -> "attaching";
            case ATTACHED -> "in-use";
        };
    }

    void attach(@Nullable Attachment newAttachment, Instant at) {
        attachment = newAttachment;
        updatedAt = at;
        exportedTo.clear();
        if (newAttachment != null && newAttachment.host() != null) {
            exportedTo.add(newAttachment.host());
        }
    }
}
