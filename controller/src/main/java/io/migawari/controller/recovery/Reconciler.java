// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.recovery;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.decision.Decider;
import io.migawari.controller.decision.Decision;
import io.migawari.controller.decision.Observation;
import io.migawari.controller.decision.Policy;
import io.migawari.controller.decision.Story;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Phase;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.LeaseLostException;
import io.migawari.controller.work.Passed;
import io.migawari.controller.work.StepRunner;
import io.migawari.time.Time;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One pass over one incident: look at the world, decide, write the decision down with what it intends, then do that. It is
 * repeated until the incident is over; nothing is remembered between two passes but what is in the database. Safe for any
 * thread; nobody must run two passes over one incident at the same time.
 */
final class Reconciler {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    private final Incidents incidents;
    private final Observer observer;
    private final StepRunner<IncidentId, Lease> steps;
    private final RecoverySettings settings;
    private final Time time;

    Reconciler(
            Incidents incidents,
            Observer observer,
            StepRunner<IncidentId, Lease> steps,
            RecoverySettings settings,
            Time time) {
        this.incidents = incidents;
        this.observer = observer;
        this.steps = steps;
        this.settings = settings;
        this.time = time;
    }

    /** @throws LeaseLostException if the incident belongs to another controller now */
    Passed pass(Lease lease) throws LeaseLostException, InterruptedException {
        Incident incident = incidents.read(lease);
        Surroundings surroundings = incidents.surroundings(incident);
        Policy policy = Policy.of(settings, surroundings.segment().name());

        Observation seen = heardMeanwhile(incident, observer.observe(incident, policy, surroundings));
        Decision decision = Decider.decide(incident, seen, policy, time.now());
        List<JournalEntry> intended = record(lease, incident, decision);
        steps.carryOut(lease, intended);

        return new Passed(!decision.next().isOpen(), decision.lookAgain());
    }

    /**
     * To ask the cloud takes time, in which a host that is taken for dead may have spoken for itself, or a person for it. Its
     * nova-compute may start upon that, as long as nothing is begun (docs/decisions/0028-nova-compute-waits.md).
     */
    private Observation heardMeanwhile(Incident incident, Observation seen) {
        return incident.phase() == Phase.PROVING ? seen.in(incidents.surroundings(incident)) : seen;
    }

    private List<JournalEntry> record(Lease lease, Incident before, Decision decision) throws LeaseLostException {
        boolean nothingNew = decision.steps().isEmpty() && decision.next().equals(before);
        if (nothingNew) {
            return List.of();
        }
        Instant now = time.now();
        List<JournalEntry> intended = incidents.record(lease, before, decision, now);
        tell(before, decision);
        return intended;
    }

    private static void tell(Incident before, Decision decision) {
        Incident next = decision.next();

        for (Story.Line line : Story.of(before, decision)) {
            LoggingEventBuilder event = log.atLevel(level(line))
                    .addKeyValue("event", line.kind().event())
                    .addKeyValue("incident", next.id())
                    .addKeyValue("host", next.host());
            if (line.server().isPresent()) {
                event = event.addKeyValue("server", line.server().get());
            }
            event.log(line.words());
        }
    }

    /** Whoever reads of a recovery that has ended badly has to act; otherwise it may still end well. */
    private static Level level(Story.Line line) {
        if (line.kind() == Story.Kind.ENDED_BADLY) {
            return Level.ERROR;
        }
        return line.needsPerson() ? Level.WARN : Level.INFO;
    }
}
