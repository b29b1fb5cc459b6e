// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page under docs/ that is made from the code, or a part of it between two marks, so that it cannot be out of date. Run the
 * test with {@code -Ddocs.update=true} to rewrite it.
 */
public final class GeneratedPage {

    private static final Path DOCS = Path.of("../docs");
    private static final String END = "<!-- end -->\n";

    private GeneratedPage() {}

    /** Holds a whole page against what the code says. */
    public static void check(String page, String content) throws IOException {
        Path file = DOCS.resolve(page);
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(file, content);
            return;
        }
        assertThat(Files.readString(file))
                .as("docs/%s; rewrite it with -Ddocs.update=true", page)
                .isEqualTo(content);
    }

    /** Holds the part of this name against what the code says; every line of it ends with a newline. */
    public static void checkPart(String page, String name, String content) throws IOException {
        String mark = "<!-- generated: " + name + " -->\n";
        String text = Files.readString(DOCS.resolve(page));
        assertThat(text).contains(mark);
        int begin = text.indexOf(mark) + mark.length();
        check(page, text.substring(0, begin) + content + text.substring(text.indexOf(END, begin)));
    }
}
