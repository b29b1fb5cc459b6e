// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.agent;

import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * Asks guest agents in turn, each at its interval, on threads of its own: an agent that hangs holds up neither events nor the
 * other agents for long. Used by the watching thread, which waits for nothing here.
 */
public final class AgentRounds {

    private final AgentSettings settings;
    private final GuestAgents agents;
    private final Executor threads;
    private final Time time;
    private final Map<String, AgentStanding> standings = new HashMap<>();
    private final Map<String, Deadline> due = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();
    private final Queue<Asked> answers = new ConcurrentLinkedQueue<>();

    private record Asked(String uuid, GuestAgents.Answer answer) {}

    /** @param threads runs the questions; few at once, or libvirt has no thread left for others */
    public AgentRounds(AgentSettings settings, GuestAgents agents, Executor threads, Time time) {
        this.settings = settings;
        this.agents = agents;
        this.threads = threads;
        this.time = time;
    }

    /**
     * Takes in what was answered, and asks those whose turn it is.
     *
     * @param running the guests that run now
     * @return those whose agent has just missed as many answers as it may
     */
    public List<String> turn(Collection<String> running) {
        List<String> silent = new ArrayList<>();
        for (Asked asked = answers.poll(); asked != null; asked = answers.poll()) {
            underWay.remove(asked.uuid());
            AgentStanding before = standings.get(asked.uuid());
            if (before == null) {
                continue; // started anew meanwhile
            }
            AgentStanding after = before.after(asked.answer());
            standings.put(asked.uuid(), after);
            if (after.misses() > before.misses() && after.misses() == settings.failures()) {
                silent.add(asked.uuid());
            }
        }
        standings.keySet().retainAll(running);
        due.keySet().retainAll(running);
        for (String uuid : running) {
            if (!underWay.contains(uuid)
                    && due.computeIfAbsent(uuid, this::first).isPast()) {
                ask(uuid);
            }
        }
        return silent;
    }

    /** Spread over an interval, so that they do not all come at once. */
    private Deadline first(String uuid) {
        long share = Math.floorMod(uuid.hashCode(), 1_000);
        return time.deadlineAfter(settings.interval().multipliedBy(share).dividedBy(1_000));
    }

    private void ask(String uuid) {
        underWay.add(uuid);
        standings.putIfAbsent(uuid, AgentStanding.UNKNOWN);
        due.put(uuid, time.deadlineAfter(settings.interval()));
        threads.execute(() -> {
            GuestAgents.Answer answer = GuestAgents.Answer.NOT_ASKED;
            try {
                answer = agents.ping(uuid, settings.timeout());
            } finally {
                answers.add(new Asked(uuid, answer));
            }
        });
    }

    /** The guest, or its agent, has just started or stopped: what was known of it is of another life. */
    public void forget(String uuid) {
        standings.remove(uuid);
    }
}
