// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.truth.Ids;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Nova's record of one move of a server. Not thread-safe. */
public final class Migration {

    /** Nova's migration_type. */
    public enum Type {
        EVACUATION("evacuation"),
        LIVE("live-migration"),
        COLD("migration");

        private final String novaName;

        Type(String novaName) {
            this.novaName = novaName;
        }

        /** As the API writes it. */
        public String novaName() {
            return novaName;
        }
    }

    /** How far Nova says that it has come; each type has some of them. */
    public enum Status {
        ACCEPTED,
        /** Waits for its source, which copies one guest at a time. */
        QUEUED,
        PREPARING,
        RUNNING,
        PRE_MIGRATING,
        MIGRATING,
        POST_MIGRATING,
        /** To be confirmed or reverted. */
        FINISHED,
        CONFIRMING,
        CONFIRMED,
        REVERTING,
        REVERTED,
        /** By an evacuation, whose source has not come back yet. */
        DONE,
        /** An evacuation is done and its source has cleaned up since; a live migration is done. */
        COMPLETED,
        CANCELLED,
        /** The destination of an evacuation, or the hypervisor of a live migration, could not. */
        FAILED,
        /** No destination was found, or something else went wrong. */
        ERROR;

        /** As the API writes it. */
        public String novaName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final int number;
    private final Type type;
    private final SimulatedServer server;
    private final SimulatedHost source;
    private final Agenda agenda;
    private final Instant createdAt;
    private Status status;
    private @Nullable SimulatedHost destination;
    private boolean takenOn;
    private @Nullable Instant updatedAt;

    Migration(
            int number,
            Type type,
            SimulatedServer server,
            SimulatedHost source,
            @Nullable SimulatedHost wanted,
            Agenda agenda) {
        this.number = number;
        this.type = type;
        this.server = server;
        this.source = source;
        this.destination = wanted;
        this.agenda = agenda;
        this.createdAt = agenda.now();
        this.status = type == Type.COLD ? Status.PRE_MIGRATING : Status.ACCEPTED;
    }

    public int number() {
        return number;
    }

    public String id() {
        return Ids.uuid("migration", number);
    }

    public Type type() {
        return type;
    }

    public SimulatedServer server() {
        return server;
    }

    public SimulatedHost source() {
        return source;
    }

    /** The one that an evacuation was asked for, or the one that has taken it on, or that the scheduler has found. */
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
        goesTo(host);
        become(Status.PRE_MIGRATING);
    }

    /** Its hypervisor is known at once; the status stays. */
    void goesTo(SimulatedHost host) {
        destination = host;
        takenOn = true;
        updatedAt = agenda.now();
    }

    void become(Status value) {
        status = value;
        updatedAt = agenda.now();
    }
}
