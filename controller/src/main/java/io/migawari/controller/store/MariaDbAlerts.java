// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.config.Durations;
import io.migawari.controller.model.Alert;
import io.migawari.controller.model.Alert.Severity;
import io.migawari.controller.model.AlertId;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Phase;
import io.migawari.controller.store.RaisedAlert.Delivery;
import io.migawari.controller.store.RaisedAlert.Event;
import io.migawari.controller.store.RaisedAlert.State;
import io.migawari.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * {@link Alerts} in MariaDB. A webhook's deliveries are made out by whichever controller knows the webhook, soon after the
 * message; leases and waits are measured by the database's clock alone.
 */
public final class MariaDbAlerts implements Alerts {

    /** By then every controller has looked many times; older messages are not for a webhook that was added since. */
    private static final String RECENTLY = "m.stored_at >= UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE ";

    private static final String FOR_OTHERS = Arrays.stream(Phase.values())
            .filter(Phase::isForOthers)
            .map(phase -> "'" + phase.name() + "'")
            .collect(Collectors.joining(", "));

    /** Compares by how much they matter. */
    private static final String MATTERS = "FIELD(a.severity, " + severities() + ") >= FIELD(?, " + severities() + ") ";

    /** A person who is told of so many need not be told of more. */
    private static final int MOST_STUCK = 100;

    private final Database database;

    public MariaDbAlerts(Database database) {
        this.database = database;
    }

    private static String severities() {
        return Arrays.stream(Severity.values())
                .map(severity -> "'" + severity + "'")
                .collect(Collectors.joining(", "));
    }

    @Override
    public void hold(String source, List<Alert> holding, String resolution, Instant now) {
        database.inTransaction(handle -> {
            AlertRows.hold(handle, source, holding, resolution, now);
            return true;
        });
    }

    @Override
    public List<Alert> found(Duration longestRecovery, Duration longestPhase, Instant now) {
        return database.inTransaction(handle -> {
            List<Alert> found = new ArrayList<>(takingLong(handle, longestRecovery, now));
            found.addAll(stuck(handle, longestPhase));
            found.addAll(withoutReservedHost(handle));
            return found;
        });
    }

    /** What a person has to repair himself is none of our recoveries. */
    private static List<Alert> takingLong(Handle handle, Duration longest, Instant now) {
        return handle.createQuery(
                        "SELECT i.id, i.kind, COALESCE(i.server_name, h.name) AS what, h.name FROM incident i "
                                + "JOIN host h ON h.number = i.host WHERE i.open AND i.kind IN ('HOST', 'VM') AND i.opened_at <= ?")
                .bind(0, now.minus(longest))
                .map((row, context) -> {
                    var incident = new IncidentId(Rows.uuid(row, "id"));
                    return new Alert(
                            "watch/" + incident + "/takes-long",
                            Alert.Kind.TAKES_LONG,
                            Severity.CRITICAL,
                            Optional.of(incident),
                            Optional.of(new HostName(row.getString("name"))),
                            Optional.empty(),
                            Optional.empty(),
                            "The recovery of " + row.getString("what") + " was not over after "
                                    + Durations.format(longest),
                            "see what it waits for: migawari incident show " + incident);
                })
                .list();
    }

