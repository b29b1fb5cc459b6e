// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.config.ConfigException;
import io.migawari.logging.LogSetup;
import io.migawari.simulate.scenario.Played;
import io.migawari.simulate.scenario.Scenario;
import io.migawari.simulate.scenario.ScenarioFile;
import io.migawari.simulate.scenario.Verbs;
import io.migawari.simulate.seed.Seed;
import io.migawari.simulate.seed.Seeds;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code migawari simulate}. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Plays scenarios in virtual time: what would Migawari do if …?",
            "The decisions are those of the controller, made by the same code; cloud, monitors, fencing devices and the",
            "database are simulated in memory. Nothing outside of this process is asked or changed.",
            "docs/simulate.md says how a scenario is written, scenarios/ has many.",
            "With --seeds, chance writes them; docs/seeds.md says what it may, and what must hold in each."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every scenario was told, and ended, as its file expects; in every seed all held",
            "1:some were not; what differs is shown",
            "2:a file or an option cannot be used; file, line and key are named"
        },
        footer = {
            "",
            "Examples:",
            "  migawari simulate scenarios/nova/fenced-host-is-forced-down-first.yaml     one scenario, with its story",
            "  migawari simulate --quiet scenarios                   all of a directory, only what differs",
            "  migawari simulate --update my-rack-fails.yaml         write what happens into the file, to be read",
            "  migawari simulate --events                            what can happen in a scenario",
            "  migawari simulate --seeds 1000 --from 5000            a thousand by chance; the numbers of those that fail",
            "  migawari simulate --seed 5017 --save found.yaml       one of them, with its story, to be looked at as a file"
        })
