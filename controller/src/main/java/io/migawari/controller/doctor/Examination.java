// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor;

import io.migawari.config.AlertSettings;
import io.migawari.config.RecoverySettings;
import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.cloud.Survey;
import io.migawari.controller.decision.Seen;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.doctor.check.Checks;
import io.migawari.controller.doctor.check.Facts;
import io.migawari.controller.doctor.check.Facts.Member;
import io.migawari.controller.doctor.check.Finding;
import io.migawari.controller.fencing.Fencing;
import io.migawari.controller.foresight.Picture;
import io.migawari.controller.foresight.Plan;
import io.migawari.controller.foresight.Surveyor;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.ops.Readiness;
import io.migawari.controller.store.DatabaseClock;
import io.migawari.controller.store.Registry;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Looks at everything once and asks every check. Changes nothing. Safe for any thread; waits for the cloud and for fencing devices. */
public final class Examination {

    /** Devices are slow, and there are many; nobody asks this often. */
    private static final int DEVICES_AT_ONCE = 16;

    /**
     * What was found.
     *
     * @param checks how many were asked
     */
    public record Result(Instant at, int checks, List<Finding> findings) {

        public Result {
            findings = List.copyOf(findings);
        }
    }

    private final Registry registry;
    private final Cloud cloud;
    private final Survey survey;
    private final Fencing fencing;
    private final Surveyor surveyor;
    private final Readiness readiness;
    private final DatabaseClock databaseClock;
    private final RecoverySettings settings;
    private final AlertSettings alerts;
    private final Duration patience;
    private final Time time;

    public Examination(
            Registry registry,
            Cloud cloud,
            Survey survey,
            Fencing fencing,
            Surveyor surveyor,
            Readiness readiness,
            DatabaseClock databaseClock,
            RecoverySettings settings,
            AlertSettings alerts,
            Duration patience,
            Time time) {
        this.registry = registry;
        this.cloud = cloud;
        this.survey = survey;
        this.fencing = fencing;
        this.surveyor = surveyor;
        this.readiness = readiness;
        this.databaseClock = databaseClock;
        this.settings = settings;
        this.alerts = alerts;
        this.patience = patience;
        this.time = time;
    }

    /** Throws {@link io.migawari.db.DatabaseException} when the database is away: there is nothing to look at then. */
    public Result examine() throws InterruptedException {
        Facts facts = facts();
        List<Finding> findings = new ArrayList<>();
        Checks.ALL.forEach(check -> findings.addAll(check.look(facts)));
        findings.sort(Comparator.comparing(Finding::severity)); // stable: the checks' order within
        return new Result(facts.now(), Checks.ALL.size(), findings);
    }

    private Facts facts() throws InterruptedException {
        Readiness.State state = readiness.look();
        Map<SegmentId, Segment> segments = new LinkedHashMap<>();
        registry.allSegments().forEach(segment -> segments.put(segment.id(), segment));
        var asking = new Asking();
        var access = asking.ask(() -> survey.access(patience));
        var services = asking.ask(() -> cloud.computeServices(patience));
        var residents = asking.ask(() -> survey.residents(patience));
        var aggregates = asking.ask(() -> cloud.aggregates(patience));
        var rooms = asking.ask(() -> survey.rooms(patience));
        var groups = asking.ask(() -> survey.serverGroups(patience));
        var zones = asking.ask(() -> survey.zones(patience));
        var unfinished = asking.ask(() -> survey.unfinishedEvacuations(patience));
        List<Member> members = members(segments);
        Optional<Picture> picture = services.known()
                .flatMap(known -> residents
                        .known()
                        .map(there -> new Picture(time.now(), known, there, aggregates, rooms, groups, zones)));
        List<Plan> plans = picture.map(seen -> members.stream()
                        .filter(member -> !member.hasFailed() && has(seen, member))
                        .map(member -> surveyor.plan(member.host(), member.around(), seen))
                        .toList())
                .orElse(List.of());
        return new Facts(
                time.now(),
                settings,
                alerts.webhooks().size(),
                state.isReady() ? Optional.empty() : Optional.of(state.database()),
                databaseAhead(),
                access,
                services,
                residents,
                aggregates,
                rooms,
                groups,
                zones,
                unfinished,
                List.copyOf(segments.values()),
                members,
                plans);
    }

    private static boolean has(Picture picture, Member member) {
        return picture.services().stream().anyMatch(service -> service.host().equals(member.name()));
    }

    private Seen<Long> databaseAhead() {
        Instant before = time.now();
        Instant there = databaseClock.now();
        Instant after = time.now();
        Instant middle = before.plus(Duration.between(before, after).dividedBy(2));
        return new Seen.Known<>(Duration.between(middle, there).toMillis(), after);
    }

    private List<Member> members(Map<SegmentId, Segment> segments) throws InterruptedException {
        List<Host> hosts = registry.allHosts().stream()
                .filter(host -> segments.containsKey(host.segment()))
                .toList();
        Map<Host, Seen<Power>> powers = powers(hosts);
        return hosts.stream()
                .map(host -> {
                    Surroundings around = surveyor.surroundings(host);
                    return new Member(
                            host,
                            around.segment(),
                            around,
                            around.reportedDead().contains(host.name()),
                            fencing.covers(host.name()),
                            powers.getOrDefault(host, new Seen.NotAsked<>()));
                })
                .toList();
    }

    private Map<Host, Seen<Power>> powers(List<Host> hosts) throws InterruptedException {
        List<Host> covered =
                hosts.stream().filter(host -> fencing.covers(host.name())).toList();
        if (covered.isEmpty()) {
            return Map.of();
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(DEVICES_AT_ONCE, covered.size()));
        try {
            List<Callable<Power>> questions = covered.stream()
                    .map(host -> (Callable<Power>) () -> fencing.power(host.name()))
                    .toList();
            List<Future<Power>> answers = threads.invokeAll(questions);
            Map<Host, Seen<Power>> powers = new HashMap<>();
            for (int i = 0; i < covered.size(); i++) {
                powers.put(covered.get(i), power(answers.get(i)));
            }
            return powers;
        } finally {
            threads.shutdownNow();
        }
    }

    private Seen<Power> power(Future<Power> answer) throws InterruptedException {
        try {
            return new Seen.Known<>(answer.get(), time.now());
        } catch (ExecutionException e) {
            return new Seen.Unknown<>("a mistake of ours: " + e.getCause());
        }
    }

    private interface Read<T> {
        T read() throws CloudException, InterruptedException;
    }

    /** Asks one question after another, and none any more once it is clear that nobody answers. */
    private final class Asking {

        private boolean nobodyAnswers;

        <T> Seen<T> ask(Read<T> read) throws InterruptedException {
            if (nobodyAnswers) {
                return new Seen.NotAsked<>();
            }
            Instant asked = time.now();
            try {
                return new Seen.Known<>(read.read(), asked);
            } catch (CloudException e) {
                switch (e.kind()) {
                    case UNREACHABLE, TIMED_OUT, UNAUTHORIZED -> nobodyAnswers = true;
                    case UNAVAILABLE, FORBIDDEN, NOT_FOUND, CONFLICT, REJECTED, THROTTLED, GARBLED, UNSUITABLE -> {
                        // about this question alone
                    }
                }
                return new Seen.Unknown<>(e.words());
            }
        }
    }
}
