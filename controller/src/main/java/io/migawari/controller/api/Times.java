// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Times as Masakari's API writes and reads them. */
final class Times {

    /** UTC, microseconds, and no letter that says so. */
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private Times() {}

    static String write(Instant time) {
        return FORM.format(time);
    }

    static @Nullable String write(Optional<Instant> time) {
        return time.map(FORM::format).orElse(null);
    }

    /** ISO 8601; a blank may stand for the T, an offset is converted, and without one it is UTC. */
    static Instant read(String field, JsonNode value) throws ApiException {
        if (value.isTextual()) {
            String iso = value.asText().strip().replaceFirst(" ", "T");
            try {
                return OffsetDateTime.parse(iso).toInstant().truncatedTo(ChronoUnit.MICROS);
            } catch (DateTimeException withoutOffset) {
                try {
                    return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
                } catch (DateTimeException e) {
                    // the fault below says what was expected
                }
            }
        }
        throw Fields.invalid(field, value, "'" + value.asText() + "' is not a 'date-time' (ISO 8601)");
    }
}
