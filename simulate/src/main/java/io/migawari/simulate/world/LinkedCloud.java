// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.InstanceAction;
import io.migawari.controller.model.cloud.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Nova as one controller reaches it, over its {@link Links}. A request that was sent arrives, also when its sender has died. */
final class LinkedCloud implements Cloud {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private interface Question<T> {
        T ask(Duration patience) throws CloudException, InterruptedException;
    }

    private final Cloud nova;
    private final Links links;
    private final VirtualTime time;
    private final VirtualTime.Crew crew;
    private final VirtualTime.Crew network;
    private final Asking asking;

    /** @param network carries requests that are on their way */
    LinkedCloud(
            Cloud nova, Links links, VirtualTime time, VirtualTime.Crew crew, VirtualTime.Crew network, Asking asking) {
        this.nova = nova;
        this.links = links;
        this.time = time;
        this.crew = crew;
        this.network = network;
        this.asking = asking;
    }

    /** What it tells is as old as the answer is late. */
    private <T> T reads(Duration patience, Question<T> question) throws CloudException, InterruptedException {
        links.pass(crew, Trap.Calls.READ, Trap.Moment.BEFORE);
        links.reachNova();
        T answer = question.ask(patience);
        Duration late = links.toNova();
        if (late.compareTo(patience) >= 0) {
            time.sleep(patience);
            throw timedOut(patience);
        }
        if (!late.isZero()) {
            time.sleep(late);
        }
        links.pass(crew, Trap.Calls.READ, Trap.Moment.AFTER);
        return answer;
    }

    private static CloudException timedOut(Duration patience) {
        return new CloudException(CloudException.Kind.TIMED_OUT, "no whole answer in " + patience.toSeconds() + " s");
    }

    @Override
    public List<ComputeService> computeServices(Duration patience) throws CloudException, InterruptedException {
        return reads(patience, nova::computeServices);
    }

    @Override
    public List<Server> serversOn(HostName host, Duration patience) throws CloudException, InterruptedException {
        return reads(patience, left -> nova.serversOn(host, left));
    }

    @Override
    public List<Server> serversChangedSince(Instant since, Duration patience)
            throws CloudException, InterruptedException {
        return reads(patience, left -> nova.serversChangedSince(since, left));
    }

    @Override
    public List<Evacuation> evacuationsFrom(HostName source, Instant since, Duration patience)
            throws CloudException, InterruptedException {
        return reads(patience, left -> nova.evacuationsFrom(source, since, left));
    }

    @Override
    public Map<ServerId, HostName> liveMigrationsFrom(HostName source, Duration patience)
            throws CloudException, InterruptedException {
        return reads(patience, left -> nova.liveMigrationsFrom(source, left));
    }

    @Override
    public List<Aggregate> aggregates(Duration patience) throws CloudException, InterruptedException {
        return reads(patience, nova::aggregates);
    }

    @Override
    public Server server(ServerId id, Duration patience) throws CloudException, InterruptedException {
        return reads(patience, left -> nova.server(id, left));
    }

    @Override
    public List<InstanceAction> actions(ServerId server, Duration patience)
            throws CloudException, InterruptedException {
        return reads(patience, left -> nova.actions(server, left));
    }

    @Override
    public Outcome carryOut(Step step, Duration patience) throws InterruptedException {
        links.pass(crew, Trap.Calls.STEP, Trap.Moment.BEFORE);
        // the lease was looked at a moment ago, and nothing can be looked at between that and the packet
        asking.asks(step);
        try {
            links.reachNova();
        } catch (CloudException e) {
            return e.outcome();
        }
        links.pass(crew, Trap.Calls.STEP, Trap.Moment.DURING);
        Outcome outcome = links.toNova().isZero() ? nova.carryOut(step, patience) : sent(step, patience);
        links.pass(crew, Trap.Calls.STEP, Trap.Moment.AFTER);
        return outcome;
    }

    private Outcome sent(Step step, Duration patience) throws InterruptedException {
        Duration late = links.toNova();
        AtomicReference<@Nullable Outcome> answer = new AtomicReference<>();
        time.after(
                late.dividedBy(2),
                () -> network.execute(() -> {
                    try {
                        answer.set(nova.carryOut(step, patience));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt(); // the world ends
                    }
                }));
        Duration waited = late.compareTo(patience) < 0 ? late : patience;
        time.sleep(waited);
        for (; answer.get() == null && waited.compareTo(patience) < 0; waited = waited.plus(LOOK_EVERY)) {
            time.sleep(LOOK_EVERY);
        }
        Outcome known = answer.get();
        return known == null || late.compareTo(patience) >= 0
                ? timedOut(patience).outcome()
                : known;
    }
}
