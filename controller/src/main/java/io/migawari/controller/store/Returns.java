// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.decision.Aftermath;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Subject;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * The incident about a host's return is opened in the very transaction in which that about its failure ends, so that no host
 * that we have taken out of use is ever forgotten.
 */
final class Returns {

    /** After these the host is forced down and disabled; after others it was put back as it had been. */
    private static final Set<Phase> WITH_RETURN = EnumSet.of(Phase.RECOVERED, Phase.PARTLY_RECOVERED, Phase.FAILED);

    private Returns() {}

    static boolean follows(Incident ended) {
        return ended.subject() instanceof Subject.WholeHost && WITH_RETURN.contains(ended.phase());
    }

    /** A return that was still open, from an earlier failure. */
    private record Earlier(long number, IncidentId failure, Optional<ServiceBefore> before) {}

    static void open(Handle handle, long failure, Incident ended, Instant now) {
        Optional<Long> host = registered(handle, ended.hostId());
        if (host.isEmpty()) {
            return; // taken out of its segment meanwhile
        }
        Optional<Earlier> earlier = findOpen(handle, host.get());
        if (earlier.filter(found -> found.failure().equals(ended.id())).isPresent()) {
            return; // its recovery was taken up again, and it is waited for as before
        }
        earlier.ifPresent(found -> end(handle, found, ended, now));
        // A host that fails before it is put to use again was seen by the newer failure as we had left it.
        Optional<ServiceBefore> before = earlier.flatMap(Earlier::before).or(ended::before);
        var subject = Subject.Return.from(ended.id());
        String words = ended.host() + " has failed and was recovered from";
        IncidentId id = IncidentId.random();
        long number = handle.createUpdate(
                        "INSERT INTO incident (id, host, kind, failure, opened_at, phase, words, service_enabled, "
                                + "service_forced_down, service_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(0, id.toString())
                .bind(1, host.get())
                .bind(2, subject.kind().toUpperCase(Locale.ROOT))
                .bind(3, failure)
                .bind(4, now)
                .bind(5, subject.firstPhase().name())
                .bind(6, words)
                .bind(7, before.map(ServiceBefore::enabled).orElse(null))
                .bind(8, before.map(ServiceBefore::forcedDown).orElse(null))
                .bind(9, before.flatMap(ServiceBefore::disabledReason).orElse(null))
                .executeAndReturnGeneratedKeys("number")
                .mapTo(Long.class)
                .one();
        IncidentChanges.addStoryLine(handle, number, now, Optional.empty(), words + " (incident " + ended.id() + ")");
        IncidentChanges.addStoryLine(
                handle, failure, now, Optional.empty(), "When " + ended.host() + " comes back, that is incident " + id);
    }

    private static Optional<Long> registered(Handle handle, HostId host) {
        return handle.select("SELECT number FROM host WHERE id = ? AND deleted_at IS NULL", host.toString())
                .mapTo(Long.class)
                .findOne();
    }

    private static Optional<Earlier> findOpen(Handle handle, long host) {
        return handle.select(
                        "SELECT i.*, f.id AS failure_id FROM incident i JOIN incident f ON f.number = i.failure "
                                + "WHERE i.host = ? AND i.kind = 'RETURN' AND i.open FOR UPDATE",
                        host)
                .map((row, context) -> new Earlier(
                        row.getLong("number"), new IncidentId(Rows.uuid(row, "failure_id")), IncidentRows.before(row)))
                .findOne();
    }

    /** Whoever holds its lease can write nothing to it from now on. */
    private static void end(Handle handle, Earlier earlier, Incident because, Instant now) {
        String words = because.host() + " has failed again (incident " + because.id() + ")";
        handle.execute(
                "UPDATE incident SET phase = 'SKIPPED', words = ?, gate = NULL, gate_words = NULL, gate_since = NULL, "
                        + "closed_at = ?, owner = NULL, lease_until = NULL, epoch = epoch + 1 WHERE number = ?",
                words,
                now,
                earlier.number());
        IncidentChanges.addStoryLine(
                handle, earlier.number(), now, Optional.empty(), Phase.SKIPPED.title() + ": " + words);
    }

    static Optional<Aftermath> aftermath(Handle handle, Incident incident) {
        if (!(incident.subject() instanceof Subject.Return coming)) {
            return Optional.empty();
        }
        String failure = coming.failure().toString();
        boolean tookReservedHost = handle.select(
                                "SELECT COUNT(*) FROM reservation r JOIN incident i ON i.number = r.incident "
                                        + "WHERE i.id = ? AND r.state = 'KEPT'",
                                failure)
                        .mapTo(int.class)
                        .one()
                > 0;
        return Optional.of(new Aftermath(
                tookReservedHost,
                handle.select(
                                "SELECT m.* FROM move m JOIN incident i ON i.number = m.incident WHERE i.id = ? "
                                        + "AND m.state IN ('FAILED', 'LEFT') ORDER BY m.position, m.number",
                                failure)
                        .map((row, context) -> IncidentRows.move(row))
                        .list()));
    }
}
