// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.ComputeService;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where an instance goes, by the segment's recovery method. Of the destinations that the method allows, the one that this
 * instance has tried least; of those, the first in the method's order. So an instance that a full reserved host could not
 * take goes on to the next one, and in the end, with {@code rh_priority}, to the scheduler.
 */
final class Destinations {

    /** An answer to "where to?". */
    sealed interface Choice {

        /** @param host absent: wherever Nova's scheduler puts it */
        record Go(Optional<HostName> host) implements Choice {}

        /** There is a destination, but not yet. */
        record NotYet(String why) implements Choice {}

        record Nowhere(String why) implements Choice {}
    }

    private enum Kind {
        /** A reserved host that stands in for this failed host already. */
        OURS,
        /** A reserved host that nobody uses. */
        FREE,
        /**
         * A reserved host that stands in for another host that failed at the same time: better than nothing. It stays a
         * choice when the other's recovery has ended, so that it does not matter which of the two is faster.
         */
        SHARED,
        SCHEDULER
    }

    private record Option(Kind kind, Optional<HostName> host) {}

    private final Draft draft;

    Destinations(Draft draft) {
        this.draft = draft;
    }

    /** Gets a reserved host ready while the failed host is still being isolated. */
    void prepare() {
        boolean needed = draft.moves().stream().anyMatch(move -> move.state() == MoveState.PLANNED);
        if (needed && method() != RecoveryMethod.AUTO && method() != RecoveryMethod.AUTO_PRIORITY) {
            boolean readable = !draft.policy.addToAggregates()
                    || draft.seen.aggregates().known().isPresent();
            reserved().stream()
                    .findFirst()
                    .filter(option -> option.kind() == Kind.FREE && readable)
                    .ifPresent(this::take);
        }
    }

    /** Why there is no host at all that an instance could go to, if so. */
    Optional<String> nowhere() {
        return options().isEmpty() ? Optional.of(whyNowhere()) : Optional.empty();
    }

    /** Whether there is a destination that this instance was never sent to. */
    boolean hasUntried(Move move) {
        return options().stream().anyMatch(option -> tried(move, option) == 0);
    }

    /** Where this move goes now. Taking a free reserved host is part of the answer. */
    Choice choose(Move move) {
        List<Option> options = options();
        Optional<Option> best = options.stream().min(Comparator.comparingInt(option -> tried(move, option)));
        if (best.isEmpty()) {
            return new Choice.Nowhere(whyNowhere());
        }
        Option option = best.get();
        return switch (option.kind()) {
            case SCHEDULER -> new Choice.Go(Optional.empty());
            case FREE -> {
                if (draft.policy.addToAggregates()
                        && draft.seen.aggregates().known().isEmpty()) {
                    yield new Choice.NotYet("waits until Nova's aggregates can be read");
                }
                take(option);
                yield new Choice.NotYet(
                        "waits for the reserved host " + option.host().orElseThrow());
            }
            case OURS ->
                isReady(option.host().orElseThrow())
                        ? go(option)
                        : new Choice.NotYet(
                                "waits for the reserved host " + option.host().orElseThrow());
            case SHARED -> go(option);
        };
    }

    private Choice go(Option option) {
        long there = draft.moves().stream()
                .filter(move -> move.state() == MoveState.EVACUATING
                        && move.destination().equals(option.host()))
                .count();
        return there < draft.policy.parallelPerDestination()
                ? new Choice.Go(option.host())
                : new Choice.NotYet("waits for its turn");
    }

    private int tried(Move move, Option option) {
        Tries tries = draft.tries(new Step.Evacuate(move.server(), option.host()));
        boolean lastWentUnnoticed = tries.last()
                .filter(entry -> isLastOf(move, entry) && isUnnoticed(move, entry))
                .isPresent();
        return tries.count() - (lastWentUnnoticed ? 1 : 0);
    }

    private boolean isLastOf(Move move, JournalEntry attempt) {
        return draft.incident.journal().stream()
                .noneMatch(entry -> entry.number() > attempt.number()
                        && entry.step() instanceof Step.Evacuate evacuate
                        && evacuate.server().equals(move.server()));
    }

    /**
     * What Nova took no notice of, as when the controller died that was about to ask for it, says nothing about the destination:
     * another reserved host would be used up for it.
     */
    private boolean isUnnoticed(Move move, JournalEntry attempt) {
        if (attempt.outcome().isPresent() && attempt.outcome().get() instanceof Outcome.Refused refused) {
            return switch (refused.refusal()) {
                case THROTTLED, NOT_SENT, SOURCE_IS_UP -> true;
                case NOT_FOUND, WRONG_STATE, FORBIDDEN, OTHER -> false;
            };
        }
        boolean wasAccepted =
                attempt.outcome().filter(Outcome.Accepted.class::isInstance).isPresent();
        return !wasAccepted && draft.seen.records(move).findAny().isEmpty();
    }

    private RecoveryMethod method() {
        return draft.seen.surroundings().segment().method();
    }

    private List<Option> options() {
        List<Option> options = new ArrayList<>();
        switch (method()) {
            case AUTO -> options.addAll(scheduler());
            case RESERVED_HOST -> options.addAll(reserved());
            case AUTO_PRIORITY -> {
                options.addAll(scheduler());
                options.addAll(reserved());
            }
            case RH_PRIORITY -> {
                options.addAll(reserved());
                options.addAll(scheduler());
            }
        }
        return options;
    }

