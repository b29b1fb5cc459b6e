// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {

    private static final String GOOD = """
            name: controller7
            api: {authentication: none}
            database: {password: hush}
            openstack: {auth-url: "https://keystone:5000/v3", username: migawari, password: hush, project-name: service}
            """;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int check(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("controller.yaml"), text);
        return Migawari.run(
                new String[] {"config", "check", file.toString()},
                Map.of(),
                new PrintWriter(out, true),
                new PrintWriter(err, true));
    }

    @Test
    void aGoodFileIsSaidToBeGoodAndNothingSecretIsShown() throws IOException {
        assertThat(check(GOOD)).isZero();
        assertThat(out.toString())
                .contains("good, for a controller called controller7")
                .doesNotContain("hush");
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() throws IOException {
        assertThat(check(GOOD + "nonsense: 1\nrecovery: {pass-every: soon}\n")).isEqualTo(2);
        assertThat(err.toString()).contains("nonsense", "recovery").doesNotContain("hush");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void whatTheStartWouldReadIsRead() throws IOException {
        String text = GOOD.replace("project-name: service", "project-name: service, ca-file: ca.pem");
        String words = "controller.yaml:4: openstack.ca-file: " + directory.resolve("ca.pem") + ": cannot be read";

        assertThat(check(text)).isEqualTo(2);
        assertThat(err.toString()).contains(words);

        err.getBuffer().setLength(0);
        String file = directory.resolve("controller.yaml").toString();
        assertThat(Migawari.run(
                        new String[] {"controller", "--config", file},
                        Map.of(),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true)))
                .as("the same, and systemd does not try again")
                .isEqualTo(2);
        assertThat(err.toString()).contains(words);
    }
}
