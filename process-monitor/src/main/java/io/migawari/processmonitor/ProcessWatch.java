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
import io.migawari.processmonitor.process.Processes;
import io.migawari.processmonitor.process.Sighting;
import io.migawari.processmonitor.process.WatchedProcess;
import io.migawari.processmonitor.process.WatchedProcess.WhenLost;
import io.migawari.processmonitor.process.Where;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * the time of before. What was reported as STOPPED and is not in the list any more is awaited all the same, for who was
 * told so has to be told when it is over. Used by one thread; {@link #vitals} and {@link #change} by any.
 */
final class ProcessWatch implements Vitals.Source {

    private static final Logger log = LoggerFactory.getLogger(ProcessWatch.class);

    private final String host;
    private final Processes processes;
    private final Starts starts;
    private final ToldFacts told;
    private final Consumer<Notification> report;
    private final Time time;
    private volatile List<WatchedProcess> watched;

    private final Map<String, WatchedProcess> known = new HashMap<>();
    private final Map<String, WatchedProcess> awaited = new LinkedHashMap<>();
    private final Map<String, Standing> standings = new HashMap<>();
    private final Set<String> toldSinceStart = new HashSet<>();
    private final Map<String, String> lastWords = new HashMap<>();
    private boolean listHasChanged = true;
    private long begun;
    private volatile State state;

    /** How it goes, for other threads. */
    private record State(
            List<String> blind,
            Map<String, String> words,
            int watched,
            int lost,
            int awaited,
            long starts,
            long looks,
            Instant at) {}

    /**
     * @param host Nova's name of this host
     * @param report takes a notification and keeps it; must not wait for the network
     */
    ProcessWatch(
            String host,
            List<WatchedProcess> watched,
            Processes processes,
            Starts starts,
            ToldFacts told,
            Consumer<Notification> report,
            Time time) {
        this.host = host;
        this.watched = List.copyOf(watched);
        this.processes = processes;
        this.starts = starts;
        this.told = told;
        this.report = report;
        this.time = time;
        this.state = new State(List.of("nothing was seen yet"), Map.of(), 0, 0, 0, 0, 0, time.now());
    }

    /** A process whose entry changes is seen as for the first time; what was told about it is not forgotten. */
    void change(List<WatchedProcess> changed) {
        watched = List.copyOf(changed);
    }

    /** One round; waits for systemd to answer, and for nothing else. */
    void round() throws InterruptedException {
        List<WatchedProcess> current = watched;
        forgetWhatChanged(current);
        List<WatchedProcess> all = new ArrayList<>(current);
        all.addAll(awaited());
        Set<String> ended = starts.takeEnded();
        for (WatchedProcess process : current) {
            if (ended.contains(process.name())) {
                standings.computeIfPresent(
                        process.name(), (name, standing) -> Judge.started(process, standing, Moment.of(time)));
            }
        }
        Map<String, Sighting> sightings = processes.look(all);
        for (WatchedProcess process : all) {
            see(process, sightings.getOrDefault(process.name(), new Sighting.CannotSee("it was not looked at")));
        }
        keepState(current, sightings);
    }

    private void see(WatchedProcess process, Sighting sighting) {
        String name = process.name();
        boolean isNeeded = !(sighting instanceof Sighting.Runs || sighting instanceof Sighting.Stopped);
        if (starts.isUnderWay(name)) {
            if (isNeeded) {
                note(name, sighting, "it is being started");
                return;
            }
            starts.callOff(name, sighting.why());
        }
        Standing before = standings.computeIfAbsent(name, this::recalled);
        Judgement judgement = Judge.judge(process, before, sighting, Moment.of(time));
        standings.put(name, judgement.standing());
        note(name, sighting, judgement.verdict().why());
        if (judgement.verdict() instanceof Verdict.Tell tell) {
            tell(process, tell, before);
        } else if (judgement.verdict() instanceof Verdict.Start start) {
            begun++;
            starts.begin(process, start);
        }
    }

    /** What was reported as STOPPED, by us or by a process before this one, and is to be told when it is back. */
    private List<WatchedProcess> awaited() {
        if (listHasChanged) {
            listHasChanged = false;
            for (String name : told.subjects()) {
                Optional<Where> where = told.about(name).flatMap(Where::read);
                if (!known.containsKey(name) && where.isPresent() && isStopped(name)) {
                    awaited.put(name, WatchedProcess.awaited(name, where.get()));
                }
            }
        }
        awaited.keySet().removeIf(name -> known.containsKey(name) || !isStopped(name));
        return List.copyOf(awaited.values());
    }

    private boolean isStopped(String name) {
        return told.about(name)
                .flatMap(ProcessFact::read)
                .filter(fact -> fact.event() == ProcessFact.Event.STOPPED)
                .isPresent();
    }

    private void forgetWhatChanged(List<WatchedProcess> current) {
        Map<String, WatchedProcess> now = new HashMap<>();
        current.forEach(process -> now.put(process.name(), process));
        known.forEach((name, process) -> {
            if (!process.equals(now.get(name))) {
                standings.remove(name);
                lastWords.remove(name);
                if (now.containsKey(name)) {
                    toldSinceStart.remove(name);
                }
            }
        });
        listHasChanged |= !known.equals(now);
        known.clear();
        known.putAll(now);
    }

    private Standing recalled(String name) {
        Optional<ProcessFact> fact = told.about(name).flatMap(ProcessFact::read);
        return fact.map(Standing.UNSEEN::withTold).orElse(Standing.UNSEEN);
    }

    private void tell(WatchedProcess process, Verdict.Tell tell, Standing before) {
        String name = process.name();
        ProcessFact fact = tell.fact();
        boolean first = toldSinceStart.add(name);
        if (!first && before.told().filter(fact::equals).isPresent()) {
            return;
        }
        // Who was told that it stopped is told that it runs again, whatever the list says by then.
        boolean isReported = process.whenLost() == WhenLost.NOTIFY
                || (isStopped(name) && told.about(name).flatMap(Where::read).isPresent());
        Map<String, String> kept = new TreeMap<>(fact.texts());
        if (!isReported) {
            told.note(name, kept);
            log.atWarn()
                    .addKeyValue("process", name)
                    .log("Not reported, as when-lost says: {} since {}: {}", fact.event(), fact.since(), tell.why());
            return;
        }
        kept.putAll(process.where().texts());
        // What is in the list is told again by the next process if this one ends in between; what is only awaited is
        // not.
        boolean isListed = known.containsKey(name);
        if (isListed) {
            told.note(name, kept);
        }
        report.accept(new Notification(
                Notification.Type.PROCESS,
                host,
                fact.since(),
                Map.of("event", fact.event().name(), "process_name", name),
                Map.of("seen", tell.why(), "seen_at", time.now().toString())));
        if (!isListed) {
            told.note(name, kept);
        }
    }

    /** Logs each change of words once. */
    private void note(String name, Sighting sighting, String words) {
        if (words.equals(lastWords.put(name, words))) {
            return;
        }
        boolean fine = sighting instanceof Sighting.Runs;
        (fine ? log.atInfo() : log.atWarn()).addKeyValue("process", name).log("Seen: {}", words);
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
        state = new State(blind, words, current.size(), lost, awaited.size(), begun, state.looks() + 1, time.now());
    }

    /** Whether the last look showed every process, and none that is missing. */
    boolean isWell() {
        State current = state;
        return current.blind().isEmpty() && current.lost() == 0;
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
                                "processes_awaited",
                                "Processes that were reported as STOPPED and are not in the list any more.",
                                current.awaited()),
                        new Metric(
                                "processes_invisible",
                                "Processes about which nothing is known.",
                                current.blind().size()),
                        new Metric("process_starts_total", "Starts and restarts begun.", current.starts()),
                        new Metric("process_looks_total", "Looks at the processes.", current.looks()),
                        new Metric("process_last_look_seconds", "Time since the last look.", age.toMillis() / 1000.0)));
    }
}
