// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.foresight;

import io.migawari.controller.decision.Decider;
import io.migawari.controller.decision.Decision;
import io.migawari.controller.decision.InstanceTable;
import io.migawari.controller.decision.Policy;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.foresight.Plan.End;
import io.migawari.controller.foresight.Plan.Fate;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.cloud.Resident;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Plays the recovery of a host through, from its death to the end: the decisions are those of {@link Decider}, Nova is on
 * paper, and time passes as fast as the decisions ask for it. Pure.
 */
public final class Rehearsal {

    /** Longer than the longest pause between two tries: when nothing new was tried for so long, nothing new will be. */
    private static final Duration STUCK_AFTER = Duration.ofMinutes(2);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final long EPOCH = 1;

    private final Surroundings around;
    private final Policy policy;
    private final Picture picture;
    private final HostName host;
    private final PaperNova nova;
    private final Set<Step> tried = new HashSet<>();
    private Incident incident;
    private Instant now;

    private Rehearsal(Host host, Surroundings around, Policy policy, Picture picture, Instant now) {
        this.around = around;
        this.policy = policy;
        this.picture = picture;
        this.host = host.name();
        this.nova = new PaperNova(picture, host.name());
        this.now = now;
        this.incident = incident(host, Phase.ISOLATING, now);
    }

    /** What would happen if this host died now, and its death were proved. */
    public static Plan play(Host host, Surroundings around, Policy policy, Picture picture, Instant now) {
        var rehearsal = new Rehearsal(host, around, policy, picture, now);
        Optional<Plan.Hold> held = rehearsal.whatHoldsIt(host);
        rehearsal.play();
        return rehearsal.plan(held);
    }

    /** An incident that nobody has stored. */
    static Incident incident(Host host, Phase phase, Instant now) {
        var death = new Evidence(Evidence.Kind.POWER_OFF, "a plan", now, "as if its power read as off");
        return Incident.opened(new IncidentId(new UUID(0, 0)), new Subject.WholeHost(), host, "as if it were dead", now)
                .edit()
                .epoch(EPOCH)
                .phase(phase)
                .add(death)
                .done();
    }

    /** The gate that is shut before anything is begun. What comes after is played as if it had opened. */
    private Optional<Plan.Hold> whatHoldsIt(Host failed) {
        Incident first = incident(failed, Phase.PROVING, now);
        Incident next = Decider.decide(first, nova.observe(withOneMoreOut(around), now), policy, now)
                .next();
        return next.phase() == Phase.PROVING ? next.gate().map(gate -> hold(gate, next)) : Optional.empty();
    }

    /** Its own death would count as well. */
    private static Surroundings withOneMoreOut(Surroundings around) {
        Outages out = around.outages();
        return around.with(new Outages(
                out.inSegment() + 1, out.hostsInSegment(), out.overall() + 1, out.hostsOverall(), out.stormSeenAt()));
    }

    private static Plan.Hold hold(Gate gate, Incident incident) {
        return new Plan.Hold(
                gate.kind().name(), gate.words(), incident.nextStep().orElse(""));
    }

    private void play() {
        Instant newest = now;
        while (incident.isOpen() && now.isBefore(newest.plus(STUCK_AFTER))) {
            Decision decision = Decider.decide(incident, nova.observe(around, now), policy, now);
            incident = withJournal(decision.next(), decision.steps());
            for (Step step : decision.steps()) {
                nova.carryOut(step, now);
                if (tried.add(step)) {
                    newest = now;
                }
            }
            Duration pause = decision.lookAgain();
            now = now.plus(pause.compareTo(SHORTEST_PAUSE) > 0 ? pause : SHORTEST_PAUSE);
        }
    }

    private Incident withJournal(Incident next, List<Step> steps) {
        List<JournalEntry> journal = new ArrayList<>(next.journal());
        for (Step step : steps) {
            journal.add(new JournalEntry(
                    journal.size() + 1L,
                    EPOCH,
                    step,
                    now,
                    Optional.of(new Outcome.Accepted(Optional.empty())),
                    Optional.of(now)));
        }
        return next.edit().journal(journal).done();
    }

