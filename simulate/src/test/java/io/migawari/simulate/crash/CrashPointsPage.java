// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Step;
import io.migawari.simulate.GeneratedPage;
import io.migawari.simulate.world.Trap;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The part of docs/crash-points.md that is made from what was played ({@code -Ddocs.update=true}). */
final class CrashPointsPage {

    /** How many plays there are in which a controller dies at a call about a step. */
    private static final class Row {
        private final Map<Trap.Calls, Integer> plays = new HashMap<>();
        private int steps;

        String of(Trap.Calls kind) {
            return String.valueOf(plays.getOrDefault(kind, 0));
        }
    }

    private CrashPointsPage() {}

    static void check(List<CrashedFlow> flows) throws IOException {
        GeneratedPage.checkPart("crash-points.md", "points", made(flows));
    }

    private static String made(List<CrashedFlow> flows) {
        return scenarios(flows) + "\n" + steps(flows) + "\n" + repeats(flows);
    }

    private static String scenarios(List<CrashedFlow> flows) {
        var text = new StringBuilder(
                "| scenario | decisions written down | steps | plays with a death | with a standstill | another acts after, at most | all is over later "
                        + "by, at most |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        for (CrashedFlow flow : flows) {
            text.append("| [")
                    .append(flow.undisturbed().played().scenario().title())
                    .append("](../scenarios/takeover/")
                    .append(flow.name())
                    .append(".yaml) | ")
                    .append(calls(flow, Trap.Calls.RECORD))
                    .append(" | ")
                    .append(calls(flow, Trap.Calls.STEP))
                    .append(" | ")
                    .append(plays(List.of(flow)))
                    .append(" | ")
                    .append(times(List.of(flow)))
                    .append(" |\n");
        }
        return text.append("| all | ")
                .append(flows.stream()
                        .mapToLong(flow -> calls(flow, Trap.Calls.RECORD))
                        .sum())
                .append(" | ")
                .append(flows.stream()
                        .mapToLong(flow -> calls(flow, Trap.Calls.STEP))
                        .sum())
                .append(" | ")
                .append(plays(flows))
                .append(" | ")
                .append(times(flows))
                .append(" |\n")
                .toString();
    }

    private static long calls(CrashedFlow flow, Trap.Calls kind) {
        return flow.undisturbed().watch().calls().stream()
                .filter(call -> call.kind() == kind)
                .count();
    }

    private static String plays(List<CrashedFlow> flows) {
        return plays(flows, Trap.Effect.DIES) + " | " + plays(flows, Trap.Effect.STALLS);
    }

    private static long plays(List<CrashedFlow> flows, Trap.Effect effect) {
        return flows.stream()
                .flatMap(flow -> flow.crashes().stream())
                .filter(crash -> crash.point().effect() == effect)
                .count();
    }

    private static String times(List<CrashedFlow> flows) {
        List<Flow.Crash> crashes =
                flows.stream().flatMap(flow -> flow.crashes().stream()).toList();
        return longest(crashes.stream().flatMap(crash -> crash.takeovers().stream())) + " | "
                + longest(crashes.stream().map(Flow.Crash::delay));
    }

    private static String longest(Stream<Duration> times) {
        Duration longest = times.max(Comparator.naturalOrder()).orElse(Duration.ZERO);
        return String.format(Locale.ROOT, "%.1f s", longest.toMillis() / 1000.0);
    }

    private static String steps(List<CrashedFlow> flows) {
        Map<String, Row> rows = new TreeMap<>();
        for (CrashedFlow flow : flows) {
            Map<IncidentId, String> kinds = flow.undisturbed().incidents().stream()
                    .collect(Collectors.toMap(Incident::id, incident -> kind(incident)));
            for (Flow.Crash crash : flow.crashes()) {
                if (crash.point().effect() != Trap.Effect.DIES) {
                    continue;
                }
                Call call = crash.point().call();
                call.steps().stream().map(CrashPointsPage::name).distinct().forEach(step -> {
                    Row row = rows.computeIfAbsent(kinds.get(call.incident()) + " | " + step, unused -> new Row());
                    row.plays.merge(call.kind(), 1, Integer::sum);
                    boolean isFirst =
                            call.kind() == Trap.Calls.STEP && crash.point().moment() == Trap.Moment.BEFORE;
                    row.steps += isFirst ? 1 : 0;
                });
            }
        }
        return rows.entrySet().stream()
                .map(row -> "| " + row.getKey() + " | " + row.getValue().steps + " | "
                        + row.getValue().of(Trap.Calls.RECORD) + " | "
                        + row.getValue().of(Trap.Calls.STEP) + " | "
                        + row.getValue().of(Trap.Calls.RESULT) + " |\n")
                .collect(Collectors.joining("", """
                        | what is recovered | step | steps | deaths at the intent | at the call | at the result |
                        | --- | --- | --- | --- | --- | --- |
                        """, ""));
    }

    private static String kind(Incident incident) {
        return switch (incident.subject().kind()) {
            case "host" -> "a host";
            case "vm" -> "an instance";
            case "process" -> "a process";
            case "return" -> "a host that comes back";
            default -> throw new AssertionError(incident.subject());
        };
    }

    private static String name(Step step) {
        return "`" + step.getClass().getSimpleName() + "`";
    }

    private static String repeats(List<CrashedFlow> flows) {
        return Arrays.stream(AllowedRepeat.values())
                .map(repeat -> "| " + repeat.step() + " | "
                        + flows.stream()
                                .flatMap(flow -> flow.crashes().stream())
                                .filter(crash -> crash.repeated().contains(repeat))
                                .count()
                        + " | " + repeat.why() + " |\n")
                .collect(Collectors.joining(
                        "", "| asked for once more | in plays | why that does no harm |\n| --- | --- | --- |\n", ""));
    }
}
