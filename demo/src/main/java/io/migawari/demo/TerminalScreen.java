// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import java.io.PrintWriter;
import java.util.List;

/** A terminal: what was said scrolls up, and the table of instances below it is drawn anew in place. */
final class TerminalScreen implements Screen {

    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintWriter out;
    private List<String> shown = List.of();

    TerminalScreen(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void say(String line) {
        List<String> table = shown;
        erase();
        out.println(line);
        show(table);
    }

    @Override
    public void show(List<String> instances) {
        erase();
        instances.forEach(out::println);
        out.flush();
        shown = List.copyOf(instances);
    }

    private void erase() {
        if (!shown.isEmpty()) {
            out.print("\u001b[" + shown.size() + "A\r"); // up to the first line of the table
            out.print(CLEAR_BELOW);
        }
        shown = List.of();
    }

    @Override
    public void settle() {
        shown = List.of();
    }
}
