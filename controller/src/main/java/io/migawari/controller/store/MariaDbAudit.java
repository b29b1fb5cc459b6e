// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Phase;
import io.migawari.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@link Audit} in MariaDB. */
public final class MariaDbAudit implements Audit {

    private static final String SELECT =
            "SELECT a.*, r.status, r.words, COALESCE(h.name, s.name) AS target_name FROM audit a "
                    + "LEFT JOIN audit_result r ON r.audit = a.number LEFT JOIN host h ON h.id = CONVERT(a.target USING ascii) "
                    + "LEFT JOIN failover_segment s ON s.id = CONVERT(a.target USING ascii) ";
    /** More than any person says during one incident; a script that runs wild must not fill a report. */
    private static final int MOST_CONCERNING = 500;

    private final Database database;

    public MariaDbAudit(Database database) {
        this.database = database;
    }

    @Override
    public long asked(Asked asked) {
        return database.inTransaction(handle -> handle.createUpdate(
                        "INSERT INTO audit (at, who, who_id, address, request, "
                                + "what, target, incident, why, details) VALUES (:at, :who, :whoId, :address, :request, :what, "
                                + ":target, :incident, :why, :details)")
                .bind("at", asked.at())
                .bind("who", asked.who())
                .bind("whoId", asked.whoId().orElse(null))
                .bind("address", asked.address())
                .bind("request", asked.requestId())
                .bind("what", asked.what())
                .bind("target", asked.target().orElse(null))
                .bind("incident", asked.incident().map(IncidentId::toString).orElse(null))
                .bind("why", asked.why().orElse(null))
                .bind("details", asked.details())
                .executeAndReturnGeneratedKeys("number")
                .mapTo(Long.class)
                .one());
    }

    @Override
    public void answered(long number, AuditLine.Answer answer, Instant at) {
        database.inTransaction(handle -> handle.execute(
                "INSERT INTO audit_result (audit, at, status, words) VALUES (?, ?, ?, ?)",
                number,
                at,
                answer.status(),
                answer.words().orElse(null)));
    }

    @Override
    public List<AuditLine> list(Optional<Instant> since, int limit) {
        return database.inTransaction(
                handle -> handle.createQuery(SELECT + "WHERE a.at >= :since ORDER BY a.number DESC LIMIT :limit")
                        .bind("since", since.orElse(Instant.EPOCH))
                        .bind("limit", limit)
                        .map((row, context) -> line(row))
                        .list());
    }

    @Override
    public List<AuditLine> concerning(IncidentId incident, Instant from, Instant until) {
        return database.inTransaction(handle -> handle.createQuery(SELECT
                        + "WHERE a.incident = :incident OR (a.incident IS NULL AND r.status < 300 "
                        + "AND a.at BETWEEN :from AND :until) ORDER BY a.number LIMIT :limit")
                .bind("incident", incident.toString())
                .bind("from", from)
                .bind("until", until)
                .bind("limit", MOST_CONCERNING)
                .map((row, context) -> line(row))
                .list());
    }

    private static AuditLine line(ResultSet row) throws SQLException {
        var asked = new Asked(
                Rows.time(row, "at"),
                row.getString("who"),
                Rows.findText(row, "who_id"),
                row.getString("address"),
                row.getString("request"),
                row.getString("what"),
                Rows.findText(row, "target"),
                Rows.findText(row, "incident").map(IncidentId::parse),
                Rows.findText(row, "why"),
                row.getString("details"));
        int status = row.getInt("status");
        Optional<AuditLine.Answer> answer = row.wasNull()
                ? Optional.empty()
                : Optional.of(new AuditLine.Answer(status, Rows.findText(row, "words")));
        return new AuditLine(row.getLong("number"), asked, Rows.findText(row, "target_name"), answer);
    }

    @Override
    public List<DecisionLine> decisions(IncidentId incident) {
        return database.inTransaction(handle -> handle.createQuery("SELECT d.* FROM decision d "
                        + "JOIN incident i ON i.number = d.incident WHERE i.id = ? ORDER BY d.number")
                .bind(0, incident.toString())
                .map((row, context) -> new DecisionLine(
                        Rows.time(row, "at"),
                        row.getString("made_by"),
                        Phase.valueOf(row.getString("phase_before")),
                        Phase.valueOf(row.getString("phase")),
                        Rows.findText(row, "gate").map(Gate.Kind::valueOf),
                        row.getString("words"),
                        row.getInt("steps"),
                        Json.readTexts(row.getString("inputs"))))
                .list());
    }

    @Override
    public List<Milestone> milestones(IncidentId incident) {
        return database.inTransaction(handle -> handle.createQuery("SELECT m.what, m.at FROM milestone m "
                        + "JOIN incident i ON i.number = m.incident WHERE i.id = ? ORDER BY m.at, m.what + 0")
                .bind(0, incident.toString())
                .map((row, context) ->
                        new Milestone(Milestone.What.valueOf(row.getString("what")), Rows.time(row, "at")))
                .list());
    }

    @Override
    public List<IncidentId> related(IncidentId incident) {
        return database.inTransaction(handle -> handle.createQuery(
                        "SELECT r.id FROM incident i "
                                + "JOIN incident r ON r.failure = i.number OR r.number = i.failure WHERE i.id = ? ORDER BY r.number")
                .bind(0, incident.toString())
                .map((row, context) -> new IncidentId(Rows.uuid(row, "id")))
                .list());
    }
}
