// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.Incidents.Retry;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What has failed is tried once more, by a person's wish. An incident that was over is opened again only as long as its
 * evidence is still about the same life of the host: a host that has run since may be alive, and what proved its death then
 * proves nothing now.
 */
final class Reopening {

    private final Handle handle;
    private final Incident incident;
    private final long number;
    private final long host;

    private Reopening(Handle handle, Incident incident, long number, long host) {
        this.handle = handle;
        this.incident = incident;
        this.number = number;
        this.host = host;
    }

    static Retry retry(Handle handle, IncidentId id, String by, String reason, Instant at) {
        // As reports are taken: first the host, then the incident. So none about this host comes between.
        Optional<Long> host = handle.select(
                        "SELECT h.number FROM host h JOIN incident i ON i.host = h.number WHERE i.id = ?",
                        id.toString())
                .mapTo(Long.class)
                .findOne();
        host.ifPresent(locked -> handle.select("SELECT number FROM host WHERE number = ? FOR UPDATE", locked)
                .mapTo(Long.class)
                .one());
        Optional<Long> number = handle.select("SELECT number FROM incident WHERE id = ? FOR UPDATE", id.toString())
                .mapTo(Long.class)
                .findOne();
        if (host.isEmpty() || number.isEmpty()) {
            return new Retry.Refused("No incident with id " + id + ": what is old is being deleted.");
        }
        Incident incident = MariaDbIncidents.find(handle, id).orElseThrow();
        var reopening = new Reopening(handle, incident, number.get(), host.get());
        Optional<String> refusal = reopening.refusal();
        if (refusal.isPresent()) {
            return new Retry.Refused(refusal.get());
        }
        IncidentChanges.addStoryLine(
                handle, number.get(), at, Optional.empty(), by + " has what failed tried again: " + reason);
        reopening.reopen(by, at);
        return new Retry.Begun();
    }

    private Optional<String> refusal() {
        if (incident.cancellation().isPresent()) {
            return Optional.of("Incident " + incident.id() + " was called off by "
                    + incident.cancellation().get().by() + "; to begin anew, report it: migawari notification create "
                    + incident.host());
        }
        if (incident.subject() instanceof Subject.WholeHost) {
            return hostRefusal();
        }
        if (incident.subject() instanceof Subject.Instance instance) {
            return instanceRefusal(instance);
        }
        if (incident.subject() instanceof Subject.Processes) {
            return Optional.of("Incident " + incident.id()
                    + " is about processes; it is tried again by: migawari notification create " + incident.host()
                    + " --process NAME");
        }
        if (incident.subject() instanceof Subject.Return) {
            return Optional.of("Incident " + incident.id() + " is about the return of " + incident.host()
                    + ", which is put to use by hand: openstack compute service set --enable " + incident.host()
                    + " nova-compute");
        }
        throw new AssertionError(incident.subject());
    }

    private Optional<String> hostRefusal() {
        if (count("SELECT COUNT(*) FROM move WHERE incident = ? AND state = 'FAILED'", number) == 0) {
            return Optional.of("Nothing of incident " + incident.id() + " has failed: " + incident.words());
        }
        if (incident.isOpen()) {
            return Optional.empty();
        }
        if (count("SELECT COUNT(*) FROM incident WHERE host = ? AND kind = 'HOST' AND number > ?", host, number) > 0) {
            return Optional.of("Host " + incident.host() + " has failed again since; follow the newer incident: "
                    + "migawari incident show " + incident.host());
        }
        if (count("SELECT COUNT(*) FROM host WHERE number = ? AND deleted_at IS NULL", host) == 0) {
            return Optional.of("Host " + incident.host() + " belongs to no segment any more.");
        }
        boolean back = count("SELECT COUNT(*) FROM incident WHERE failure = ? AND phase <> 'AWAY'", number) > 0
                || count(
                                "SELECT COUNT(*) FROM sign_of_life s JOIN incident i ON i.host = s.host "
                                        + "WHERE i.number = ? AND s.at > i.closed_at",
                                number)
                        > 0
                || count(
                                "SELECT COUNT(*) FROM notification n JOIN incident i ON i.host = n.host "
                                        + "WHERE i.number = ? AND n.type = 'COMPUTE_HOST' AND n.created_at > i.closed_at "
                                        + "AND JSON_VALUE(n.payload, '$.event') = 'STARTED'",
                                number)
                        > 0;
        return back
                ? Optional.of("Host " + incident.host()
                        + " has come back since, so that nothing proves any more that it is off. If it has failed again, "
                        + "report it: migawari notification create " + incident.host())
                : Optional.empty();
    }

    private Optional<String> instanceRefusal(Subject.Instance instance) {
        if (incident.phase() != Phase.FAILED) {
            return Optional.of("Nothing of incident " + incident.id() + " has failed: " + incident.words());
        }
        boolean diedAgain = count(
                        "SELECT COUNT(*) FROM incident WHERE server = ? AND number > ?",
                        instance.server().toString(),
                        number)
                > 0;
        return diedAgain
                ? Optional.of("Instance " + instance.words() + " has died again since; follow the newer incident: "
                        + "migawari incident show " + instance.server())
                : Optional.empty();
    }

    private long count(String sql, Object... values) {
        return handle.select(sql, values).mapTo(Long.class).one();
    }

    /** Whoever works on it has decided without knowing this: the lease is taken from him, and what he writes is refused. */
    private void reopen(String by, Instant at) {
        Phase phase = incident.isOpen()
                ? incident.phase()
                : incident.subject() instanceof Subject.WholeHost ? Phase.MOVING : Phase.RESTARTING;
        handle.execute(
                "UPDATE incident SET phase = ?, words = ?, gate = NULL, gate_words = NULL, gate_since = NULL, "
                        + "closed_at = NULL, retried_at = ?, owner = NULL, lease_until = UTC_TIMESTAMP(6), "
                        + "phase_since = UTC_TIMESTAMP(6), epoch = epoch + 1 "
                        + "WHERE number = ?",
                phase.name(),
                "Tried again by the wish of " + by,
                at,
                number);
        handle.execute(
                "UPDATE move SET state = 'PLANNED', failures = 0, not_before = NULL, destination = NULL, ended_at = NULL, "
                        + "words = 'tried again', updated_at = ? WHERE incident = ? AND state = 'FAILED'",
                at,
                number);
        // A reserved host that has taken this one's place and is nobody else's goes on doing so.
        handle.execute(
                "UPDATE reservation r JOIN host h ON h.number = r.host SET r.state = 'TAKEN', r.ended_at = NULL "
                        + "WHERE r.incident = ? AND r.state = 'KEPT' AND NOT h.reserved AND h.deleted_at IS NULL "
                        + "AND NOT EXISTS (SELECT 1 FROM (SELECT host FROM reservation WHERE open) taken "
                        + "WHERE taken.host = r.host)",
                number);
    }
}
