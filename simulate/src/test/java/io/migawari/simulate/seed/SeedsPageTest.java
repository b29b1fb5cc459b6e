// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.seed;

import io.migawari.simulate.GeneratedPage;
import io.migawari.simulate.world.Invariant;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/seeds.md lists what is held to; that part of it is made from the code ({@code -Ddocs.update=true}). */
class SeedsPageTest {

    static String table() {
        return Arrays.stream(Invariant.values())
                .map(invariant ->
                        "| `" + invariant.words() + "` | " + invariant.meaning() + " | " + invariant.cases() + " |\n")
                .collect(
                        Collectors.joining("", "| name | what must hold | failure cases |\n| --- | --- | --- |\n", ""));
    }

    @Test
    void thePageListsWhatMustHold() throws IOException {
        GeneratedPage.checkPart("seeds.md", "invariants", table());
    }
}
