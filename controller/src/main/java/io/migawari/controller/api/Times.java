// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.model.Iso8601;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Times as Masakari's API writes and reads them. */
final class Times {

    /** UTC, microseconds, and no letter that says so. */
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    /** As in the details of a workflow. */
    private static final DateTimeFormatter FORM_WITH_BLANK =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private Times() {}

    static String write(Instant time) {
        return FORM.format(time);
    }

    static @Nullable String write(Optional<Instant> time) {
        return time.map(FORM::format).orElse(null);
    }

    static String writeWithBlank(Instant time) {
        return FORM_WITH_BLANK.format(time);
    }

    /**
     * ISO 8601, with or without its dashes and colons: a day, or a day and a time. A blank may stand for the T, an offset is
     * converted, and without one it is UTC.
     */
    static Instant read(String field, JsonNode value) throws ApiException {
        if (!value.isTextual()) {
            throw Fields.invalid(field, value, ShownValue.quoted(value) + " is not of type 'string'");
        }
        return Iso8601.find(value.asText())
                .orElseThrow(() -> Fields.invalid(field, value, ShownValue.quoted(value) + " is not a 'date-time'"));
    }
}
