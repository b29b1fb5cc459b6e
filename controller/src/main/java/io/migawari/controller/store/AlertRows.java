// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Alert;
import io.migawari.controller.model.AlertId;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Alerts as rows, within somebody else's transaction: what a decision raises is stored with it, so that it is neither lost nor
 * told twice, whichever controller made the decision.
 */
final class AlertRows {

    private AlertRows() {}

    /**
     * Makes the open alerts of a source be the ones that hold: raises those that are new, resolves those that are not among
     * them any more. Two controllers may do so at once; each change is made, and told, by one of them.
     */
    static void hold(Handle handle, String source, List<Alert> holding, String resolution, Instant now) {
        Map<String, Long> open = new HashMap<>();
        handle.createQuery("SELECT about, number FROM alert WHERE source = ? AND open")
                .bind(0, source)
                .map((row, context) -> Map.entry(row.getString("about"), row.getLong("number")))
                .forEach(entry -> open.put(entry.getKey(), entry.getValue()));
        for (Alert alert : holding) {
            if (open.remove(alert.about()) == null) {
                raise(handle, source, alert, now);
            }
        }
        open.values().forEach(number -> resolve(handle, number, resolution, now));
    }

    static AlertId raise(Handle handle, String source, Alert alert, Instant now) {
        AlertId id = alert.idSince(now);
        // Another controller may have raised it since we looked: then it is its alert, and its message.
        int inserted = handle.createUpdate(
                        "INSERT IGNORE INTO alert (id, source, about, kind, severity, incident, host, "
                                + "segment, gate, words, next_step, raised_at, resolved_at) VALUES (:id, :source, :about, :kind, "
                                + ":severity, :incident, :host, COALESCE(:segment, (SELECT s.name FROM incident i JOIN host h "
                                + "ON h.number = i.host JOIN failover_segment s ON s.number = h.segment WHERE i.id = :incident)), :gate, :words, :nextStep, :now, :resolvedAt)")
                .bind("id", id.toString())
                .bind("source", source)
                .bind("about", alert.about())
                .bind("kind", alert.kind().name())
                .bind("severity", alert.severity().name())
                .bind("incident", alert.incident().map(IncidentId::toString).orElse(null))
                .bind("host", alert.host().map(HostName::value).orElse(null))
                .bind("segment", alert.segment().orElse(null))
                .bind("gate", alert.gate().map(Gate.Kind::name).orElse(null))
                .bind("words", alert.words())
                .bind("nextStep", alert.nextStep())
                .bind("now", now)
                .bind("resolvedAt", alert.kind().lasts() ? null : now)
                .execute();
        if (inserted == 1) {
            message(handle, id, "RAISED", now);
        }
        return id;
    }

    private static void resolve(Handle handle, long number, String words, Instant now) {
        int changed = handle.execute(
                "UPDATE alert SET resolved_at = ?, resolution = ? WHERE number = ? AND resolved_at IS NULL",
                now,
                words,
                number);
        if (changed == 1) {
            AlertId id = handle.createQuery("SELECT id FROM alert WHERE number = ?")
                    .bind(0, number)
                    .map((row, context) -> new AlertId(Rows.uuid(row, "id")))
                    .one();
            message(handle, id, "RESOLVED", now);
        }
    }

    private static void message(Handle handle, AlertId alert, String event, Instant now) {
        handle.execute(
                "INSERT INTO alert_message (id, alert, event, at, stored_at) "
                        + "SELECT ?, number, ?, ?, UTC_TIMESTAMP(6) FROM alert WHERE id = ?",
                UUID.nameUUIDFromBytes((alert + "/" + event).getBytes(StandardCharsets.UTF_8))
                        .toString(),
                event,
                now,
                alert.toString());
    }
}
