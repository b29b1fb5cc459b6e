// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.store;

import io.migawari.controller.decision.Aftermath;
import io.migawari.controller.decision.ProvenDeath;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Deaths;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.SignOfLife;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a decision about an incident has to know of what is around it; found as the real store finds it. */
final class Neighbourhood {

    /** Older signs of life are of no interest to an incident. */
    private static final Duration BEFORE_INCIDENT = Duration.ofMinutes(10);

    private final MemoryStore store;

    Neighbourhood(MemoryStore store) {
        this.store = store;
    }

    Surroundings of(Incident incident) {
        List<Incident> others = store.incidents().stream()
                .filter(other -> !other.id().equals(incident.id()))
                .toList();
        return new Surroundings(
                store.segment(incident.segment()),
                store.hosts.values().stream()
                        .filter(host -> host.segment().equals(incident.segment()))
                        .toList(),
                openHosts(Subject.WholeHost.class),
                provenDead(incident.openedAt()),
                takenByOthers(others, incident.openedAt()),
                others.stream()
                        .flatMap(other -> other.moves().stream())
                        .filter(move -> move.attempt() > 0 && isSince(move.startedAt(), incident.openedAt()))
                        .flatMap(move -> move.destination().stream())
                        .collect(Collectors.toSet()),
                openHosts(Subject.Processes.class),
                outages(incident),
                incident.subject() instanceof Subject.Instance ? deaths(incident) : Deaths.none(),
                store.host(incident.host())
                        .map(host -> store.covering(host, store.now()))
                        .orElse(List.of()),
                store.watchingSince(),
                signOfLife(incident),
                others.stream()
                        .filter(other -> other.host().equals(incident.host())
                                && other.subject() instanceof Subject.WholeHost
                                && other.phase() != Phase.DISMISSED
                                && other.phase() != Phase.SKIPPED)
                        .map(Incident::openedAt)
                        .sorted(Comparator.reverseOrder())
                        .toList(),
                aftermath(incident),
                restarts(others, incident));
    }

    /** What its own monitors report about instances and processes is one, too. */
    private Optional<SignOfLife> signOfLife(Incident incident) {
        Stream<SignOfLife> reported = store.notifications.stream()
                .filter(report -> report.host().equals(incident.hostId())
                        && report.type() != NotificationType.COMPUTE_HOST
                        && !report.generatedTime().isBefore(incident.openedAt().minus(BEFORE_INCIDENT)))
                .map(report -> new SignOfLife(
                        report.generatedTime().isBefore(report.createdAt())
                                ? report.generatedTime()
                                : report.createdAt(),
                        report.type() == NotificationType.VM ? "report about an instance" : "report about a process"));
        return Stream.concat(store.signOfLife(incident.host()).stream(), reported)
                .max(Comparator.comparing(SignOfLife::at));
    }

    private static boolean isSince(Optional<Instant> at, Instant since) {
        return at.filter(moment -> !moment.isBefore(since)).isPresent();
    }

    private Set<HostName> openHosts(Class<? extends Subject> subject) {
        return store.openRows()
                .filter(row -> subject.isInstance(row.incident.subject()))
                .map(row -> row.incident.host())
                .collect(Collectors.toSet());
    }

    private Map<HostName, ProvenDeath> provenDead(Instant since) {
        Map<HostName, ProvenDeath> found = new HashMap<>();
        for (Incident other : store.incidents()) {
            if (!(other.subject() instanceof Subject.WholeHost)) {
                continue;
            }
            boolean begun = other.phase() == Phase.ISOLATING || other.phase() == Phase.MOVING;
            boolean held = other.phase() == Phase.PROVING
                    && other.proof().isPresent()
                    && other.gate().filter(gate -> gate.kind().isApprovable()).isPresent();
            boolean closedSoon = other.phase() == Phase.CLOSING
                    && other.proof().isPresent()
                    && other.cancellation().isEmpty();
            boolean open = other.isOpen() && (begun || held || closedSoon);
            boolean closed = MemoryStore.wasRecovered(other) && isSince(other.closedAt(), since);
            if (open || closed) {
                Instant provedAt = other.evidence().stream()
                        .filter(word -> word.kind().provesDeath())
                        .map(Evidence::observedAt)
                        .max(Comparator.naturalOrder())
                        .orElse(other.openedAt());
                found.merge(
                        other.host(),
                        new ProvenDeath(provedAt, other.closedAt().orElse(Instant.MAX)),
                        ProvenDeath::orLater);
            }
        }
        return found;
    }

