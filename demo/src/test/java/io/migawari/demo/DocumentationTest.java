// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.cli.Migawari;
import io.migawari.controller.model.Alert;
import io.migawari.demo.MarkdownPage.Found;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Holds what the pages say to what there is: links lead somewhere, commands are commands with options that they have, settings
 * are settings. Here, because only this module has every command.
 */
class DocumentationTest {

    private static final List<String> MONITORS = List.of("host", "instance", "process");

    /** What is left out of a command in a page, and what stands for a value. */
    private static final Pattern PLACEHOLDER = Pattern.compile(".*(…|\\.\\.\\.|\\b[A-Z][A-Z-]+\\b|\\$).*");

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|([^\\s\"']+)");

    /** Of a page or a sample: a key and how far it is indented, commented out or not. */
    private static final Pattern KEY = Pattern.compile("^( *)#?( *)([a-z][A-Za-z0-9_-]*):.*");

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        Map<Path, List<String>> anchors = new HashMap<>();
        for (MarkdownPage page : MarkdownPage.all()) {
            for (Found link : page.links()) {
                whatIsWrongWith(page, link.text(), anchors)
                        .ifPresent(
                                why -> broken.add(page.name() + ":" + link.line() + ": " + link.text() + ": " + why));
            }
        }
        assertThat(broken).isEmpty();
    }

    private static Optional<String> whatIsWrongWith(MarkdownPage page, String link, Map<Path, List<String>> anchors) {
        if (link.matches("(https?|mailto):.*")) {
            return Optional.empty();
        }
        String path = link.replaceFirst("#.*", "");
        Path target = path.isEmpty()
                ? page.file()
                : page.file().resolveSibling(URI.create(path).getPath()).normalize();
        if (path.startsWith("/") || !target.startsWith(MarkdownPage.PROJECT)) {
            return Optional.of("leads out of the project");
        }
        if (!Files.exists(target)) {
            return Optional.of("there is no such file");
        }
        if (!link.contains("#")) {
            return Optional.empty();
        }
        String anchor = link.replaceFirst("[^#]*#", "");
        boolean isThere = target.toString().endsWith(".md")
                && anchors.computeIfAbsent(
                                target, file -> MarkdownPage.read(file).anchors())
                        .contains(anchor);
        return isThere ? Optional.empty() : Optional.of("there is no such heading");
    }

    @Test
    void everyPageForReadersIsReachedFromTheIndex() throws IOException {
        Path docs = MarkdownPage.PROJECT.resolve("docs");
        Set<Path> reached = new HashSet<>(Set.of(docs.resolve("README.md")));
        List<Path> next = new ArrayList<>(reached);
        while (!next.isEmpty()) {
            MarkdownPage page = MarkdownPage.read(next.remove(0));
            for (Found link : page.links()) {
                Path target = page.file()
                        .resolveSibling(link.text().replaceFirst("#.*", ""))
                        .normalize();
                if (target.startsWith(docs) && Files.isDirectory(target)) {
                    MarkdownPage.all().stream()
                            .map(MarkdownPage::file)
                            .filter(file -> file.getParent().equals(target))
                            .forEach(reached::add);
                } else if (target.startsWith(docs)
                        && target.toString().endsWith(".md")
                        && Files.exists(target)
                        && reached.add(target)) {
                    next.add(target);
                }
            }
        }
        assertThat(MarkdownPage.all().stream().map(MarkdownPage::file).filter(file -> file.startsWith(docs)))
                .isSubsetOf(reached);
    }

    @Test
    void everyCommandInThePagesIsOneWithTheOptionsThatItHas() throws IOException {
        List<String> wrong = new ArrayList<>();
        int commands = 0;
        for (MarkdownPage page : MarkdownPage.all()) {
            for (Found line : page.shellLines()) {
                for (String command : commandsOf(line.text())) {
                    commands++;
                    complaintAbout(command, true)
                            .ifPresent(why -> wrong.add(page.name() + ":" + line.line() + ": " + command + ": " + why));
                }
            }
            for (Found span : page.spans()) {
                for (String command : commandsOf(span.text())) {
                    commands++;
                    complaintAbout(command, false)
                            .ifPresent(why -> wrong.add(page.name() + ":" + span.line() + ": " + command + ": " + why));
                }
            }
        }
        assertThat(commands).isGreaterThan(150);
        assertThat(wrong).isEmpty();
    }

