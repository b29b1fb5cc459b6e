// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import io.migawari.simulate.scenario.Scenario;
import io.migawari.simulate.scenario.ScenarioFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A scenario of two controllers: played once as it is, and once for each moment of a call at which one of them can die. */
final class Flow {

    private static final String EVENTS = "events:\n";

    private final String name;
    private final String text;
    private final Play undisturbed;

    /**
     * A play in which a controller has died, or stood still.
     *
     * @param wrong what is otherwise than if it had not
     * @param repeated what was asked for once more, and may be
     * @param takeovers how long it took until another one acted, for each incident that it had
     * @param delay how much later than otherwise an incident was over
     */
    record Crash(
            CrashPoint point,
            List<String> wrong,
            Set<AllowedRepeat> repeated,
            List<Duration> takeovers,
            Duration delay) {}

    private Flow(String name, String text, Play undisturbed) {
        this.name = name;
        this.text = text;
        this.undisturbed = undisturbed;
    }

    static Flow of(Path file) {
        String name = file.getFileName().toString().replace(".yaml", "");
        try {
            String text = Files.readString(file);
            return new Flow(name, text, Play.of(ScenarioFile.readText(name, text)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    Play undisturbed() {
        return undisturbed;
    }

    List<CrashPoint> points() {
        return undisturbed.watch().calls().stream()
                .flatMap(call -> call.points().stream())
                .toList();
    }

    /** The scenario with the death in it, as somebody would write it who wants to see that. */
    private Scenario with(CrashPoint point) {
        return ScenarioFile.readText(name, text.replace(EVENTS, EVENTS + "  - " + point.event() + "\n"));
    }

    Crash crash(CrashPoint point) {
        Play play = Play.of(with(point));
        List<String> wrong = new ArrayList<>();
        if (play.played().story().stream().noneMatch(point.told()::equals)) {
            wrong.add("it did not happen there: " + point.told());
        }
        wrong.addAll(play.played().broken());
        wrong.addAll(play.played().atTheEnd());
        missing(undisturbed.ending(), play.ending()).forEach(line -> wrong.add("is not so: " + line));
        missing(play.ending(), undisturbed.ending()).forEach(line -> wrong.add("instead: " + line));
        play.watch().needless().forEach(step -> wrong.add("asked for, and was there already: " + step));
        Set<AllowedRepeat> repeated = new TreeSet<>();
        compareAsked(play.watch().asked(), repeated, wrong);
        return new Crash(point, wrong, repeated, Takeovers.after(point, play), Takeovers.delay(undisturbed, play));
    }

    private static List<String> missing(List<String> of, List<String> in) {
        List<String> missing = new ArrayList<>(of);
        in.forEach(missing::remove);
        return missing;
    }

    private void compareAsked(Map<String, Integer> now, Set<AllowedRepeat> repeated, List<String> wrong) {
        Map<String, Integer> before = undisturbed.watch().asked();
        Set<String> steps = new TreeSet<>(before.keySet());
        steps.addAll(now.keySet());
        for (String step : steps) {
            int more = now.getOrDefault(step, 0) - before.getOrDefault(step, 0);
            List<AllowedRepeat> allowed = Arrays.stream(AllowedRepeat.values())
                    .filter(one -> one.flow().equals(name) && one.step().equals(step))
                    .toList();
            if (more == 1 && !allowed.isEmpty()) {
                repeated.addAll(allowed);
            } else if (more != 0) {
                wrong.add("asked for " + now.getOrDefault(step, 0) + " times instead of " + before.getOrDefault(step, 0)
                        + ": " + step);
            }
        }
    }
}
