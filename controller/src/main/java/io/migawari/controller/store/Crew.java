// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which controllers share the database, and which open incident is whose: one look, and all of its times are the database's.
 *
 * @param at when it was looked
 * @param members by name
 * @param incidents all that are open, oldest first
 */
public record Crew(Instant at, List<Member> members, List<Work> incidents) {

    /**
     * Nobody needs longer to take over what a dead or stalled controller has held; see
     * docs/decisions/0020-taken-over-within-ten-seconds.md.
     */
    public static final Duration TAKEN_OVER_WITHIN = Duration.ofSeconds(10);

    public Crew {
        members = List.copyOf(members);
        incidents = List.copyOf(incidents);
    }

    /** What is known of a controller's whereabouts. */
    public enum State {
        WATCHING,
        /** It has said that it stops. */
        STOPPED,
        /** It has said nothing for longer than a lease lasts: dead, stalled, or cut off from the database. */
        SILENT
    }

    /**
     * A controller.
     *
     * @param run the present process, or the last one; the owner of its leases
     * @param version empty if it is one that did not tell
     * @param stoppedAt when it said that it stops
     * @param leases how many incidents it holds
     */
    public record Member(
            String name,
            String run,
            String version,
            Instant startedAt,
            Instant seenAt,
            Optional<Instant> stoppedAt,
            int leases) {}

    /**
     * An open incident, and whose it is.
     *
     * @param kind as the database calls it
     * @param epoch of the lease, or of the last one
     * @param owner the run that holds it; empty: nobody does
     * @param until when the lease ends, unless it is renewed; without an owner, since when there is none
     */
    public record Work(
            IncidentId incident,
            String kind,
            HostName host,
            String segment,
            Phase phase,
            long epoch,
            Optional<String> owner,
            Instant until) {}

    /** @param nextStep what an operator can do */
    public record Problem(String what, String nextStep) {}

    public State state(Member member) {
        if (member.stoppedAt().isPresent()) {
            return State.STOPPED;
        }
        return member.seenAt().plus(Lease.LASTING).isBefore(at) ? State.SILENT : State.WATCHING;
    }

    /** The member whose run holds an incident. */
    public Optional<Member> holder(Work work) {
        return work.owner()
                .flatMap(run -> members.stream()
                        .filter(member -> member.run().equals(run))
                        .findAny());
    }

    /** What is not as it should be; what passes by itself within {@link #TAKEN_OVER_WITHIN} is none. */
    public List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        if (members.stream().noneMatch(member -> state(member) == State.WATCHING)) {
            problems.add(new Problem(
                    "No controller has given a sign for " + Lease.LASTING.toSeconds() + " s",
                    "look at the controllers' logs, and whether the database takes writes"));
        }
        members.stream()
                .filter(member -> state(member) == State.SILENT)
                .map(member -> new Problem(
                        "The controller " + member.name() + " has not said that it stops, and was last heard of at "
                                + member.seenAt(),
                        "start it again, or stop it in order; it is shown for a week"))
                .forEach(problems::add);
        List<Work> left = incidents.stream().filter(this::isLeft).toList();
        left.stream()
                .findFirst()
                .map(oldest -> new Problem(
                        (left.size() == 1 ? "1 open incident has" : left.size() + " open incidents have")
                                + " no owner, " + oldest.incident() + " since " + oldest.until(),
                        "look at the controllers' logs, and whether the database takes writes"))
                .ifPresent(problems::add);
        return problems;
    }

    /** A dead owner's lease has run out and nobody came, though there was time for it. */
    private boolean isLeft(Work work) {
        Duration rest = TAKEN_OVER_WITHIN.minus(Lease.LASTING);
        return work.owner().isEmpty() && work.until().plus(rest).isBefore(at);
    }
}
