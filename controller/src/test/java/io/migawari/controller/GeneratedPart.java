// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a page under docs/ that is made from the code, between two marks, so that it cannot be out of date. Run the test
 * with {@code -Ddocs.update=true} to rewrite it.
 */
public final class GeneratedPart {

    private GeneratedPart() {}

    /** Holds the part of this name against what the code says; every line of it ends with a newline. */
    public static void check(String page, String name, String content) throws IOException {
        Path file = Path.of("../docs", page);
        String mark = "<!-- generated: " + name + " -->\n";
        String text = Files.readString(file);
        assertThat(text).contains(mark);
        int begin = text.indexOf(mark) + mark.length();
        int end = text.indexOf("<!-- end -->\n", begin);
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(file, text.substring(0, begin) + content + text.substring(end));
            return;
        }
        assertThat(text.substring(begin, end))
                .as("docs/%s, part %s; rewrite it with -Ddocs.update=true", page, name)
                .isEqualTo(content);
    }
}
