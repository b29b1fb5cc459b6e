// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor;

import io.migawari.monitor.life.Vitals;
import io.migawari.monitor.life.Vitals.Metric;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.spool.ToldFacts;
import io.migawari.processmonitor.judgement.Judge;
import io.migawari.processmonitor.judgement.Judgement;
import io.migawari.processmonitor.judgement.Moment;
import io.migawari.processmonitor.judgement.ProcessFact;
import io.migawari.processmonitor.judgement.Standing;
import io.migawari.processmonitor.judgement.Verdict;
import io.migawari.processmonitor.local.Commands;
import io.migawari.processmonitor.process.Processes;
import io.migawari.processmonitor.process.Sighting;
import io.migawari.processmonitor.process.WatchedProcess;
import io.migawari.processmonitor.process.WatchedProcess.WhenLost;
import io.migawari.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, judges, tells and starts. What was told by a process before this one is told once more if it still holds, with
 * the time of before. Used by one thread; {@link #vitals} and {@link #change} by any.
 */
final class ProcessWatch implements Vitals.Source {

    private static final Logger log = LoggerFactory.getLogger(ProcessWatch.class);

    private final String host;
    private final Processes processes;
    private final Commands commands;
    private final ToldFacts told;
    private final Consumer<Notification> report;
    private final Time time;
    private volatile List<WatchedProcess> watched;

    private final Map<String, WatchedProcess> known = new HashMap<>();
    private final Map<String, Standing> standings = new HashMap<>();
    private final Set<String> toldSinceStart = new HashSet<>();
    private final Map<String, String> lastWords = new HashMap<>();
    private long starts;
    private volatile State state;

    /** How it goes, for other threads. */
    private record State(
            List<String> blind,
            Map<String, String> words,
            int watched,
            int lost,
            long starts,
            long looks,
            Instant at) {}

    /** One start that was decided on. */
    private record Due(WatchedProcess process, Verdict.Start start) {}

    /**
     * @param host Nova's name of this host
     * @param report takes a notification and keeps it; must not wait for the network
     */
    ProcessWatch(
            String host,
            List<WatchedProcess> watched,
            Processes processes,
            Commands commands,
            ToldFacts told,
            Consumer<Notification> report,
            Time time) {
        this.host = host;
        this.watched = List.copyOf(watched);
        this.processes = processes;
        this.commands = commands;
        this.told = told;
        this.report = report;
        this.time = time;
        this.state = new State(List.of("nothing was seen yet"), Map.of(), 0, 0, 0, 0, time.now());
    }

    /** A process whose entry changes is seen as for the first time; what was told about it is not forgotten. */
    void change(List<WatchedProcess> changed) {
        watched = List.copyOf(changed);
    }

    /** One round. What is to be told is told first, because commands take their time. */
    void round() throws InterruptedException {
        List<WatchedProcess> current = watched;
        forgetWhatChanged(current);
        Map<String, Sighting> sightings = processes.look(current);
        List<Due> due = new ArrayList<>();
        for (WatchedProcess process : current) {
            String name = process.name();
            Sighting sighting = sightings.getOrDefault(name, new Sighting.CannotSee("it was not looked at"));
            Standing before = standings.computeIfAbsent(name, this::recalled);
            Judgement judgement = Judge.judge(process, before, sighting, Moment.of(time));
            standings.put(name, judgement.standing());
            note(name, sighting, judgement.verdict());
            if (judgement.verdict() instanceof Verdict.Tell tell) {
                tell(process, tell, before);
            } else if (judgement.verdict() instanceof Verdict.Start start) {
                due.add(new Due(process, start));
            }
        }
        keepState(current, sightings);
        for (Due start : due) {
            start(start);
        }
    }

    private void forgetWhatChanged(List<WatchedProcess> current) {
        Map<String, WatchedProcess> now = new HashMap<>();
        current.forEach(process -> now.put(process.name(), process));
        known.forEach((name, process) -> {
            if (!process.equals(now.get(name))) {
                standings.remove(name);
                lastWords.remove(name);
                toldSinceStart.remove(name);
            }
        });
        known.clear();
        known.putAll(now);
    }

    private Standing recalled(String name) {
        return Standing.UNSEEN.with(told.about(name).flatMap(ProcessFact::read));
    }

    private void tell(WatchedProcess process, Verdict.Tell tell, Standing before) {
        String name = process.name();
        ProcessFact fact = tell.fact();
        boolean first = toldSinceStart.add(name);
        if (!first && before.told().filter(fact::equals).isPresent()) {
            return;
        }
        told.note(name, fact.texts());
        if (process.whenLost() == WhenLost.LOG) {
            log.atWarn().addKeyValue("process", name).log("{} since {}: {}", fact.event(), fact.since(), tell.why());
            return;
        }
        report.accept(new Notification(
                Notification.Type.PROCESS,
                host,
                fact.since(),
                Map.of("event", fact.event().name(), "process_name", name),
                Map.of("seen", tell.why(), "seen_at", time.now().toString())));
    }

    /** Unless another look, for an earlier command may have taken long, shows that it is no longer needed. */
    private void start(Due due) throws InterruptedException {
        WatchedProcess process = due.process();
        Optional<Sighting> again =
                Optional.ofNullable(processes.look(List.of(process)).get(process.name()));
        if (again.isEmpty()
                || again.get() instanceof Sighting.Runs
                || again.get() instanceof Sighting.Stopped
                || again.get() instanceof Sighting.CannotSee) {
            log.atInfo()
                    .addKeyValue("process", process.name())
                    .log("Not started: a second look does not show the same");
            return;
        }
        starts++;
        String words = String.join(" ", due.start().command());
        log.atWarn()
                .addKeyValue("process", process.name())
                .log(
                        "Start {} of {} by {}: {}",
                        due.start().attempt(),
                        process.tries(),
                        words,
                        due.start().why());
        try {
            int exit = commands.run(due.start().command(), process.commandTimeout());
            if (exit != 0) {
                log.atWarn().addKeyValue("process", process.name()).log("{} ended with {}", words, exit);
            }
        } catch (IOException | Commands.TooSlowException e) {
            log.atWarn().addKeyValue("process", process.name()).log("Not started: {}", e.getMessage());
        }
    }

    /** Logs each change of words once. */
    private void note(String name, Sighting sighting, Verdict verdict) {
        if (verdict.why().equals(lastWords.put(name, verdict.why()))) {
            return;
        }
        boolean fine = sighting instanceof Sighting.Runs;
        (fine ? log.atInfo() : log.atWarn()).addKeyValue("process", name).log("Seen: {}", verdict.why());
    }

    private void keepState(List<WatchedProcess> current, Map<String, Sighting> sightings) {
        List<String> blind = new ArrayList<>();
        Map<String, String> words = new TreeMap<>();
        int lost = 0;
        for (WatchedProcess process : current) {
            String name = process.name();
            if (sightings.get(name) instanceof Sighting.CannotSee cannot) {
                blind.add(name + " cannot be seen: " + cannot.why());
            }
            words.put(name, lastWords.getOrDefault(name, ""));
            lost += standings.getOrDefault(name, Standing.UNSEEN).loss().isPresent() ? 1 : 0;
        }
        state = new State(blind, words, current.size(), lost, starts, state.looks() + 1, time.now());
    }

    @Override
    public Vitals vitals() {
        State current = state;
        Duration age = Duration.between(current.at(), time.now());
        return new Vitals(
                current.blind(),
                Map.of("processes", current.words().toString()),
                List.of(
                        new Metric("processes_watched", "Processes that are watched.", current.watched()),
                        new Metric(
                                "processes_lost", "Processes that are missing or not back for long.", current.lost()),
                        new Metric(
                                "processes_invisible",
                                "Processes about which nothing is known.",
                                current.blind().size()),
                        new Metric("process_starts_total", "Start and restart commands run.", current.starts()),
                        new Metric("process_looks_total", "Looks at the processes.", current.looks()),
                        new Metric("process_last_look_seconds", "Time since the last look.", age.toMillis() / 1000.0)));
    }
}
