// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.recovery;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.decision.Observation;
import io.migawari.controller.decision.Policy;
import io.migawari.controller.decision.Question;
import io.migawari.controller.decision.Seen;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.fencing.Fencing;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.cloud.InstanceAction;
import io.migawari.controller.model.cloud.Server;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/** Looks at the world: only reads, no judgement. What could not be read is part of the observation. */
final class Observer {

    /**
     * How long before the incident changes are asked for. It has to cover the difference between our clock and Nova's, and
     * the time from the failure to its report; a few instances too many in the answer do no harm.
     */
    private static final Duration BEFORE_INCIDENT = Duration.ofMinutes(10);

    private final Cloud cloud;
    private final Fencing fencing;
    private final ServiceList services;
    private final Time time;
    private final Duration patience;

    /** @param turn held by the one who asks for what all incidents share */
    Observer(Cloud cloud, Fencing fencing, Time time, Duration patience, Lock turn) {
        this.cloud = cloud;
        this.fencing = fencing;
        this.services = new ServiceList(cloud, time, patience, turn);
        this.time = time;
        this.patience = patience;
    }

    /** Asks what the next decision depends on, with a fixed number of calls. */
    Observation observe(Incident incident, Policy policy, Surroundings surroundings) throws InterruptedException {
        Set<Question> questions = Question.neededFor(incident, policy);
        Instant since = incident.openedAt().minus(BEFORE_INCIDENT);
        long begun = time.nanos();
        return new Observation(
                questions.contains(Question.SERVICES)
                        ? services.read(begun, Question.servicesMayBeOld(incident, surroundings))
                        : new Seen.NotAsked<>(),
                ask(questions, Question.SERVERS_ON_HOST, () -> cloud.serversOn(incident.host(), patience)),
                ask(questions, Question.SERVERS_CHANGED, () -> cloud.serversChangedSince(since, patience)),
                ask(
                        questions,
                        Question.EVACUATIONS,
                        () -> cloud.evacuationsFrom(incident.host(), evacuationsSince(incident), patience)),
                ask(questions, Question.LIVE_MIGRATIONS, () -> cloud.liveMigrationsFrom(incident.host(), patience)),
                ask(questions, Question.AGGREGATES, () -> cloud.aggregates(patience)),
                askAbout(incident, questions, Question.INSTANCE, this::find),
                askAbout(incident, questions, Question.INSTANCE_ACTIONS, this::actions),
                fencing.covers(incident.host()),
                power(incident, questions),
                surroundings);
    }

    /**
     * A nova-compute that starts goes by every record of an evacuation from its host that is not completed, however old. So
     * does who wants to know whether a host is clean: one call for each thousand evacuations that Nova still has of the host.
     */
    private static Instant evacuationsSince(Incident incident) {
        return incident.subject() instanceof Subject.Return
                ? Instant.EPOCH
                : incident.openedAt().minus(BEFORE_INCIDENT);
    }

    private Seen<Power> power(Incident incident, Set<Question> questions) throws InterruptedException {
        if (!questions.contains(Question.POWER)) {
            return new Seen.NotAsked<>();
        }
        Instant asked = time.now();
        return new Seen.Known<>(fencing.power(incident.host()), asked);
    }

    private Optional<Server> find(ServerId server) throws CloudException, InterruptedException {
        try {
            return Optional.of(cloud.server(server, patience));
        } catch (CloudException e) {
            if (e.kind() == CloudException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private List<InstanceAction> actions(ServerId server) throws CloudException, InterruptedException {
        try {
            return cloud.actions(server, patience);
        } catch (CloudException e) {
            if (e.kind() == CloudException.Kind.NOT_FOUND) {
                return List.of(); // it is gone, as the other question tells
            }
            throw e;
        }
    }

    private interface Read<T> {
        T read() throws CloudException, InterruptedException;
    }

    private interface ReadOne<T> {
        T read(ServerId server) throws CloudException, InterruptedException;
    }

    private <T> Seen<T> askAbout(Incident incident, Set<Question> questions, Question question, ReadOne<T> read)
            throws InterruptedException {
        return incident.subject() instanceof Subject.Instance instance
                ? ask(questions, question, () -> read.read(instance.server()))
                : new Seen.NotAsked<>();
    }

    private <T> Seen<T> ask(Set<Question> questions, Question question, Read<T> read) throws InterruptedException {
        if (!questions.contains(question)) {
            return new Seen.NotAsked<>();
        }
        Instant asked = time.now();
        try {
            return new Seen.Known<>(read.read(), asked);
        } catch (CloudException e) {
            return new Seen.Unknown<>(e.words());
        }
    }
}
