// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.GeneratedPart;
import io.migawari.controller.decision.Story;
import io.migawari.controller.decision.operation.OperationStory;
import io.migawari.logging.LogEvent;
import io.migawari.logging.LogEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every line of every log call in the sources is in the catalogue of events, and what is made from that is up to date. */
class LogEventsPageTest {

    private static final Path TOP = Path.of("..");
    private static final Path CATALOG = TOP.resolve("packaging/catalog/migawari.catalog");

    /** RFC 5424's MSGID has no room for more. */
    private static final int LONGEST_ID = 32;

    /** What lines have besides their pairs, wherever they are written. */
    private static final Set<String> RESERVED = Set.of("time", "level", "message", "thread", "logger", "stack_trace");

    private static final Pattern CALL = Pattern.compile("\\.log\\(|\\blog\\s*\\.(error|warn|info|debug)\\(");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern LEVEL = Pattern.compile("\\blog\\s*\\.at(Error|Warn|Info|Debug)\\(");

    private static final Map<String, String> MODULES = Map.of(
            "config", "All programs",
            "controller", "Controller",
            "monitors-common", "All monitors",
            "host-monitor", "Host monitor",
            "instance-monitor", "Instance monitor",
            "process-monitor", "Process monitor",
            "simulator", "Simulator");
    private static final List<String> ORDER = List.of(
            "Controller",
            "All programs",
            "All monitors",
            "Host monitor",
            "Instance monitor",
            "Process monitor",
            "Simulator");

    /** One log call; no words if it has not got them itself. */
    private record Call(String module, Path file, List<String> words, Set<String> levels) {}

    private static final List<Call> CALLS = new ArrayList<>();
    private static final List<LogEvent> EVENTS = LogEvents.read();

