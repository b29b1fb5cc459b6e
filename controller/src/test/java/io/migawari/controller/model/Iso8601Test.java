// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of times that Masakari's API takes, and those that it refuses. */
class Iso8601Test {

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T08:00:00, 2026-11-20T08:00:00Z",
        "2026-11-20 08:00:00, 2026-11-20T08:00:00Z",
        "2026-11-20T08:00:00Z, 2026-11-20T08:00:00Z",
        "2026-11-20 08:00:00+00:00, 2026-11-20T08:00:00Z",
        "2026-11-20T10:00:00.123456+02:00, 2026-11-20T08:00:00.123456Z",
        "2026-11-20T08:00:00-0230, 2026-11-20T10:30:00Z",
        "2026-11-20T08:00:00.123456789, 2026-11-20T08:00:00.123456Z",
        "2026-11-20T08:00:00.5, 2026-11-20T08:00:00.5Z",
        "2026-11-20T08:00, 2026-11-20T08:00:00Z",
        "2026-11-20, 2026-11-20T00:00:00Z",
        "20261120T080000Z, 2026-11-20T08:00:00Z",
    })
    void theseAreTimes(String text, Instant time) {
        assertThat(Iso8601.find(text)).contains(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-02-30T08:00:00",
                "2026-11-20T25:00:00",
                "2026-W46-1T08:00:00",
                "2026-11-20T08:00:00 ",
                " 2026-11-20T08:00:00",
                "2026-11-20T08:00:00\n",
                "2026-11-20T08:00:00+99:00",
                "٢٠٢٦-11-20T08:00:00",
            })
    void theseAreNone(String text) {
        assertThat(Iso8601.find(text)).isEmpty();
    }
}