    /** What waits says why, and its alert is another. By the database's clock alone, as the phases and the leases are. */
    private static List<Alert> stuck(Handle handle, Duration longest) {
        String isUnowned = "COALESCE(i.lease_until, i.phase_since) < UTC_TIMESTAMP(6) - INTERVAL "
                + Crew.TAKEN_OVER_WITHIN.minus(Lease.LASTING).toSeconds() + " SECOND";
        return handle.createQuery(
                        "SELECT i.id, i.phase, i.phase_since, COALESCE(i.server_name, h.name) AS what, h.name, "
                                + isUnowned
                                + " AS unowned FROM incident i JOIN host h ON h.number = i.host WHERE i.open AND ("
                                + isUnowned + " OR (i.gate IS NULL AND i.phase NOT IN (" + FOR_OTHERS
                                + ") AND i.phase_since < "
                                + "UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND)) ORDER BY i.number LIMIT " + MOST_STUCK)
                .bind(0, longest.toNanos() / 1000)
                .map((row, context) -> {
                    var incident = new IncidentId(Rows.uuid(row, "id"));
                    String phase = Phase.valueOf(row.getString("phase")).title();
                    return new Alert(
                            "watch/" + incident + "/stuck",
                            Alert.Kind.STUCK,
                            Severity.CRITICAL,
                            Optional.of(incident),
                            Optional.of(new HostName(row.getString("name"))),
                            Optional.empty(),
                            Optional.empty(),
                            row.getBoolean("unowned")
                                    ? "No controller works on the incident about " + row.getString("what")
                                    : "The incident about " + row.getString("what") + " does not get on: \"" + phase
                                            + "\" was not over after " + Durations.format(longest),
                            row.getBoolean("unowned")
                                    ? "see who is there: migawari controller status"
                                    : "see what it is at: migawari incident show " + incident);
                })
                .list();
    }

    /** One that never had a reserved host, or lost it by a person's hand, has none because a person wants it so. */
    private static List<Alert> withoutReservedHost(Handle handle) {
        return handle.createQuery(
                        "SELECT s.id, s.name FROM failover_segment s WHERE s.deleted_at IS NULL AND s.enabled "
                                + "AND s.recovery_method IN ('RESERVED_HOST', 'RH_PRIORITY', 'AUTO_PRIORITY') "
                                + "AND EXISTS (SELECT 1 FROM reservation r JOIN host h ON h.number = r.host "
                                + "WHERE h.segment = s.number AND r.state IN ('TAKEN', 'KEPT', 'LOST')) "
                                + "AND NOT EXISTS (SELECT 1 FROM host h WHERE h.segment = s.number AND h.reserved "
                                + "AND NOT h.on_maintenance AND h.deleted_at IS NULL)")
                .map((row, context) -> new Alert(
                        "watch/" + row.getString("id") + "/no-reserved-host",
                        Alert.Kind.NO_RESERVED_HOST,
                        Severity.WARNING,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(row.getString("name")),
                        Optional.empty(),
                        "The segment " + row.getString("name") + " has no reserved host left",
                        "add one: migawari reserved-host add " + row.getString("name") + " HOST"))
                .list();
    }

    @Override
    public List<RaisedAlert> list(Severity least, boolean openOnly, int limit) {
        return database.inTransaction(handle -> handle.createQuery("SELECT a.* FROM alert a WHERE " + MATTERS
                        + "AND (a.open OR NOT ?) ORDER BY a.number DESC LIMIT ?")
                .bind(0, least.name())
                .bind(1, openOnly)
                .bind(2, limit)
                .map((row, context) -> alert(row, deliveries(handle, row.getLong("number"))))
                .list());
    }

    private static List<Delivery> deliveries(Handle handle, long alert) {
        return handle.createQuery(
                        "SELECT d.*, m.event FROM alert_delivery d JOIN alert_message m ON m.number = d.message "
                                + "WHERE m.alert = ? ORDER BY d.number")
                .bind(0, alert)
                .map((row, context) -> new Delivery(
                        row.getString("webhook"),
                        Event.valueOf(row.getString("event")),
                        State.valueOf(row.getString("state")),
                        row.getInt("attempts"),
                        Rows.findText(row, "words"),
                        Rows.findTime(row, "ended_at")))
                .list();
    }