    @BeforeAll
    static void readTheSources() throws IOException {
        CALLS.clear();
        try (Stream<Path> modules = Files.list(TOP)) {
            for (Path module : modules.sorted().toList()) {
                Path sources = module.resolve("src/main/java");
                if (!Files.isDirectory(sources)) {
                    continue;
                }
                try (Stream<Path> files = Files.walk(sources)) {
                    for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                            .sorted()
                            .toList()) {
                        read(module.getFileName().toString(), file, Files.readString(file));
                    }
                }
            }
        }
    }

    private static void read(String module, Path file, String source) {
        CALL.matcher(source).results().forEach(found -> {
            String argument = argument(source, found.end());
            if (argument.isEmpty()) {
                return; // something else of that name
            }
            String before = source.substring(0, found.end());
            int statement =
                    Math.max(before.lastIndexOf(';'), Math.max(before.lastIndexOf('{'), before.lastIndexOf('}')));
            Set<String> levels = new TreeSet<>();
            LEVEL.matcher(before.substring(statement + 1)).results().forEach(at -> levels.add(upper(at.group(1))));
            Optional.ofNullable(found.group(1)).ifPresent(level -> levels.add(upper(level)));
            CALLS.add(new Call(module, file, literals(argument), levels));
        });
    }

    private static String upper(String level) {
        return level.toUpperCase(Locale.ROOT);
    }

    /** The first one of a call: up to a comma or parenthesis that is neither in a string nor within others. */
    private static String argument(String source, int begin) {
        int depth = 0;
        boolean inString = false;
        for (int i = begin; ; i++) {
            char c = source.charAt(i);
            if (inString) {
                if (c == '\\') {
                    i++;
                } else {
                    inString = c != '"';
                }
            } else if (c == '"') {
                inString = true;
            } else if (depth == 0 && (c == ',' || c == ')')) {
                return source.substring(begin, i).strip();
            } else {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            }
        }
    }

    /** Those that are joined by a plus are one. */
    private static List<String> literals(String argument) {
        String joined = argument.replaceAll("\"\\s*\\+\\s*\"", "");
        boolean isMade = joined.replaceAll(LITERAL.pattern(), "").contains("+");
        return isMade
                ? List.of()
                : LITERAL.matcher(joined)
                        .results()
                        .map(found -> found.group(1).replace("\\\"", "\""))
                        .toList();
    }

    @Test
    void everyLineIsInTheCatalogueAndNothingElse() {
        Map<String, String> known = new TreeMap<>();
        EVENTS.forEach(event -> event.says()
                .forEach(words -> assertThat(known.put(words, event.id()))
                        .as("twice in events.txt: %s", words)
                        .isNull()));
        Set<String> said = new TreeSet<>();
        CALLS.forEach(call -> said.addAll(call.words()));

        assertThat(said).as("to be added to events.txt, each with an id").isSubsetOf(known.keySet());
        assertThat(known.keySet()).as("said by nobody any more").isSubsetOf(said);
    }

    @Test
    void whereWordsAreMadeElsewhereTheCallNamesItsEvent() throws IOException {
        for (Call call : CALLS) {
            if (call.words().isEmpty()) {
                assertThat(Files.readString(call.file()))
                        .as("%s logs words that are not in it", call.file())
                        .contains(".addKeyValue(\"event\", ");
            }
        }
        Set<String> named = new TreeSet<>();
        Arrays.stream(Story.Kind.values()).map(Story.Kind::event).forEach(named::add);
        Arrays.stream(OperationStory.Kind.values())
                .map(OperationStory.Kind::event)
                .forEach(named::add);

        assertThat(EVENTS.stream().filter(event -> event.says().isEmpty()).map(LogEvent::id))
                .containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void idsAreSpeakingWordsThatFitEverywhere() {
        assertThat(EVENTS)
                .extracting(LogEvent::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z]+(-[a-z]+)*") && id.length() <= LONGEST_ID);
        assertThat(EVENTS).extracting(LogEvent::messageId).doesNotHaveDuplicates();
    }

    @Test
    void whoIsWarnedIsToldWhatToDo() {
        for (LogEvent event : EVENTS) {
            assertThat(event.means()).as(event.id()).endsWith(".");
            assertThat(event.then()).as(event.id()).isNotEmpty();
            assertThat(level(event)).as("level of %s", event.id()).isNotEmpty();
            if (level(event).contains("WARN") || level(event).contains("ERROR")) {
                assertThat(event.then()).as(event.id()).isNotEqualTo("Nothing.");
            }
        }
    }

    @Test
    void noPairIsCalledLikeAPartOfTheLine() throws IOException {
        for (Path file : CALLS.stream().map(Call::file).distinct().toList()) {
            assertThat(Pattern.compile("\\.addKeyValue\\(\\s*\"([^\"]*)\"")
                            .matcher(Files.readString(file))
                            .results()
                            .map(found -> found.group(1)))
                    .as(file.toString())
                    .noneMatch(RESERVED::contains)
                    .allMatch(key -> key.matches("[a-z][a-z_]*"));
        }
    }

    private static List<Call> calls(LogEvent event) {
        return CALLS.stream()
                .filter(call -> call.words().stream().anyMatch(event.says()::contains))
                .toList();
    }

    /** As the calls show it; as the catalogue says, where they do not. */
    private static String level(LogEvent event) {
        String shown = calls(event).stream()
                .flatMap(call -> call.levels().stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" or "));
        if (!event.level().isEmpty()) {
            assertThat(shown).as("%s: level is at its call, too", event.id()).isIn("", event.level());
            return event.level();
        }
        return shown;
    }

    private static String program(LogEvent event) {
        Set<String> modules = calls(event).stream().map(Call::module).collect(Collectors.toCollection(TreeSet::new));
        if (modules.isEmpty()) {
            return "Controller";
        }
        if (modules.size() == 1) {
            return MODULES.get(modules.iterator().next());
        }
        return modules.contains("controller") || modules.contains("config") ? "All programs" : "All monitors";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    @Test
    void theyAreAllOnThePage() throws IOException {
        var page = new StringBuilder();
        for (String program : ORDER) {
            page.append("### ").append(program).append("""


                    | event | level | line | what it means | what to do |
                    | --- | --- | --- | --- | --- |
                    """);
            EVENTS.stream().filter(event -> program(event).equals(program)).forEach(event -> {
                String lines = event.says().stream()
                        .map(words -> words.replace("{}", "…"))
                        .collect(Collectors.joining("<br>"));
                page.append(Stream.of(event.id(), level(event), lines, event.means(), event.then())
                        .map(LogEventsPageTest::cell)
                        .collect(Collectors.joining(" | ", "| ", " |\n"))
                        .replaceFirst("\\| ([a-z-]+) ", "| `$1` "));
            });
            page.append('\n');
        }
        GeneratedPart.check("log-events.md", "events", page.toString());
    }

    @Test
    void journalctlExplainsThem() throws IOException {
        var catalog = new StringBuilder("# SPDX-License-Identifier: Apache-2.0\n"
                + "# What \"journalctl -x\" shows below our lines. Made from events.txt by a test"
                + " (-Ddocs.update=true).\n");
        for (LogEvent event : EVENTS) {
            String title = event.id().replace('-', ' ');
            catalog.append("\n-- ")
                    .append(event.messageId())
                    .append("\nSubject: ")
                    .append(Character.toUpperCase(title.charAt(0)))
                    .append(title.substring(1))
                    .append("\nDefined-By: Migawari\n\n")
                    .append(wrapped(event.means()))
                    .append('\n')
                    .append(wrapped("What to do: " + event.then()));
        }
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(CATALOG, catalog);
        }
        assertThat(Files.readString(CATALOG))
                .as("rewrite it with -Ddocs.update=true")
                .isEqualTo(catalog.toString());
    }

    /** For a terminal, where journalctl puts a mark in front. */
    private static String wrapped(String text) {
        return Pattern.compile("(.{1,76})(?: |$)")
                .matcher(text)
                .results()
                .map((MatchResult line) -> line.group(1) + "\n")
                .collect(Collectors.joining());
    }
}
