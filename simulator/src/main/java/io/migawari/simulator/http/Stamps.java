// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** The forms in which OpenStack writes a time; all are UTC. */
public final class Stamps {

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private Stamps() {}

    /** {@code 2026-11-21T00:18:04Z}. */
    public static String seconds(Instant time) {
        return SECONDS.format(time);
    }

    /** {@code 2026-11-21T00:18:04.000000}: read back from a database that keeps whole seconds. */
    public static String stored(Instant time) {
        return MICROS.format(time.truncatedTo(ChronoUnit.SECONDS));
    }

    /** {@code 2026-11-21T00:18:04.393251}: not yet through the database. */
    public static String fresh(Instant time) {
        return MICROS.format(time);
    }
}
