// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import java.io.PrintWriter;
import java.util.List;

/** A file or a pipe: lines only, and of the instances those whose line has changed. */
final class PlainScreen implements Screen {

    private final PrintWriter out;
    private List<String> shown = List.of();

    PlainScreen(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void show(List<String> instances) {
        instances.stream().filter(line -> !shown.contains(line)).forEach(out::println);
        out.flush();
        shown = List.copyOf(instances);
    }

    @Override
    public void settle() {
        // what was printed stays
    }
}
