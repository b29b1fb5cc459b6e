// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.DatabaseSettings;
import io.migawari.db.Database;
import io.migawari.db.Schema;
import io.migawari.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchemaCheckTest {

    private static final Instant START = Instant.parse("2026-11-20T22:00:00Z");

    private final Wire wire = new Wire();
    private final ManualTime time = new ManualTime(START);
    private int waits;

    @AfterEach
    void cut() {
        wire.close();
    }

    private String await(DatabaseSettings settings, Runnable whileAway) throws Exception {
        try (var database = Database.open(settings, "schema-check")) {
            return new SchemaCheck(new Schema(database), time).await(whileAway);
        }
    }

    private static void notExpected() {
        throw new AssertionError("waits for a database that is there");
    }

    @Test
    void aSchemaThatIsTheOneWeKnow() throws Exception {
        DatabaseSettings settings = TestDatabase.migrated();
        try (var database = Database.open(settings, "expected")) {
            assertThat(await(settings, SchemaCheckTest::notExpected))
                    .isEqualTo(new Schema(database).quickVersion().orElseThrow());
        }
    }

    @Test
    void anotherOneEndsTheStart() {
        assertThatThrownBy(() -> await(TestDatabase.empty(), SchemaCheckTest::notExpected))
                .isInstanceOf(UnsuitableSchemaException.class)
                .hasMessageContaining("migawari db migrate");
    }

    @Test
    void aDatabaseThatIsAwayIsWaitedFor() throws Exception {
        DatabaseSettings settings = wire.to(TestDatabase.migrated());
        wire.cut();

        assertThat(await(settings, () -> {
                    if (++waits == 2) {
                        wire.mend();
                    }
                }))
                .isNotEmpty();
        assertThat(waits).isEqualTo(2);
        assertThat(Duration.between(START, time.now())).isEqualTo(Duration.ofSeconds(2));
    }
}
