// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of the reports that the API's test has made; rewritten with {@code -Ddocs.update=true}. */
class ReportPageTest {

    private static final Path FILES = Path.of("src/test/resources/io/migawari/controller/reports");

    private static void check(String file, String page) throws IOException {
        Path expected = FILES.resolve(file);
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(expected, page);
        }
        assertThat(page).as("%s; rewrite it with -Ddocs.update=true", file).isEqualTo(Files.readString(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "instance", "processes", "return"})
    void aReportIsAPageForATerminalAndOneInMarkdown(String name) throws IOException {
        JsonNode report =
                new ObjectMapper().readTree(FILES.resolve(name + ".json").toFile());

        check(name + ".txt", ReportPage.of(report, Page.Form.TEXT));
        check(name + ".md", ReportPage.of(report, Page.Form.MARKDOWN));
    }
}
