// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import io.migawari.hostmonitor.judgement.HostFact;
import io.migawari.hostmonitor.judgement.Judge;
import io.migawari.hostmonitor.judgement.Judgement;
import io.migawari.hostmonitor.judgement.Memory;
import io.migawari.hostmonitor.judgement.Verdict;
import io.migawari.hostmonitor.membership.Membership;
import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.monitor.life.Vitals;
import io.migawari.monitor.life.Vitals.Metric;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.spool.ToldFacts;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, judges, looks again before it says anything, and tells: each fact when it comes about, and every present fact once
 * after a start, because whatever happened while nobody watched must be heard of too. Used by one thread; {@link #vitals}
 * by any.
 */
final class HostWatch implements Vitals.Source {

    private static final Logger log = LoggerFactory.getLogger(HostWatch.class);

    /** Fencing and joining take a while, and more follows what has just changed. */
    private static final Duration SETTLING = Duration.ofSeconds(15);

    private final Membership membership;
    private volatile Rules rules;
    private final ToldFacts told;
    private final Consumer<Notification> report;
    private final String bootId;
    private final Time time;

    /** What SIGHUP may change. */
    record Rules(Judge judge, HostNames names) {}

    /** How it goes, for other threads. */
    private record State(Optional<String> blind, Map<String, String> waits, long looks, long blindLooks, Instant at) {}

    private final Set<String> toldSinceStart = new HashSet<>();
    private final Map<String, String> lastWords = new HashMap<>();
    private Memory memory = Memory.EMPTY;
    private Sighting lastSighting = new Sighting.CannotSee("nothing was seen yet");
    private Deadline settled;
    private volatile State state;

    /**
     * @param report takes a notification and keeps it; must not wait for the network
     * @param bootId which boot of this machine sees it
     */
    HostWatch(
            Membership membership,
            Rules rules,
            ToldFacts told,
            Consumer<Notification> report,
            String bootId,
            Time time) {
        this.membership = membership;
        this.rules = rules;
        this.told = told;
        this.report = report;
        this.bootId = bootId;
        this.time = time;
        this.settled = time.deadlineAfter(SETTLING);
        this.state = new State(Optional.of("nothing was seen yet"), Map.of(), 0, 0, time.now());
    }

    void change(Rules changed) {
        rules = changed;
    }

    /** Whether the last round saw the cluster as for a while before, and waits for no row of equal sightings. */
    boolean isSettled() {
        return lastSighting instanceof Sighting.Partition
                && settled.isPast()
                && memory.losses().values().stream().noneMatch(rules.judge()::isInARow);
    }

    /**
     * One round.
     *
     * @return whether the cluster is not as it was in the round before
     */
    boolean round() throws InterruptedException {
        Rules current = rules;
        Sighting sighting = isSettled() ? membership.glance() : membership.look();
        boolean different = !sighting.equals(lastSighting);
        if (different) {
            settled = time.deadlineAfter(SETTLING);
        }
        lastSighting = sighting;
        if (sighting instanceof Sighting.Partition partition) {
            recall(partition.hosts().keySet());
        }
        Judgement judgement = current.judge().judge(memory, sighting, time.now());
        memory = judgement.memory();
        note(sighting, judgement);
        List<String> news = judgement.verdicts().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Verdict.Tell tell && isNews(entry.getKey(), tell.fact()))
                .map(Map.Entry::getKey)
                .toList();
        if (!news.isEmpty()) {
            confirm(current, judgement, news);
        }
        return different;
    }

    /** Nova's name of this host, if the last look showed it as a full member of a side that has quorum. */
    Optional<String> wellAs() {
        return lastSighting instanceof Sighting.Partition partition
                        && partition.quorate()
                        && partition
                                .host(partition.self())
                                .filter(self -> self.standing().runs())
                                .isPresent()
                ? rules.names().novaName(partition.self())
                : Optional.empty();
    }

    private void confirm(Rules current, Judgement judgement, List<String> news) throws InterruptedException {
        // Between the look and now anything may have happened; what is told is what two looks in a row have shown.
        Sighting again = membership.look();
        Judgement confirmed = current.judge().judge(memory, again, time.now());
        for (String node : news) {
            if (again instanceof Sighting.Partition partition
                    && judgement.verdicts().get(node) instanceof Verdict.Tell first
                    && confirmed.verdicts().get(node) instanceof Verdict.Tell second
                    && isSame(first.fact(), second.fact())) {
                tell(node, first, partition, current.names());
            } else {
                log.atInfo().addKeyValue("host", node).log("Not reported: a second look does not show the same");
            }
        }
    }

    /** Facts that a process before this one has told. */
    private void recall(Set<String> nodes) {
        Map<String, HostFact> facts = new HashMap<>(memory.facts());
        nodes.forEach(node -> {
            if (!facts.containsKey(node)) {
                told.about(node).flatMap(HostFact::read).ifPresent(fact -> facts.put(node, fact));
            }
        });
        memory = memory.with(facts);
    }

    private boolean isNews(String node, HostFact fact) {
        return !toldSinceStart.contains(node)
                || memory.fact(node).filter(fact::equals).isEmpty();
    }

    private static boolean isSame(HostFact one, HostFact other) {
        return one.kind() == other.kind() && (one.kind() != HostFact.Kind.FENCED || one.equals(other));
    }

    private void tell(String node, Verdict.Tell verdict, Sighting.Partition partition, HostNames names) {
        HostFact fact = verdict.fact();
        Optional<HostFact> before = memory.fact(node);
        Map<String, HostFact> facts = new HashMap<>(memory.facts());
        facts.put(node, fact);
        memory = memory.with(facts);
        told.note(node, fact.texts());
        boolean first = toldSinceStart.add(node);
        boolean onlyItsPastChanged = before.filter(
                        b -> b.kind() == fact.kind() && b.since().equals(fact.since()))
                .isPresent();
        if (fact.kind().isTold() && (first || !onlyItsPastChanged)) {
            names.novaName(node)
                    .map(nova -> notification(nova, verdict, partition))
                    .ifPresent(report);
        }
    }

    private Notification notification(String novaName, Verdict.Tell verdict, Sighting.Partition partition) {
        HostFact fact = verdict.fact();
        Map<String, String> payload = switch (fact.kind()) {
            case PRESENT -> throw new AssertionError(fact);
            case RETURNED -> Map.of("event", "STARTED", "cluster_status", "ONLINE", "host_status", "NORMAL");
            case FENCED -> Map.of("event", "STOPPED", "cluster_status", "OFFLINE", "host_status", "NORMAL");
            case LOST -> Map.of("event", "STOPPED", "cluster_status", "OFFLINE", "host_status", "UNKNOWN");
        };
        Map<String, String> evidence = new HashMap<>();
        evidence.put("seen_by", partition.self());
        evidence.put("seen_at", time.now().toString());
        evidence.put("seen_by_boot", bootId);
        evidence.put("quorum", Boolean.toString(partition.quorate()));
        evidence.put("seen", verdict.why());
        verdict.fencing().ifPresent(fencing -> {
            evidence.put("fenced_at", fencing.at().toString());
            evidence.put("fenced_by", fencing.by());
            evidence.put("fence_action", fencing.action());
        });
        return new Notification(Notification.Type.COMPUTE_HOST, novaName, fact.since(), payload, evidence);
    }

    /** Keeps what others ask for, and logs each change of words once. */
    private void note(Sighting sighting, Judgement judgement) {
        State before = state;
        Optional<String> blind =
                sighting instanceof Sighting.CannotSee cannot ? Optional.of(cannot.why()) : silence(sighting);
        if (!blind.equals(before.blind())) {
            if (blind.isPresent()) {
                log.atWarn().log("Nothing can be said about any host: {}", blind.get());
            } else {
                log.atInfo().log("The cluster is seen");
            }
        }
        Map<String, String> waits = new HashMap<>();
        judgement.verdicts().forEach((node, verdict) -> {
            if (verdict instanceof Verdict.Wait) {
                waits.put(node, verdict.why());
            }
            if (!verdict.why().equals(lastWords.put(node, verdict.why())) && blind.isEmpty()) {
                log.atInfo()
                        .addKeyValue("host", node)
                        .log(
                                verdict instanceof Verdict.Wait ? "Not reported: {}" : "Seen in the cluster: {}",
                                verdict.why());
            }
        });
        state = new State(
                blind,
                Map.copyOf(waits),
                before.looks() + 1,
                before.blindLooks() + (sighting instanceof Sighting.CannotSee ? 1 : 0),
                time.now());
    }

    private static Optional<String> silence(Sighting sighting) {
        return sighting instanceof Sighting.Partition partition && !partition.quorate()
                ? Optional.of("this side of the cluster has no quorum")
                : Optional.empty();
    }

    @Override
    public Vitals vitals() {
        State current = state;
        List<String> troubles = new ArrayList<>();
        current.blind().ifPresent(troubles::add);
        Duration age = Duration.between(current.at(), time.now());
        return new Vitals(
                troubles,
                Map.of("not_reported", current.waits().toString()),
                List.of(
                        new Metric("membership_looks_total", "Looks at the cluster.", current.looks()),
                        new Metric("membership_blind_looks_total", "Looks that showed nothing.", current.blindLooks()),
                        new Metric(
                                "membership_visible",
                                "1 if the cluster is seen and has quorum.",
                                current.blind().isEmpty() ? 1 : 0),
                        new Metric(
                                "membership_last_look_seconds", "Time since the last look.", age.toMillis() / 1000.0)));
    }
}
