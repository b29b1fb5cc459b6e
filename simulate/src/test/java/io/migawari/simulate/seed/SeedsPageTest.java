// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.simulate.world.Invariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/seeds.md lists what is held to; that part of it is made from the code ({@code -Ddocs.update=true}). */
class SeedsPageTest {

    private static final Path PAGE = Path.of("../docs/seeds.md");
    private static final String MARK = "<!-- generated: invariants -->\n";
    private static final String END = "<!-- end -->\n";

    static String table() {
        return Arrays.stream(Invariant.values())
                .map(invariant ->
                        "| `" + invariant.words() + "` | " + invariant.meaning() + " | " + invariant.cases() + " |\n")
                .collect(
                        Collectors.joining("", "| name | what must hold | failure cases |\n| --- | --- | --- |\n", ""));
    }

    @Test
    void thePageListsWhatMustHold() throws IOException {
        String text = Files.readString(PAGE);
        int begin = text.indexOf(MARK) + MARK.length();
        String made = text.substring(0, begin) + table() + text.substring(text.indexOf(END, begin));
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(PAGE, made);
            return;
        }
        assertThat(text).as("%s; rewrite it with -Ddocs.update=true", PAGE).isEqualTo(made);
    }
}
