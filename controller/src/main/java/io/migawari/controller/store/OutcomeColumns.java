// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Outcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An outcome as columns of the journal, and back. */
record OutcomeColumns(
        String kind,
        @Nullable String refusal,
        @Nullable String words,
        @Nullable String requestId,
        @Nullable Long retryAfter) {

    static OutcomeColumns of(Outcome outcome) {
        if (outcome instanceof Outcome.Accepted accepted) {
            return new OutcomeColumns(
                    "ACCEPTED", null, null, accepted.requestId().orElse(null), null);
        }
        if (outcome instanceof Outcome.Refused refused) {
            return new OutcomeColumns(
                    "REFUSED",
                    refused.refusal().name(),
                    refused.words(),
                    refused.requestId().orElse(null),
                    refused.retryAfter().map(Duration::toSeconds).orElse(null));
        }
        if (outcome instanceof Outcome.Unknown unknown) {
            return new OutcomeColumns("UNKNOWN", null, unknown.words(), null, null);
        }
        throw new AssertionError(outcome);
    }

    static Optional<Outcome> read(ResultSet row) throws SQLException {
        String kind = row.getString("outcome");
        if (kind == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (kind) {
                    case "ACCEPTED" -> new Outcome.Accepted(Rows.findText(row, "request_id"));
                    case "REFUSED" ->
                        new Outcome.Refused(
                                Outcome.Refusal.valueOf(row.getString("refusal")),
                                row.getString("words"),
                                Rows.findText(row, "request_id"),
                                Optional.ofNullable(row.getObject("retry_after", Long.class))
                                        .map(Duration::ofSeconds));
                    case "UNKNOWN" -> new Outcome.Unknown(row.getString("words"));
                    default -> throw new SQLException("the journal has an unknown outcome: " + kind);
                });
    }
}