final class SimulateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "scenario files, or directories of them")
    private List<Path> files = List.of();

    @Option(
            names = "--update",
            description = "rewrite the story that each file expects; what it expects of the end stays as it is")
    private boolean update;

    @Option(
            names = {"-q", "--quiet"},
            description = "no stories of scenarios that go as expected")
    private boolean quiet;

    @Option(names = "--events", description = "list what can happen in a scenario, and exit")
    private boolean events;

    @Option(names = "--seeds", paramLabel = "N", description = "play N scenarios that chance writes")
    private @Nullable Long seeds;

    @Option(
            names = "--from",
            paramLabel = "S",
            defaultValue = "1",
            description = "the first of them (default: ${DEFAULT-VALUE})")
    private long from = 1;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "so many of them at a time (default: as many as there are processors)")
    private @Nullable Integer threads;

    @Option(names = "--seed", paramLabel = "S", description = "play the scenario of this seed, and tell its story")
    private @Nullable Long seed;

    @Option(
            names = "--save",
            paramLabel = "FILE",
            description = "write the scenario of the seed, with its story, to a file")
    private @Nullable Path save;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json (default: ${DEFAULT-VALUE})")
    private String output = "text";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (!output.equals("text") && !output.equals("json")) {
            err.println("migawari: --output: expected text or json, found \"" + output + "\"");
            return 2;
        }
        if (events) {
            Verbs.all()
                    .forEach(verb -> out.printf(
                            "%-20s%s%n%20s- {at: 00:10, %s}%n", verb.name(), verb.meaning(), "", verb.example()));
            return 0;
        }
        LogSetup.silent(); // the stories say what the controllers would log
        if (seeds != null || seed != null || save != null) {
            return seeds(out, err);
        }
        if (files.isEmpty()) {
            err.println("migawari: which scenario? Give a file or a directory; --help shows examples");
            return 2;
        }
        Map<Path, Scenario> scenarios = new LinkedHashMap<>();
        boolean unusable = false;
        for (Path file : all()) {
            try {
                scenarios.put(file, ScenarioFile.read(file));
            } catch (ConfigException e) {
                unusable = true;
                e.problems().forEach(problem -> err.println("migawari: " + problem));
            }
        }
        if (unusable) {
            return 2;
        }
        return output.equals("json") ? json(scenarios, out) : text(scenarios, out);
    }

    private int seeds(PrintWriter out, PrintWriter err) throws IOException, InterruptedException {
        boolean one = seed != null && seeds == null;
        boolean many = seeds != null && seed == null && save == null;
        if (!files.isEmpty() || !(one || many) || (seeds != null && seeds < 1) || (threads != null && threads < 1)) {
            err.println("migawari: give --seeds with a number from 1 on, or --seed, perhaps with --save; and no files");
            return 2;
        }
        if (seeds != null) {
            var run = new SeedsRun(new Seeds(from, seeds), new SystemTime(), out, err, output.equals("text"));
            return run.run(threads == null ? Runtime.getRuntime().availableProcessors() : threads);
        }
        var number = new Seed(Objects.requireNonNull(seed));
        Path file = save;
        if (file == null) {
            file = Path.of("seed " + number.number());
        } else {
            Files.writeString(file, number.text());
            update = true;
        }
        Map<Path, Scenario> scenario = Map.of(file, number.scenario());
        return output.equals("json") ? json(scenario, out) : text(scenario, out);
    }

    private List<Path> all() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                try (Stream<Path> found = Files.walk(file)) {
                    found.filter(path -> path.toString().endsWith(".yaml"))
                            .sorted()
                            .forEach(all::add);
                }
            } else {
                all.add(file);
            }
        }
        return all;
    }

    private int text(Map<Path, Scenario> scenarios, PrintWriter out) {
        int different = 0;
        for (Map.Entry<Path, Scenario> entry : scenarios.entrySet()) {
            Played played = play(entry);
            boolean good = isGood(played);
            different += good ? 0 : 1;
            if (good && quiet) {
                continue;
            }
            out.println(entry.getValue().title() + "  (" + entry.getKey() + ")");
            out.println();
            tell(played, out);
            out.println();
            out.flush();
        }
        out.println(scenarios.size() + (scenarios.size() == 1 ? " scenario: " : " scenarios: ")
                + (scenarios.size() - different) + " as expected, " + different + " not");
        return different == 0 ? 0 : 1;
    }

    private void tell(Played played, PrintWriter out) {
        Scenario scenario = played.scenario();
        boolean compares = !update && !scenario.story().isEmpty() && !played.tellsAsExpected();
        if (compares) {
            out.println("It is told otherwise than the file expects (- expected, + found):");
            Differences.between(scenario.story().lines().toList(), played.story())
                    .forEach(line -> out.println("  " + line));
        } else {
            played.story().forEach(line -> out.println("  " + line));
        }
        played.broken().forEach(line -> out.println("What must never happen has happened: " + line));
        played.atTheEnd().forEach(line -> out.println("At the end, " + line));
        if (update) {
            out.println("The file's story was rewritten.");
        } else if (scenario.story().isEmpty() && seed == null) {
            out.println("The file expects no story yet; --update writes this one into it.");
        }
    }

    private Played play(Map.Entry<Path, Scenario> entry) {
        Played played = Played.of(entry.getValue());
        if (update) {
            ScenarioFile.update(entry.getKey(), played);
        }
        return played;
    }

    /** A file without a story is a question: only its end is held to what it says. */
    private boolean isGood(Played played) {
        boolean toldWell = update || played.scenario().story().isEmpty() || played.tellsAsExpected();
        return toldWell && played.broken().isEmpty() && played.atTheEnd().isEmpty();
    }

    private int json(Map<Path, Scenario> scenarios, PrintWriter out) throws JsonProcessingException {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        boolean allGood = true;
        for (Map.Entry<Path, Scenario> entry : scenarios.entrySet()) {
            Played played = play(entry);
            allGood &= isGood(played);
            ObjectNode json = list.addObject()
                    .put("file", entry.getKey().toString())
                    .put("title", entry.getValue().title())
                    .put("as_expected", isGood(played));
            ArrayNode cases = json.putArray("cases");
            entry.getValue().cases().forEach(cases::add);
            ArrayNode story = json.putArray("story");
            played.story().forEach(story::add);
            ArrayNode broken = json.putArray("must_never_happen");
            played.broken().forEach(broken::add);
            ArrayNode end = json.putArray("end_differs");
            played.atTheEnd().forEach(end::add);
        }
        out.println(
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(list));
        return allGood ? 0 : 1;
    }
}
