// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.truth.Ids;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Nova's record of one evacuation. Not thread-safe. */
public final class Migration {

    /** How far Nova says that it has come. */
    public enum Status {
        ACCEPTED,
        PRE_MIGRATING,
        DONE,
        /** Done, and the source's nova-compute has cleaned up since. */
        COMPLETED,
        /** The destination could not. */
        FAILED,
        /** No destination was found. */
        ERROR;

        /** As the API writes it. */
        public String novaName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final int number;
    private final SimulatedServer server;
    private final SimulatedHost source;
    private final Agenda agenda;
    private final Instant createdAt;
    private Status status = Status.ACCEPTED;
    private @Nullable SimulatedHost destination;
    private boolean takenOn;
    private @Nullable Instant updatedAt;

    Migration(int number, SimulatedServer server, SimulatedHost source, @Nullable SimulatedHost wanted, Agenda agenda) {
        this.number = number;
        this.server = server;
        this.source = source;
        this.destination = wanted;
        this.agenda = agenda;
        this.createdAt = agenda.now();
    }

    public int number() {
        return number;
    }

    public String id() {
        return Ids.uuid("migration", number);
    }

    public SimulatedServer server() {
        return server;
    }

    public SimulatedHost source() {
        return source;
    }

    /** The one that was asked for, or the one that has taken it on. */
    public Optional<SimulatedHost> destination() {
        return Optional.ofNullable(destination);
    }

    /** Whether the destination has taken it on: only then does the record name its hypervisor. */
    public boolean takenOn() {
        return takenOn;
    }

    public Status status() {
        return status;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** Absent until the first change of the record. */
    public @Nullable Instant updatedAt() {
        return updatedAt;
    }

    void takenOnBy(SimulatedHost host) {
        destination = host;
        takenOn = true;
        become(Status.PRE_MIGRATING);
    }

    void become(Status value) {
        status = value;
        updatedAt = agenda.now();
    }
}