    /** What of a line of a shell is ours: {@code ./migawari doctor | tee x  # look} is one command. */
    private static List<String> commandsOf(String line) {
        List<String> commands = new ArrayList<>();
        for (String part : withoutRemark(line).split("\\s*(?:&&|\\|\\||[|;&]|>>?)\\s*")) {
            String command = part.replaceFirst("^\\$ ", "").replaceFirst("^(?:[A-Z_]+=\\S* )*", "");
            Matcher ours = Pattern.compile(
                            "^(?:\\./|/usr/bin/)?(migawari(?:-(?:host|instance|process)-monitor)?)(?: (.*))?$")
                    .matcher(command.strip());
            if (ours.matches() && (ours.group(2) != null || ours.group(1).equals("migawari"))) {
                commands.add(
                        ours.group(1) + " " + Optional.ofNullable(ours.group(2)).orElse(""));
            }
        }
        return commands;
    }

    private static String withoutRemark(String line) {
        return line.replaceFirst("(^|\\s+)# .*$", "");
    }

    /** @param whole whether the command stands there to be typed, and not only to be named */
    private static Optional<String> complaintAbout(String command, boolean whole) throws IOException {
        List<String> words = words(command);
        String program = words.remove(0);
        if (!program.equals("migawari")) {
            return complaintAboutMonitor(program.replaceAll("migawari-|-monitor", ""), words);
        }
        try {
            String[] arguments = words.toArray(String[]::new);
            Migawari.commandLine(arguments).parseArgs(arguments);
            return Optional.empty();
        } catch (UnmatchedArgumentException e) {
            return e.getUnmatched().stream()
                            .allMatch(word -> PLACEHOLDER.matcher(word).matches())
                    ? Optional.empty()
                    : Optional.of(e.getMessage());
        } catch (MissingParameterException e) {
            return whole ? Optional.of(e.getMessage()) : Optional.empty();
        } catch (ParameterException e) {
            return whole && !PLACEHOLDER.matcher(command).matches() ? Optional.of(e.getMessage()) : Optional.empty();
        }
    }