    private static RaisedAlert alert(ResultSet row, List<Delivery> deliveries) throws SQLException {
        var alert = new Alert(
                row.getString("about"),
                Alert.Kind.valueOf(row.getString("kind")),
                Severity.valueOf(row.getString("severity")),
                Rows.findText(row, "incident").map(IncidentId::parse),
                Rows.findText(row, "host").map(HostName::new),
                Rows.findText(row, "segment"),
                Rows.findText(row, "gate").map(Gate.Kind::valueOf),
                row.getString("words"),
                row.getString("next_step"));
        return new RaisedAlert(
                new AlertId(Rows.uuid(row, "id")),
                alert,
                Rows.time(row, "raised_at"),
                Rows.findTime(row, "resolved_at"),
                Rows.findText(row, "resolution"),
                deliveries);
    }

    @Override
    public void introduce(String webhook, Severity least) {
        database.inTransaction(handle -> {
            makeOut(handle, webhook, least, "a.open ", Duration.ZERO);
            return true;
        });
    }

    @Override
    public Optional<AlertMessage> claim(String webhook, Severity least, Duration settle, Duration lasting) {
        return database.inTransaction(handle -> {
            makeOut(handle, webhook, least, RECENTLY, settle);
            dropWhatPassed(handle, webhook);
            return due(handle, webhook)
                    .filter(delivery -> take(handle, delivery, lasting))
                    .map(delivery -> handle.createQuery(
                                    "SELECT a.*, d.attempts, m.id AS message_id, m.event, m.at FROM alert_delivery d "
                                            + "JOIN alert_message m ON m.number = d.message JOIN alert a ON a.number = m.alert "
                                            + "WHERE d.number = ?")
                            .bind(0, delivery)
                            .map((row, context) -> new AlertMessage(
                                    delivery,
                                    Rows.uuid(row, "message_id"),
                                    Event.valueOf(row.getString("event")),
                                    Rows.time(row, "at"),
                                    row.getInt("attempts"),
                                    alert(row, List.of())))
                            .one());
        });
    }

    /** The other controllers may be doing just the same. */
    private static void makeOut(Handle handle, String webhook, Severity least, String which, Duration settle) {
        List<Long> missing = handle.createQuery(
                        "SELECT m.number FROM alert_message m JOIN alert a ON a.number = m.alert "
                                + "WHERE " + which
                                + "AND " + MATTERS
                                + "AND NOT EXISTS (SELECT 1 FROM alert_delivery d WHERE d.message = m.number "
                                + "AND d.webhook = ?) ORDER BY m.number")
                .bind(0, least.name())
                .bind(1, webhook)
                .mapTo(Long.class)
                .list();
        for (long message : missing) {
            handle.createUpdate("INSERT IGNORE INTO alert_delivery (message, webhook, state, not_before) "
                            + "SELECT m.number, :webhook, 'PENDING', IF(m.event = 'RAISED' AND NOT (a.resolved_at <=> "
                            + "a.raised_at), UTC_TIMESTAMP(6) + INTERVAL :settle MICROSECOND, "
                            + "UTC_TIMESTAMP(6)) FROM alert_message m JOIN alert a ON a.number = m.alert "
                            + "WHERE m.number = :message")
                    .bind("webhook", webhook)
                    .bind("settle", settle.toNanos() / 1000)
                    .bind("message", message)
                    .execute();
        }
    }

    /** What was over before its first try is told neither as raised nor as resolved. */
    private static void dropWhatPassed(Handle handle, String webhook) {
        handle.createUpdate("UPDATE alert_delivery d JOIN alert_message m ON m.number = d.message "
                        + "JOIN alert_message r ON r.alert = m.alert AND r.event = 'RAISED' "
                        + "JOIN alert_message o ON o.alert = m.alert AND o.event = 'RESOLVED' "
                        + "JOIN alert_delivery first ON first.message = r.number AND first.webhook = d.webhook "
                        + "SET d.state = 'NOT_NEEDED', d.ended_at = UTC_TIMESTAMP(6) WHERE d.webhook = ? "
                        + "AND d.state = 'PENDING' AND first.attempts = 0 AND first.state <> 'DELIVERED'")
                .bind(0, webhook)
                .execute();
    }

