// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.nova.Migration.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The records of all moves, in the order of their numbers. Not thread-safe. */
public final class Migrations {

    /** What a returning nova-compute takes as the order to destroy its copy of the guest. */
    private static final Set<Status> LEFT_THE_SOURCE = EnumSet.of(Status.ACCEPTED, Status.PRE_MIGRATING, Status.DONE);

    private final Agenda agenda;
    private final List<Migration> records = new ArrayList<>();
    private Duration hiddenFor = Duration.ZERO;

    Migrations(Agenda agenda) {
        this.agenda = agenda;
    }

    /** What the API lists: records of deleted servers are gone, and new ones may be {@linkplain #hideFor hidden}. */
    public List<Migration> listed() {
        return records.stream()
                .filter(record -> !record.server().deleted())
                .filter(record -> !record.createdAt().plus(hiddenFor).isAfter(agenda.now()))
                .toList();
    }

    Migration add(Migration.Type type, SimulatedServer server, SimulatedHost source, @Nullable SimulatedHost wanted) {
        Migration record = new Migration(records.size() + 1, type, server, source, wanted, agenda);
        records.add(record);
        return record;
    }

    /**
     * The record that the conductor takes up for an evacuation: the server's oldest that is still only accepted, of whatever type
     * (read in Nova's code).
     */
    Optional<Migration> firstAccepted(SimulatedServer server) {
        return find(server, Status.ACCEPTED);
    }

    /** The server's record with this status. */
    Optional<Migration> find(SimulatedServer server, Status status) {
        return records.stream()
                .filter(record -> record.server() == server && record.status() == status)
                .findFirst();
    }

    /** A record of the server by its number. */
    public Optional<Migration> find(SimulatedServer server, String number) {
        return records.stream()
                .filter(record -> record.server() == server
                        && String.valueOf(record.number()).equals(number))
                .findFirst();
    }

    /** The evacuations, in the order of their numbers; with those of deleted servers. */
    List<Migration> thatLeft(SimulatedHost source) {
        return records.stream()
                .filter(record -> record.type() == Migration.Type.EVACUATION)
                .filter(record -> record.source() == source && LEFT_THE_SOURCE.contains(record.status()))
                .toList();
    }

    boolean anyDoneFrom(SimulatedHost source) {
        return records.stream()
                .filter(record -> !record.server().deleted())
                .anyMatch(record -> record.type() == Migration.Type.EVACUATION
                        && record.source() == source
                        && record.status() == Status.DONE);
    }

    /** New records are listed only after a while, as behind a database that lags. */
    public void hideFor(Duration duration) {
        hiddenFor = duration;
    }

    public Duration hiddenFor() {
        return hiddenFor;
    }
}
