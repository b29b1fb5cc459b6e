// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.truth;

import io.migawari.simulator.truth.Attachment.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All volumes, and what an evacuation does to them: the destination reserves a new attachment, which withdraws the export
 * to the old host, and then connects (seen on Cinder 21). Not thread-safe.
 */
public final class Volumes {

    private final List<SimulatedVolume> volumes = new ArrayList<>();
    private final Map<String, SimulatedVolume> byServer = new HashMap<>();
    private int attachments;

    /** A root volume of a server, attached at the host if there is one. */
    public SimulatedVolume create(String project, String server, @Nullable String host, Instant at) {
        SimulatedVolume volume = new SimulatedVolume(Ids.uuid("volume", volumes.size() + 1), project, at);
        Status status = host == null ? Status.RESERVED : Status.ATTACHED;
        volume.attach(new Attachment(nextAttachment(), server, status, host), at);
        volumes.add(volume);
        byServer.put(server, volume);
        return volume;
    }

    /** A server's volume, if it has one, gets a new attachment in place of the old one. */
    public void reserve(String server, Instant at) {
        of(server)
                .ifPresent(
                        volume -> volume.attach(new Attachment(nextAttachment(), server, Status.RESERVED, null), at));
    }

    /** The attachment of a server's volume, if it has one, goes on to {@code status} at a host. */
    public void connect(String server, String host, Status status, Instant at) {
        of(server).ifPresent(volume -> {
            String attachment = volume.attachment().orElseThrow().id();
            volume.attach(new Attachment(attachment, server, status, host), at);
        });
    }

    /** During a live migration the destination has it as well. */
    public void exportAlso(String server, String host) {
        of(server).ifPresent(volume -> volume.exportAlso(host));
    }

    public void withdraw(String server, String host) {
        of(server).ifPresent(volume -> volume.withdraw(host));
    }

    /** The destination of a live migration alone has it. */
    public void moveTo(String server, String host, Instant at) {
        of(server)
                .ifPresent(
                        volume -> volume.attach(new Attachment(nextAttachment(), server, Status.ATTACHED, host), at));
    }

    /** The server is gone: its volume is free. */
    public void release(String server, Instant at) {
        of(server).ifPresent(volume -> volume.attach(null, at));
        byServer.remove(server);
    }

    public List<SimulatedVolume> all() {
        return List.copyOf(volumes);
    }

    /** The volume of a server. */
    public Optional<SimulatedVolume> of(String server) {
        return Optional.ofNullable(byServer.get(server));
    }

    /** The running guests that have a volume which is not exported to their host. */
    public List<Guest> guestsWithoutTheirVolume(Ledger ledger) {
        return ledger.guests().stream()
                .filter(Guest::running)
                .filter(guest -> of(guest.server())
                        .filter(volume -> !volume.isExportedTo(guest.host()))
                        .isPresent())
                .toList();
    }

    private String nextAttachment() {
        return Ids.uuid("attachment", ++attachments);
    }
}
