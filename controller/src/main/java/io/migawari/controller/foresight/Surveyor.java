// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.foresight;

import io.migawari.config.RecoverySettings;
import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.cloud.Survey;
import io.migawari.controller.decision.Policy;
import io.migawari.controller.decision.Seen;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.Phase;
import io.migawari.controller.store.Incidents;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;

/** Looks at the cloud and at our own database for a {@link Rehearsal}. Safe for any thread; waits for Nova. */
public final class Surveyor {

    private final Cloud cloud;
    private final Survey survey;
    private final Incidents incidents;
    private final RecoverySettings settings;
    private final Duration patience;
    private final Time time;

    public Surveyor(
            Cloud cloud, Survey survey, Incidents incidents, RecoverySettings settings, Duration patience, Time time) {
        this.cloud = cloud;
        this.survey = survey;
        this.incidents = incidents;
        this.settings = settings;
        this.patience = patience;
        this.time = time;
    }

    /** @throws CloudException if what a plan cannot be made without could not be read */
    public Picture picture() throws CloudException, InterruptedException {
        return new Picture(
                time.now(),
                cloud.computeServices(patience),
                survey.residents(patience),
                ask(() -> cloud.aggregates(patience)),
                ask(() -> survey.rooms(patience)),
                ask(() -> survey.serverGroups(patience)),
                ask(() -> survey.zones(patience)));
    }

    /** What would happen if this host died now. */
    public Plan plan(Host host, Picture picture) {
        return plan(host, surroundings(host), picture);
    }

    /** The same, with surroundings that were read before. */
    public Plan plan(Host host, Surroundings around, Picture picture) {
        return Rehearsal.play(host, around, Policy.of(settings, around.segment().name()), picture, time.now());
    }

    /** What our database says about the neighbourhood of a host. */
    public Surroundings surroundings(Host host) {
        return incidents.surroundings(Rehearsal.incident(host, Phase.PROVING, time.now()));
    }

    private interface Read<T> {
        T read() throws CloudException, InterruptedException;
    }

    private <T> Seen<T> ask(Read<T> read) throws InterruptedException {
        Instant asked = time.now();
        try {
            return new Seen.Known<>(read.read(), asked);
        } catch (CloudException e) {
            return new Seen.Unknown<>(e.words());
        }
    }
}
