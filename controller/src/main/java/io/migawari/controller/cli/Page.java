// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import java.util.ArrayList;
import java.util.List;

/** A page of headings, paragraphs, points and tables, for a terminal or as Markdown. Not thread-safe. */
final class Page {

    /** How it is written. */
    enum Form {
        TEXT,
        MARKDOWN
    }

    private final Form form;
    private final StringBuilder text = new StringBuilder();

    Page(Form form) {
        this.form = form;
    }

    Page title(String words) {
        return heading(words, "# ", '=');
    }

    Page section(String words) {
        return heading(words, "## ", '-');
    }

    private Page heading(String words, String mark, char rule) {
        String line = clean(words);
        text.append(text.isEmpty() ? "" : "\n");
        text.append(
                switch (form) {
                    case TEXT -> line + "\n" + String.valueOf(rule).repeat(line.length()) + "\n\n";
                    case MARKDOWN -> mark + line + "\n\n";
                });
        return this;
    }

    Page paragraph(String words) {
        text.append(clean(words)).append('\n');
        return this;
    }

    Page points(List<String> points) {
        points.forEach(point -> text.append("* ").append(clean(point)).append('\n'));
        return this;
    }

    Page table(List<String> titles, List<List<String>> rows) {
        List<List<String>> cells = new ArrayList<>();
        rows.forEach(row -> cells.add(row.stream().map(this::clean).toList()));
        text.append(
                switch (form) {
                    case TEXT -> Table.of(titles, cells);
                    case MARKDOWN -> markdown(titles, cells);
                });
        return this;
    }

    private static String markdown(List<String> titles, List<List<String>> rows) {
        var table = new StringBuilder(line(titles))
                .append(line(titles.stream().map(title -> "---").toList()));
        rows.forEach(row -> table.append(line(row)));
        return table.toString();
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    /** Names and reasons come from anybody: they must move no cursor, and open no table, link or tag of the page. */
    private String clean(String words) {
        String printable = Output.printable(words);
        return switch (form) {
            case TEXT -> printable;
            case MARKDOWN -> printable.replaceAll("([\\\\`*_\\[\\]<>|])", "\\\\$1");
        };
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
