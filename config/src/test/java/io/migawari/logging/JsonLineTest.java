// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonLineTest {

    private final Lines lines = new Lines();
    private final JsonLine layout = new JsonLine(LogEvents.load());

    private static Map<String, String> read(String line) throws IOException {
        assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
        Map<String, String> fields = new LinkedHashMap<>();
        try (var parser = new JsonFactory().createParser(line)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                assertThat(parser.nextToken()).isEqualTo(JsonToken.VALUE_STRING);
                assertThat(fields.put(parser.currentName(), parser.getText())).isNull();
            }
            assertThat(parser.nextToken()).isNull();
        }
        return fields;
    }

    @Test
    void everythingStandsUnderItsName() throws IOException {
        lines.log
                .atWarn()
                .addKeyValue("host", "compute1")
                .addKeyValue("epoch", 7)
                .log("The database is away; nothing new is begun until it is back: {}", "no route");

        assertThat(read(layout.doLayout(lines.last(Instant.parse("2026-11-22T03:00:00.120345Z"), "main"))))
                .containsExactly(
                        Map.entry("time", "2026-11-22T03:00:00.120345Z"),
                        Map.entry("level", "WARN"),
                        Map.entry("message", "The database is away; nothing new is begun until it is back: no route"),
                        Map.entry("event", "database-away"),
                        Map.entry("host", "compute1"),
                        Map.entry("epoch", "7"),
                        Map.entry("thread", "main"),
                        Map.entry("logger", "io.migawari.Test"));
    }

    @Test
    void oddCharactersArriveAsTheyWereAndNoneOfThemSteersATerminal() throws IOException {
        String odd = "a\"\\\n\u001b[31m\u007f\u009b\u2028\u202e身🙂";
        lines.log.atInfo().addKeyValue("host", odd).addKeyValue("host", "again").log(odd);

        String line = layout.doLayout(lines.last());

        assertThat(read(line)).containsEntry("host", odd).containsEntry("message", odd);
        assertThat(line.strip().chars().filter(c -> !Character.isSurrogate((char) c)))
                .noneMatch(Escaped::mustBe);
        assertThat(line).contains("身🙂");
    }

    @Test
    void whatIsFarTooLongIsCut() throws IOException {
        lines.log.atInfo().addKeyValue("name", "n".repeat(4_005)).log("{}", "m".repeat(8_010));

        assertThat(read(layout.doLayout(lines.last())))
                .containsEntry("name", "n".repeat(4_000) + "… (5 more characters are cut off)")
                .containsEntry("message", "m".repeat(8_000) + "… (10 more characters are cut off)");
    }

    @Test
    void aStackTraceIsAString() throws IOException {
        lines.log.atError().setCause(new IllegalStateException("outer")).log("Broken");

        assertThat(read(layout.doLayout(lines.last())).get("stack_trace"))
                .startsWith("caused by java.lang.IllegalStateException: outer\n  at io.migawari.logging.JsonLineTest");
    }
}
