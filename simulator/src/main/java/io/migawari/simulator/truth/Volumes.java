// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.truth;

import io.migawari.simulator.truth.Attachment.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All volumes, and what an evacuation does to them: the destination reserves a new attachment, which withdraws the export
 * to the old host, and then connects (seen on Cinder 21). Not thread-safe.
 */
public final class Volumes {

    private final List<SimulatedVolume> volumes = new ArrayList<>();
    private int attachments;

    /** A root volume of a server, attached at the host if there is one. */
    public SimulatedVolume create(String project, String server, @Nullable String host, Instant at) {
        SimulatedVolume volume = new SimulatedVolume(Ids.uuid("volume", volumes.size() + 1), project, at);
        volume.attach(
                new Attachment(nextAttachment(), server, host == null ? Status.RESERVED : Status.ATTACHED, host), at);
        volumes.add(volume);
        return volume;
    }

    public void reserve(String server, Instant at) {
        for (SimulatedVolume volume : of(server)) {
            volume.attach(new Attachment(nextAttachment(), server, Status.RESERVED, null), at);
        }
    }

    /** The reserved attachments of a server go on to {@code status} at a host. */
    public void connect(String server, String host, Status status, Instant at) {
        for (SimulatedVolume volume : of(server)) {
            String attachment = volume.attachment().orElseThrow().id();
            volume.attach(new Attachment(attachment, server, status, host), at);
        }
    }

    public void release(String server, Instant at) {
        of(server).forEach(volume -> volume.attach(null, at));
    }

    public List<SimulatedVolume> all() {
        return List.copyOf(volumes);
    }

    /** The volumes that are attached, or are being attached, to a server. */
    public List<SimulatedVolume> of(String server) {
        return volumes.stream()
                .filter(volume -> volume.attachment()
                        .filter(attachment -> attachment.server().equals(server))
                        .isPresent())
                .toList();
    }

    /** The running guests that have a volume which is not exported to their host. */
    public List<Guest> guestsWithoutTheirVolume(Ledger ledger) {
        return ledger.guests().stream()
                .filter(Guest::running)
                .filter(guest -> of(guest.server()).stream().anyMatch(volume -> !volume.isExportedTo(guest.host())))
                .toList();
    }

    private String nextAttachment() {
        return Ids.uuid("attachment", ++attachments);
    }
}
