// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One page of the documentation, as far as tests look into it: what is prose, what is code, where its headings and links are. */
record MarkdownPage(Path file, List<Line> lines) {

    /** Where the whole project is. */
    static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern FENCE = Pattern.compile("^ *(```|~~~) *(\\S*).*$");
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^()\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.*?) *#*$");

    /** @param language of a fenced block; empty in an indented one, and in prose */
    record Line(int number, String text, boolean code, String language) {}

    /** A text that was found on a line. */
    record Found(int line, String text) {}

    /** Every page that belongs to the project. */
    static List<MarkdownPage> all() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> {
                        String inside = PROJECT.relativize(file).toString();
                        return !inside.startsWith(".")
                                && !("/" + inside).contains("/target/")
                                && !("/" + inside).contains("/results/");
                    })
                    .sorted()
                    .map(MarkdownPage::read)
                    .toList();
        }
    }

    static MarkdownPage read(Path file) {
        try {
            return of(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    static MarkdownPage of(Path file, List<String> texts) {
        List<Line> lines = new ArrayList<>();
        String fence = "";
        String language = "";
        boolean mayBeIndented =
                true; // an indented line goes on with a paragraph or a list, unless a blank one is before it
        boolean inList = false;
        for (String text : texts) {
            Matcher mark = FENCE.matcher(text);
            boolean isMark = mark.matches() && (fence.isEmpty() || fence.equals(mark.group(1)));
            if (isMark) {
                language = fence.isEmpty() ? mark.group(2) : "";
                fence = fence.isEmpty() ? mark.group(1) : "";
            }
            int indent = text.length() - text.stripLeading().length();
            boolean indented = indent >= (inList ? 6 : 4) && mayBeIndented && !text.isBlank();
            lines.add(new Line(lines.size() + 1, text, isMark || !fence.isEmpty() || indented, language));
            mayBeIndented = text.isBlank() || indented;
            if (fence.isEmpty() && !text.isBlank() && indent == 0) {
                inList = text.matches("^([*+-]|\\d+\\.) .*");
            }
        }
        return new MarkdownPage(file, List.copyOf(lines));
    }

    /** As people would name it. */
    String name() {
        return PROJECT.relativize(file).toString();
    }

    /** Where its links lead to, in the words of the page. */
    List<Found> links() {
        List<Found> found = new ArrayList<>();
        for (Line line : lines) {
            if (!line.code()) {
                Matcher link = LINK.matcher(SPAN.matcher(line.text()).replaceAll("x"));
                while (link.find()) {
                    found.add(new Found(line.number(), link.group(1)));
                }
            }
        }
        return found;
    }

    /** What is set as code within its sentences. */
    List<Found> spans() {
        List<Found> found = new ArrayList<>();
        for (Line line : lines) {
            if (!line.code()) {
                SPAN.matcher(line.text()).results().forEach(span -> found.add(new Found(line.number(), span.group(1))));
            }
        }
        return found;
    }

    /** The lines of its blocks of code that are for a shell; one that goes on behind a backslash is one. */
    List<Found> shellLines() {
        List<Found> found = new ArrayList<>();
        StringBuilder begun = new StringBuilder();
        int first = 0;
        for (Line line : lines) {
            boolean isShell = line.code()
                    && !line.text().strip().startsWith("```")
                    && (line.language().isEmpty() || line.language().matches("sh|bash|shell|console"));
            if (!isShell) {
                begun.setLength(0);
                continue;
            }
            String text = line.text().strip();
            first = begun.isEmpty() ? line.number() : first;
            if (text.endsWith("\\")) {
                begun.append(text, 0, text.length() - 1);
                continue;
            }
            found.add(new Found(first, begun + text));
            begun.setLength(0);
        }
        return found;
    }

    /** What a link may name behind its {@code #}, as GitHub makes it of the headings. */
    List<String> anchors() {
        List<String> anchors = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (Line line : lines) {
            Matcher heading = HEADING.matcher(line.text());
            if (!line.code() && heading.matches()) {
                String slug = heading.group(1)
                        .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-');
                int before = seen.merge(slug, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? slug : slug + "-" + before);
            }
        }
        return anchors;
    }
}