    /** One after the other of what is about the same alert, or about the same incident. */
    private static Optional<Long> due(Handle handle, String webhook) {
        return handle.createQuery("SELECT d.number FROM alert_delivery d JOIN alert_message m ON m.number = d.message "
                        + "JOIN alert a ON a.number = m.alert WHERE d.webhook = :webhook AND d.state = 'PENDING' AND d.not_before <= UTC_TIMESTAMP(6) "
                        + "AND (d.lease_until IS NULL OR d.lease_until < UTC_TIMESTAMP(6)) "
                        + "AND NOT EXISTS (SELECT 1 FROM alert_delivery e JOIN alert_message n ON n.number = e.message "
                        + "JOIN alert b ON b.number = n.alert WHERE (b.number = a.number OR b.incident = a.incident) "
                        + "AND n.number < m.number AND e.webhook = :webhook "
                        + "AND e.state = 'PENDING') ORDER BY m.number LIMIT 1")
                .bind("webhook", webhook)
                .mapTo(Long.class)
                .findOne();
    }

    private static boolean take(Handle handle, long delivery, Duration lasting) {
        return handle.createUpdate("UPDATE alert_delivery SET attempts = attempts + 1, "
                                + "lease_until = UTC_TIMESTAMP(6) + INTERVAL :micros MICROSECOND WHERE number = :number "
                                + "AND state = 'PENDING' AND (lease_until IS NULL OR lease_until < UTC_TIMESTAMP(6))")
                        .bind("micros", lasting.toNanos() / 1000)
                        .bind("number", delivery)
                        .execute()
                == 1;
    }

    @Override
    public void delivered(AlertMessage message, Instant at) {
        end(message, State.DELIVERED, Optional.empty(), at);
    }

    @Override
    public void givenUp(AlertMessage message, String why, Instant at) {
        end(message, State.GIVEN_UP, Optional.of(why), at);
    }

    @Override
    public List<String> giveUpForOthersThan(Set<String> carried, Duration after, String why) {
        return database.inTransaction(handle -> {
            List<String> waitedFor = handle.select(
                            "SELECT DISTINCT webhook FROM alert_delivery WHERE state = 'PENDING'")
                    .mapTo(String.class)
                    .list();
            List<String> givenUp = new ArrayList<>();
            for (String webhook : waitedFor) {
                if (!carried.contains(webhook) && giveUp(handle, webhook, after, why) > 0) {
                    givenUp.add(webhook);
                }
            }
            return givenUp;
        });
    }

    private static int giveUp(Handle handle, String webhook, Duration after, String why) {
        return handle.execute(
                "UPDATE alert_delivery d JOIN alert_message m ON m.number = d.message SET d.state = 'GIVEN_UP', d.words = ?, "
                        + "d.ended_at = UTC_TIMESTAMP(6) WHERE d.webhook = ? AND d.state = 'PENDING' "
                        + "AND m.stored_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND "
                        + "AND (d.lease_until IS NULL OR d.lease_until < UTC_TIMESTAMP(6))",
                why,
                webhook,
                after.toNanos() / 1000);
    }

    /** Only as long as nobody else has ended it, who may have been at it because our lease had run out. */
    private void end(AlertMessage message, State state, Optional<String> words, Instant at) {
        database.inTransaction(handle -> handle.execute(
                "UPDATE alert_delivery SET state = ?, words = ?, ended_at = ? WHERE number = ? AND state = 'PENDING'",
                state.name(),
                words.orElse(null),
                at,
                message.delivery()));
    }

    @Override
    public void notDelivered(AlertMessage message, String why, Duration again) {
        database.inTransaction(handle -> handle.execute(
                "UPDATE alert_delivery SET words = ?, lease_until = NULL, "
                        + "not_before = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND "
                        + "WHERE number = ? AND state = 'PENDING' AND attempts = ?",
                why,
                again.toNanos() / 1000,
                message.delivery(),
                message.attempt()));
    }
}