    private static Optional<String> complaintAboutMonitor(String monitor, List<String> words) throws IOException {
        assertThat(MONITORS).contains(monitor);
        String name = Character.toUpperCase(monitor.charAt(0)) + monitor.substring(1) + "Monitor.java";
        String source = Files.readString(MarkdownPage.PROJECT.resolve(
                monitor + "-monitor/src/main/java/io/migawari/" + monitor + "monitor/" + name));
        return words.stream()
                .filter(word -> word.startsWith("--") && !source.contains(" " + word + " "))
                .findFirst()
                .map(word -> "its help does not know " + word);
    }

    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command);
        while (word.find()) {
            words.add(Optional.ofNullable(word.group(1))
                    .or(() -> Optional.ofNullable(word.group(2)))
                    .orElseGet(() -> word.group(3)));
        }
        return words;
    }

    @Test
    void everySettingThatThePagesNameIsInASample() throws IOException {
        Set<String> known = new LinkedHashSet<>();
        for (String sample : List.of("controller", "host-monitor", "instance-monitor", "process-monitor")) {
            known.addAll(keys(MarkdownPage.PROJECT.resolve("config/samples/" + sample + ".yaml")));
        }
        Set<String> sections = new HashSet<>();
        known.forEach(key -> sections.addAll(List.of(key.split("\\."))));
        List<String> wrong = new ArrayList<>();
        int settings = 0;
        for (MarkdownPage page : MarkdownPage.all()) {
            for (Found span : page.spans()) {
                String setting = span.text().replaceFirst(": .*$", "");
                boolean looksLikeOne = setting.matches("[a-z][a-z-]*(\\.[a-z][a-z-]*)+")
                        && sections.contains(setting.replaceFirst("\\..*", ""))
                        && !setting.matches(".*\\.(yaml|service|conf|md|log|json|txt)");
                if (!looksLikeOne) {
                    continue;
                }
                settings++;
                if (known.stream().noneMatch(key -> ("." + key).endsWith("." + setting))) {
                    wrong.add(page.name() + ":" + span.line() + ": " + setting);
                }
            }
        }
        assertThat(settings).isGreaterThan(60);
        assertThat(wrong).isEmpty();
    }

    /** Every key of a sample with its sections; among them words of its remarks, which are no harm here. */
    private static Set<String> keys(Path sample) throws IOException {
        Set<String> keys = new LinkedHashSet<>();
        List<String> path = new ArrayList<>();
        List<Integer> indents = new ArrayList<>();
        for (String line : Files.readAllLines(sample)) {
            Matcher key = KEY.matcher(line);
            if (!key.matches() || (line.strip().startsWith("# ") && !line.contains("#  "))) {
                continue;
            }
            int indent = key.group(1).length() + key.group(2).length();
            while (!indents.isEmpty() && indents.get(indents.size() - 1) >= indent) {
                indents.remove(indents.size() - 1);
                path.remove(path.size() - 1);
            }
            indents.add(indent);
            path.add(key.group(3));
            keys.add(String.join(".", path));
        }
        return keys;
    }

    @Test
    void everyAlarmHasItsSection() throws IOException {
        String page = Files.readString(MarkdownPage.PROJECT.resolve("docs/alarms.md"));
        List<String> rules =
                Files.readAllLines(MarkdownPage.PROJECT.resolve("packaging/prometheus/migawari.rules.yml")).stream()
                        .filter(line -> line.contains("- alert: "))
                        .map(line -> line.replaceFirst(".*- alert: ", "").strip())
                        .toList();
        assertThat(rules).hasSizeGreaterThan(10);
        assertThat(rules).allSatisfy(rule -> assertThat(page).contains("\n### " + rule + "\n"));
        assertThat(page.lines().filter(line -> line.startsWith("### Migawari")).map(line -> line.substring(4)))
                .isSubsetOf(rules);
        for (Alert.Kind kind : Alert.Kind.values()) {
            assertThat(page).contains("`" + kind.name().toLowerCase(Locale.ROOT) + "`");
        }
    }

    @Test
    void whatIsCodeAndWhatIsProseIsToldApart() {
        var page = MarkdownPage.of(
                MarkdownPage.PROJECT.resolve("x.md"),
                List.of(
                        "# A `b`: [c](d.md)",
                        "",
                        "text [one](a.md#b) `[no](x)`",
                        "    goes on [two](b.md)",
                        "",
                        "    migawari doctor \\",
                        "        --verbose",
                        "",
                        "1. item",
                        "",
                        "    still [three](c.md)",
                        "",
                        "```yaml",
                        "migawari: [no](x)",
                        "```",
                        "# A `b`: [c](d.md)"));

        assertThat(page.links()).extracting(Found::text).containsExactly("d.md", "a.md#b", "b.md", "c.md", "d.md");
        assertThat(page.shellLines()).containsExactly(new Found(6, "migawari doctor --verbose"));
        assertThat(page.anchors()).containsExactly("a-b-c", "a-b-c-1");
        assertThat(commandsOf("$ ./migawari doctor | tee x && migawari plan  # why"))
                .containsExactly("migawari doctor", "migawari plan");
        assertThat(commandsOf("journalctl -u migawari-controller | grep compute1"))
                .isEmpty();
    }

    @Test
    void aWrongCommandIsNoticed() throws IOException {
        assertThat(complaintAbout("migawari doctor --lokal", false)).isPresent();
        assertThat(complaintAbout("migawari incident confirm HOST", false)).isPresent();
        assertThat(complaintAbout("migawari incident confirm-dead", false)).isEmpty();
        assertThat(complaintAbout("migawari incident confirm-dead compute1", true))
                .isPresent();
        assertThat(complaintAbout("migawari-host-monitor --confg x", true)).isPresent();
    }

    @Test
    void theCommandsOfThisModuleAreThereAsWell() {
        CommandLine all = Migawari.commandLine();
        assertThat(all.getSubcommands()).containsKeys("demo", "simulate", "doctor");
    }
}
