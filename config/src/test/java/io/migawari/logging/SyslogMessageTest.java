// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyslogMessageTest {

    private static final Instant AT = Instant.parse("2026-11-22T03:00:00.120345678Z");

    private final Lines lines = new Lines();
    private final SyslogMessage form = new SyslogMessage("controller1.example.org", "migawari-controller", 4711, 3);

    private byte[] sent() {
        return form.of(lines.last(AT, "recovery 1"), LogEvents.load());
    }

    private String text() {
        return new String(sent(), UTF_8);
    }

    @Test
    void everyByteIsWhereTheRfcWantsIt() {
        lines.log
                .atWarn()
                .addKeyValue("host", "compute1")
                .addKeyValue("request_id", "req-1")
                .log("The database is away; nothing new is begun until it is back: {}", "no route");

        assertThat(sent())
                .isEqualTo(("<28>1 2026-11-22T03:00:00.120345Z controller1.example.org migawari-controller 4711 "
                                + "database-away [migawari@32473 host=\"compute1\" request_id=\"req-1\" "
                                + "logger=\"io.migawari.Test\" thread=\"recovery 1\"] "
                                + "The database is away; nothing new is begun until it is back: no route "
                                + "host=compute1 request_id=req-1")
                        .getBytes(UTF_8));
    }

    @Test
    void whatWouldEndAValueIsEscapedAndWhatWouldEndALineTwice() {
        lines.log.atError().addKeyValue("na me=", "a\"b\\c]d\ne\u001b").log("身代わり\n<0>1 fake");

        assertThat(text())
                .isEqualTo("<27>1 2026-11-22T03:00:00.120345Z controller1.example.org migawari-controller 4711 - "
                        + "[migawari@32473 na_me_=\"a\\\"b\\\\c\\]d\\\\ne\\\\u001b\" "
                        + "logger=\"io.migawari.Test\" thread=\"recovery 1\"] "
                        + "身代わり\\n<0>1 fake na me==\"a\\\"b\\\\c]d\\ne\\u001b\"");
    }

    @Test
    void aNameThatIsNoneIsADashAndOddOnesAreMended() {
        lines.log.atInfo().log("Stopped");

        assertThat(new String(
                        new SyslogMessage("", "mein Dämon", 1, 16).of(lines.last(AT, "main"), LogEvents.load()), UTF_8))
                .startsWith("<134>1 2026-11-22T03:00:00.120345Z - mein_D_mon 1 stopped [");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "xx", "xxx"})
    void whatIsFarTooLongIsCutBetweenTwoCharacters(String first) {
        lines.log
                .atInfo()
                .addKeyValue("first", "身".repeat(1_500))
                .addKeyValue("second", "代".repeat(1_500))
                .addKeyValue("third", "short")
                .log(first + "わ".repeat(5_000));

        byte[] sent = sent();

        assertThat(sent.length).isBetween(SyslogMessage.LONGEST - 3, SyslogMessage.LONGEST);
        assertThat(new String(sent, UTF_8))
                .contains(" first=\"" + "身".repeat(1_000) + "… (500 more characters are cut off)\"")
                .doesNotContain("second=\"")
                .contains(" third=\"short\" ")
                .contains("] " + first + "わわ")
                .endsWith("わ…")
                .doesNotContain("\ufffd");
    }
}