    private Plan plan(Optional<Plan.Hold> held) {
        Map<ServerId, Resident> residents = new LinkedHashMap<>();
        picture.residents().forEach(resident -> residents.put(resident.server().id(), resident));
        List<Fate> fates = incident.moves().stream()
                .sorted(Comparator.comparingInt(Move::rank))
                .map(move -> fate(move, Optional.ofNullable(residents.get(move.server()))))
                .toList();
        List<HostName> takes = new ArrayList<>();
        incident.journal().forEach(entry -> {
            if (entry.step() instanceof Step.Evacuate evacuate) {
                evacuate.destination()
                        .filter(to -> around.hosts().stream()
                                .anyMatch(known ->
                                        known.reserved() && known.name().equals(to)))
                        .filter(to -> !takes.contains(to))
                        .ifPresent(takes::add);
            }
        });
        return new Plan(picture.at(), host, around.segment().name(), held, takes, fates, caveats(fates, residents));
    }

    private Fate fate(Move move, Optional<Resident> resident) {
        boolean byNova = lastAsked(move.server()).filter(Optional::isEmpty).isPresent();
        return switch (move.state()) {
            case SUCCEEDED ->
                new Fate(
                        move.server(),
                        move.serverName(),
                        move.former(),
                        End.MOVES,
                        nova.hostOf(move.server()),
                        byNova,
                        move.words());
            case LEFT -> {
                boolean isLoss = resident.map(Resident::server)
                        .map(server -> InstanceTable.treat(server, policy.instances()))
                        .filter(treatment -> treatment instanceof InstanceTable.Treatment.Leave leave && leave.isLoss())
                        .isPresent();
                yield new Fate(
                        move.server(),
                        move.serverName(),
                        move.former(),
                        isLoss ? End.CANNOT_BE_MOVED : End.NOT_TO_BE_MOVED,
                        Optional.empty(),
                        false,
                        move.words());
            }
            case PLANNED, EVACUATING, RESTORING, FAILED ->
                new Fate(
                        move.server(),
                        move.serverName(),
                        move.former(),
                        End.FITS_NOWHERE,
                        Optional.empty(),
                        false,
                        nova.refusal(move.server()).orElse(move.words()));
        };
    }

    private Optional<Optional<HostName>> lastAsked(ServerId server) {
        Optional<Optional<HostName>> last = Optional.empty();
        for (JournalEntry entry : incident.journal()) {
            if (entry.step() instanceof Step.Evacuate evacuate
                    && evacuate.server().equals(server)) {
                last = Optional.of(evacuate.destination());
            }
        }
        return last;
    }

    private List<String> caveats(List<Fate> fates, Map<ServerId, Resident> residents) {
        Set<String> caveats = new LinkedHashSet<>();
        if (incident.moves().isEmpty()) {
            return List.of();
        }
        picture.rooms().whyUnknown().ifPresent(why -> caveats.add("What is free is not known: " + why));
        picture.groups()
                .whyUnknown()
                .ifPresent(why -> caveats.add("Server groups could not be read and are left out: " + why));
        if (fates.stream().anyMatch(Fate::chosenByNova)) {
            caveats.add(
                    "Where Nova's scheduler puts an instance is its own affair; shown is the host with the most free memory");
        }
        for (Fate fate : fates) {
            Resident resident = residents.get(fate.server());
            if (fate.end() != End.MOVES || resident == null) {
                continue;
            }
            resident.needsMore()
                    .ifPresent(more -> caveats.add(
                            fate.name() + " needs " + more + " as well; whether there is one, only Nova can tell"));
            fate.destination()
                    .filter(to -> nova.leavesItsZone(resident, to))
                    .ifPresent(to -> caveats.add(fate.name() + " would leave the zone "
                            + resident.zone().orElse("") + ": Nova refuses that if it was created for this zone"));
        }
        return List.copyOf(caveats);
    }
}