    private static Set<HostName> takenByOthers(List<Incident> others, Instant since) {
        Set<HostName> taken = new HashSet<>();
        for (Incident other : others) {
            for (Reservation reservation : other.reservations()) {
                boolean kept = reservation.state() == Reservation.State.KEPT
                        && (other.isOpen() || isSince(other.closedAt(), since));
                if (reservation.state() == Reservation.State.TAKEN || kept) {
                    taken.add(reservation.host());
                }
            }
        }
        return taken;
    }

    private Outages outages(Incident incident) {
        Set<HostName> out = store.openRows()
                .filter(row -> row.incident.subject() instanceof Subject.WholeHost
                        || row.incident.subject() instanceof Subject.Return)
                .map(row -> row.incident.host())
                .collect(Collectors.toSet());
        Predicate<Host> inSegment = host -> host.segment().equals(incident.segment());
        Predicate<Host> isOut = host -> out.contains(host.name());
        return new Outages(
                count(inSegment.and(isOut)),
                count(inSegment),
                count(isOut),
                count(host -> true),
                store.incidents().stream()
                        .filter(other -> other.subject() instanceof Subject.WholeHost
                                && other.segment().equals(incident.segment()))
                        .flatMap(other -> other.stormSeenAt().stream())
                        .max(Comparator.naturalOrder()));
    }

    private Deaths deaths(Incident incident) {
        List<Incident> ofSegment = store.incidents().stream()
                .filter(other -> other.subject() instanceof Subject.Instance
                        && other.segment().equals(incident.segment()))
                .toList();
        Instant aMinuteAgo = store.now().minus(Duration.ofMinutes(1));
        return new Deaths(
                (int) ofSegment.stream()
                        .filter(other -> other.openedAt().isAfter(aMinuteAgo))
                        .count(),
                ofSegment.stream()
                        .flatMap(other -> other.stormSeenAt().stream())
                        .max(Comparator.naturalOrder()));
    }

    private int count(Predicate<Host> which) {
        return (int) store.hosts.values().stream().filter(which).count();
    }

    private static List<Instant> restarts(List<Incident> others, Incident incident) {
        if (!(incident.subject() instanceof Subject.Instance instance)) {
            return List.of();
        }
        List<Instant> starts = others.stream()
                .filter(other -> other.subject() instanceof Subject.Instance same
                        && same.server().equals(instance.server()))
                .flatMap(other -> other.journal().stream()
                        .filter(entry -> entry.step() instanceof Step.Start)
                        .map(JournalEntry::intendedAt)
                        .max(Comparator.naturalOrder())
                        .stream())
                .collect(Collectors.toCollection(ArrayList::new));
        Collections.reverse(starts);
        return starts;
    }

    private Optional<Aftermath> aftermath(Incident incident) {
        if (!(incident.subject() instanceof Subject.Return coming)) {
            return Optional.empty();
        }
        Incident failure = store.row(coming.failure()).incident;
        return Optional.of(new Aftermath(
                failure.reservations().stream().anyMatch(reservation -> reservation.state() == Reservation.State.KEPT),
                failure.moves().stream()
                        .filter(move -> move.state() == MoveState.FAILED || move.state() == MoveState.LEFT)
                        .toList()));
    }
}
