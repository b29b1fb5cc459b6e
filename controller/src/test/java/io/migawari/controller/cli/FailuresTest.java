// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a person can put right is said as that, and what he cannot is not taken for an answer. */
class FailuresTest {

    private final StringWriter err = new StringWriter();

    private int run(Map<String, String> environment, String... arguments) {
        err.getBuffer().setLength(0);
        var writer = new PrintWriter(err, true);
        return Migawari.run(arguments, environment, writer, writer);
    }

    @Test
    void anAddressThatIsNoneIsAMistakeOfWhoTypedIt() {
        for (String wrong :
                new String[] {"controller:15868", "10.0.0.1:15868", "ftp://c", "http://", "http://c d", "http://c?x=1"
                }) {
            assertThat(run(Map.of(), "segment", "list", "--endpoint", wrong)).isEqualTo(2);
            assertThat(err.toString())
                    .startsWith("--endpoint: " + wrong + ": expected a URL such as http://127.0.0.1:15868 or https://");
            assertThat(run(Map.of(), "drain", "compute1", "--endpoint", wrong)).isEqualTo(2);
            assertThat(run(Map.of("MIGAWARI_ENDPOINT", wrong), "incident", "watch", "compute1"))
                    .isEqualTo(2);
            assertThat(err.toString()).startsWith("MIGAWARI_ENDPOINT: " + wrong + ": expected");
            assertThat(run(Map.of(), "import-masakari", "--api", wrong)).isEqualTo(2);
            assertThat(err.toString()).startsWith("--api: " + wrong + ": expected");
        }
        assertThat(run(Map.of(), "segment", "list", "--endpoint", "HTTP://127.0.0.1:1/"))
                .isEqualTo(3);
    }

    @Test
    void certificatesThatCannotBeReadAreNamedWithTheVariable() {
        assertThat(run(Map.of("OS_CACERT", "/nowhere/ca.pem"), "segment", "list"))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("OS_CACERT: /nowhere/ca.pem: cannot be read");
    }

    @Test
    void aMistakeOfOursIsNoAnswer() {
        var line = Migawari.commandLine("version").setErr(new PrintWriter(err, true));

        assertThat(Failures.explain(new IllegalStateException("x is 3"), line)).isEqualTo(70);
        assertThat(err.toString()).contains("This is a mistake in Migawari", "--debug", "x is 3");
    }
}