    private List<Option> scheduler() {
        boolean anybody = draft.seen.services().known().orElse(List.of()).stream()
                .anyMatch(service -> service.takesInstances()
                        && !service.host().equals(draft.incident.host())
                        && !isReportedDead(service.host()));
        return anybody ? List.of(new Option(Kind.SCHEDULER, Optional.empty())) : List.of();
    }

    private List<Option> reserved() {
        List<Option> options = new ArrayList<>();
        draft.reservations().stream()
                .filter(reservation -> reservation.state() == Reservation.State.TAKEN)
                .filter(reservation -> isAlive(reservation.host()))
                .forEach(reservation -> options.add(new Option(Kind.OURS, Optional.of(reservation.host()))));
        hosts().stream()
                .filter(host -> host.reserved() && complaint(host).isEmpty() && !isOurs(host.name()))
                .forEach(host -> options.add(new Option(Kind.FREE, Optional.of(host.name()))));
        hosts().stream()
                .map(Host::name)
                .filter(host -> draft.seen.surroundings().takenByOthers().contains(host))
                .filter(host -> isAlive(host)
                        && draft.seen
                                .service(host)
                                .filter(ComputeService::takesInstances)
                                .isPresent())
                .forEach(host -> options.add(new Option(Kind.SHARED, Optional.of(host))));
        return options;
    }

    /** One that was given back before a person had it tried again is as free as any. */
    private boolean isOurs(HostName host) {
        return draft.reservations().stream().anyMatch(r -> r.host().equals(host) && r.isOpen());
    }

    private List<Host> hosts() {
        return draft.seen.surroundings().hosts();
    }

    private boolean isAlive(HostName host) {
        return !isReportedDead(host)
                && draft.seen
                        .service(host)
                        .filter(service -> service.up() && !service.forcedDown())
                        .isPresent();
    }

    private boolean isReportedDead(HostName host) {
        return draft.seen.surroundings().reportedDead().contains(host);
    }

    /** Why a reserved host of the segment cannot be taken, if so. */
    private Optional<String> complaint(Host host) {
        HostName name = host.name();
        if (name.equals(draft.incident.host())) {
            return Optional.of(name + " is the failed host itself");
        }
        if (host.onMaintenance()) {
            return Optional.of(name + " is on maintenance");
        }
        if (isReportedDead(name)) {
            return Optional.of(name + " is reported dead, too");
        }
        if (draft.seen.surroundings().withProcessesDown().contains(name)) {
            return Optional.of("processes of " + name + " are down");
        }
        Optional<ComputeService> service = draft.seen.service(name);
        if (service.isEmpty()) {
            return Optional.of("Nova does not know " + name);
        }
        if (!service.get().up() || service.get().forcedDown()) {
            return Optional.of("Nova calls " + name + " down");
        }
        return Optional.empty();
    }

    private String whyNowhere() {
        if (method() == RecoveryMethod.AUTO) {
            return "Nova has no other host that is up and enabled";
        }
        String segment = draft.seen.surroundings().segment().name();
        List<String> complaints = hosts().stream()
                .filter(Host::reserved)
                .map(this::complaint)
                .flatMap(Optional::stream)
                .toList();
        return complaints.isEmpty()
                ? "the segment " + segment + " has no reserved host left"
                : "the segment " + segment + " has no reserved host that could be used: "
                        + String.join("; ", complaints);
    }

    private void take(Option option) {
        HostName host = option.host().orElseThrow();
        ComputeService service = draft.seen.service(host).orElseThrow();
        List<Long> toJoin = draft.policy.addToAggregates() ? aggregatesToJoin(host) : List.of();
        draft.put(new Reservation(
                host,
                Reservation.State.TAKEN,
                service.enabled()
                        ? Optional.empty()
                        : Optional.of(service.disabledReason().orElse("")),
                toJoin));
        prepare(service, toJoin);
    }

    private void prepare(ComputeService service, List<Long> toJoin) {
        if (!service.enabled()) {
            draft.ensure(new Step.EnableService(service.host()));
        }
        toJoin.forEach(aggregate -> draft.ensure(new Step.AddToAggregate(service.host(), aggregate)));
    }

    private List<Long> aggregatesToJoin(HostName host) {
        return draft.seen.aggregates().known().orElse(List.of()).stream()
                .filter(aggregate -> aggregate.hosts().contains(draft.incident.host())
                        && !aggregate.hosts().contains(host))
                .map(Aggregate::number)
                .toList();
    }

    /** Enabled, and in the aggregates as far as Nova let it; if not, that is seen to. */
    private boolean isReady(HostName host) {
        ComputeService service = draft.seen.service(host).orElseThrow();
        List<Long> aggregates = draft.reservations().stream()
                .filter(reservation -> reservation.host().equals(host))
                .findFirst()
                .map(Reservation::aggregates)
                .orElse(List.of());
        List<Long> toJoin = aggregates.stream()
                .filter(aggregate -> !hasJoined(host, aggregate))
                .toList();
        if (service.enabled() && toJoin.isEmpty()) {
            return true;
        }
        prepare(service, toJoin);
        return false;
    }

    /** Or Nova has said something else to it. Of a request that was cut off with its controller, only Nova's list tells. */
    private boolean hasJoined(HostName host, long aggregate) {
        return draft.tries(new Step.AddToAggregate(host, aggregate)).wasAnswered()
                || draft.seen.aggregates().known().orElse(List.of()).stream()
                        .anyMatch(known ->
                                known.number() == aggregate && known.hosts().contains(host));
    }
}
