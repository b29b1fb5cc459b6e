// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LogLineTest {

    private final Lines lines = new Lines();
    private final Logger log = lines.log;

    private String line(LogLine.Prefix prefix) {
        return new LogLine(prefix).doLayout(lines.last());
    }

    @Test
    void wordsComeFirstAndThenWhatTheyAreAbout() {
        log.atWarn()
                .addKeyValue("host", "compute1")
                .addKeyValue("reason", "no proof")
                .log("Waiting for {}", "proof");

        assertThat(line(LogLine.Prefix.PRIORITY)).isEqualTo("<4>Waiting for proof host=compute1 reason=\"no proof\"\n");
    }

    @Test
    void inputCannotForgeALine() {
        log.atInfo().addKeyValue("name", "a\"\n<3>fake\u001b[31m\u2028").log("odd\r\nname\u202e\u009b");

        assertThat(line(LogLine.Prefix.PRIORITY))
                .isEqualTo("<6>odd\\u000d\\nname\\u202e\\u009b name=\"a\\\"\\n<3>fake\\u001b[31m\\u2028\"\n");
    }

    @Test
    void aValueCannotForgeAnotherOne() {
        log.atInfo().addKeyValue("name", "a\\\" host=compute9").log("Odd");

        assertThat(line(LogLine.Prefix.PRIORITY)).isEqualTo("<6>Odd name=\"a\\\\\\\" host=compute9\"\n");
    }

    @Test
    void whatIsFarTooLongIsCutAndSaysSo() {
        log.atInfo().addKeyValue("name", "n".repeat(4_005)).log("{}", "m".repeat(8_010));

        assertThat(line(LogLine.Prefix.PRIORITY))
                .isEqualTo("<6>" + "m".repeat(8_000) + "… (10 more characters are cut off) name=\"" + "n".repeat(4_000)
                        + "… (5 more characters are cut off)\"\n");
    }

    @Test
    void namesOfTheWholeWorldStayReadable() {
        log.atInfo().addKeyValue("name", "身代わり🙂").log("Grüße");

        assertThat(line(LogLine.Prefix.PRIORITY)).isEqualTo("<6>Grüße name=身代わり🙂\n");
    }

    @Test
    void charactersBeyondSixteenBitsAreKeptWholeAndWhatIsInvisibleOfThemIsShown() {
        log.atInfo().addKeyValue("name", "n".repeat(3_999) + "🙂").log("tag\udb40\udc01 half\ud83d");

        assertThat(line(LogLine.Prefix.PRIORITY))
                .isEqualTo("<6>tag\\U000e0001 half\\ud83d name=\"" + "n".repeat(3_999)
                        + "… (2 more characters are cut off)\"\n");
    }

    @Test
    void theNameOfTheEventIsNoneOfItsPairs() {
        log.atInfo().addKeyValue("event", "going-on").addKeyValue("host", "a").log("Going on");

        assertThat(line(LogLine.Prefix.PRIORITY)).isEqualTo("<6>Going on host=a\n");
    }

    @Test
    void everyLineOfAStackTraceHasThePrefix() {
        log.atError()
                .setCause(new IllegalStateException("outer", new RuntimeException("inner\n<3>fake")))
                .log("Broken");

        String text = line(LogLine.Prefix.PRIORITY);

        assertThat(text.lines()).allMatch(line -> line.startsWith("<3>")).hasSizeGreaterThan(4);
        assertThat(text).contains("caused by java.lang.RuntimeException: inner\\n<3>fake\n");
    }

    @Test
    void atATerminalALineStartsWithItsTime() {
        log.info("Ready");

        assertThat(line(LogLine.Prefix.TIME)).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z INFO  Ready\n");
    }
}
