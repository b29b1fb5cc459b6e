// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.config.Durations;
import io.migawari.controller.decision.RestartTable.Treatment;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.InstanceAction;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One instance has died, and its host lives: it is stopped and started through Nova. That Nova shows it as running proves
 * nothing before we have started it, for Nova believes so of a dead one, too; nor does Nova's word that it took an order on,
 * for without libvirt it does nothing. The end is the instance seen running, without a task, after a start of ours that is
 * younger than the last report of its death.
 */
final class Restarting {

    private static final Duration WHILE_WAITING = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(3);

    private final Draft draft;
    private final Server server;
    private final Step stop;
    private final Step start;

    private Restarting(Draft draft, Server server) {
        this.draft = draft;
        this.server = server;
        this.stop = new Step.Stop(server.id());
        this.start = new Step.Start(server.id());
    }

    static Duration decide(Draft draft) {
        if (!isBegun(draft.incident) && draft.incident.cancellation().isPresent()) {
            draft.become(
                    Phase.DISMISSED,
                    Closing.calledOff(draft.incident.cancellation().get()));
            return Duration.ZERO;
        }
        if (!draft.seen.instance().wasAsked()) {
            return lookAtTheGates(draft);
        }
        Optional<Duration> unreadable = whileUnreadable(draft);
        if (unreadable.isPresent()) {
            return unreadable.get();
        }
        Optional<Server> server = draft.seen.instance().known().orElseThrow();
        if (server.isEmpty()) {
            draft.become(Phase.DISMISSED, "Nova has no such instance (any more)");
            return Duration.ZERO;
        }
        draft.rememberInstance(server.get());
        return new Restarting(draft, server.get()).decide();
    }

    private static Duration lookAtTheGates(Draft draft) {
        if (Gates.areOpenForInstance(draft)) {
            draft.say("No gate holds it any more");
            return Duration.ZERO;
        }
        return WHILE_WAITING;
    }

    /**
     * What has to be known of the cloud. Nothing while a gate holds it: in a storm these are many, and Nova has enough to do. Who
     * did what to the instance only as long as nobody of us has done anything.
     */
    static Set<Question> questions(Incident incident) {
        if (isBegun(incident)) {
            return EnumSet.of(Question.SERVICES, Question.INSTANCE);
        }
        return incident.gate().map(Gate::kind).filter(Gates::isOfInstances).isPresent()
                ? EnumSet.noneOf(Question.class)
                : EnumSet.of(Question.SERVICES, Question.INSTANCE, Question.INSTANCE_ACTIONS);
    }

    /** Nova may have taken something on. A refusal, as when its owner was faster than we, leaves all open. */
    private static boolean isBegun(Incident incident) {
        return incident.journal().stream()
                .anyMatch(entry -> !(entry.outcome().orElse(null) instanceof Outcome.Refused));
    }

    private static Optional<Duration> whileUnreadable(Draft draft) {
        Optional<String> why = draft.seen
                .instance()
                .whyUnknown()
                .or(() -> draft.seen.services().whyUnknown())
                .or(() -> draft.seen.actions().whyUnknown());
        if (why.isEmpty()) {
            return Optional.empty();
        }
        draft.waitAt(Gate.Kind.CLOUD_UNREADABLE, "The instance cannot be read: " + why.get());
        return Optional.of(FailedHost.WHILE_UNREADABLE);
    }

    private Duration decide() {
        boolean begun = isBegun(draft.incident);
        if (begun && runsAgain()) {
            draft.become(Phase.RECOVERED, name() + " runs again on " + host() + after());
            return Duration.ZERO;
        }
        Treatment treatment = begun
                ? RestartTable.byState(server)
                : RestartTable.treat(server, draft.policy.restarts().instances());
        if (treatment instanceof Treatment.Leave leave) {
            draft.become(leave.end(), name() + " is left as it is (" + server.states() + "): " + leave.why());
            return Duration.ZERO;
        }
        if (draft.incident.triedSince().plus(draft.policy.giveUpAfter()).isBefore(draft.now)) {
            return fail("given up after " + Durations.format(draft.policy.giveUpAfter()));
        }
        if (treatment instanceof Treatment.Wait wait) {
            return waitForTask(wait.why());
        }
        if (!begun && isNotOurs(treatment)) {
            return Duration.ZERO;
        }
        if (mustWait()) {
            return isCalledOff() ? fail("called off while waiting") : WHILE_WAITING;
        }
        if (treatment instanceof Treatment.Restart) {
            return doNow(stop, "is being stopped");
        }
        if (treatment instanceof Treatment.Start) {
            return doNow(start, "is being started");
        }
        throw new AssertionError(treatment);
    }

    /** It runs, and a start of ours that Nova may have taken on is younger than the last report of its death. */
    private boolean runsAgain() {
        return server.vmState() == VmState.ACTIVE
                && server.taskState().isEmpty()
                && server.guestRuns()
                && sinceLastReport()
                        .anyMatch(entry -> entry.step().equals(start)
                                && !(entry.outcome().orElse(null) instanceof Outcome.Refused));
    }

    private Instant lastReport() {
        return draft.incident.evidence().stream()
                .filter(evidence -> evidence.kind() == Evidence.Kind.INSTANCE_FAILED)
                .map(Evidence::observedAt)
                .max(Comparator.naturalOrder())
                .orElse(draft.incident.openedAt());
    }

    /** What ended before the last report did not help against what that reports. */
    private Stream<JournalEntry> sinceLastReport() {
        Instant report = lastReport();
        return draft.incident.journal().stream()
                .filter(entry -> !entry.lastMoment().isBefore(report));
    }

    /** Before anything is done: whether a person is behind what Nova shows, or it dies too often. Ends the incident if so. */
    private boolean isNotOurs(Treatment treatment) {
        var past = new PastActions(draft.seen.actions().known().orElse(List.of()));
        if (treatment instanceof Treatment.Start) {
            Optional<InstanceAction> stopped = past.stopByPerson();
            stopped.ifPresent(action ->
                    draft.become(Phase.DISMISSED, name() + " is left off: it was stopped by " + whoAndWhen(action)));
            return stopped.isPresent() || diesTooOften();
        }
        Optional<InstanceAction> started = past.startSince(lastReport());
        if (started.isPresent()) {
            draft.become(
                    Phase.SKIPPED,
                    name() + " runs again on " + host() + ": " + started.get().name() + " by "
                            + whoAndWhen(started.get()));
            return true;
        }
        if (!server.isOn(draft.incident.host())) {
            draft.become(Phase.SKIPPED, name() + " runs on " + host() + " now, not on " + draft.incident.host());
            return true;
        }
        return diesTooOften();
    }

    private static String whoAndWhen(InstanceAction action) {
        return action.user().map(user -> "user " + user).orElse("Nova itself") + " at " + action.startedAt();
    }

    private boolean diesTooOften() {
        if (draft.incident.retriedAt().isPresent()) {
            return false; // a person wants it in spite of that
        }
        Duration window = draft.policy.restarts().window();
        long recent = draft.seen.surroundings().restarts().stream()
                .filter(at -> at.isAfter(draft.now.minus(window)))
                .count();
        if (recent < draft.policy.restarts().limit()) {
            return false;
        }
        fail("it was restarted " + recent + " times in " + Durations.format(window)
                + ", which is the limit (recovery.restarts)");
        return true;
    }

    /** Nothing that Nova was told now would happen, or somebody else takes care of it. */
    private boolean mustWait() {
        HostName host = host();
        if (!isBegun(draft.incident) && !Gates.areOpenForInstance(draft)) {
            return true;
        }
        if (!isBegun(draft.incident) && !draft.seen.surroundings().segment().enabled()) {
            draft.waitAt(
                    Gate.Kind.SEGMENT_DISABLED,
                    "The segment " + draft.seen.surroundings().segment().name() + " is disabled");
        } else if (draft.seen.surroundings().reportedDead().contains(host)) {
            draft.waitAt(Gate.Kind.HOST_FAILED, host + " is reported as failed with all that is on it");
        } else if (draft.seen.service(host).isEmpty()) {
            draft.waitAt(Gate.Kind.UNKNOWN_TO_NOVA, "Nova has no nova-compute service on a host named " + host);
        } else if (!draft.seen.service(host).get().up()) {
            draft.waitAt(Gate.Kind.HOST_DOWN, "Nova calls " + host + " down");
        } else if (isWithoutHypervisor(draft.seen.service(host).get())) {
            draft.waitAt(
                    Gate.Kind.HYPERVISOR_AWAY,
                    "nova-compute on " + host + " has lost its hypervisor ("
                            + draft.seen.service(host).get().disabledReason().orElse("") + ")");
        }
        return draft.isWaiting();
    }

    private static boolean isWithoutHypervisor(ComputeService service) {
        return !service.enabled() && Admission.isNovasOwn(service.disabledReason());
    }

    private boolean isCalledOff() {
        return draft.incident.cancellation().isPresent();
    }

    private Duration waitForTask(String why) {
        Instant since = draft.incident.journal().stream()
                .map(JournalEntry::lastMoment)
                .max(Comparator.naturalOrder())
                .orElse(draft.incident.openedAt());
        if (!isBegun(draft.incident)) {
            draft.say(name() + ": " + why);
        }
        if (since.plus(draft.policy.overdueAfter()).isBefore(draft.now)) {
            draft.waitAt(Gate.Kind.INSTANCE_BUSY, name() + ": " + why + ", for long");
            return WHILE_WAITING;
        }
        return pace(since);
    }

    /** A step whose effect is missing. That it was accepted before, and is missing still, is a failure of Nova's to do it. */
    private Duration doNow(Step step, String words) {
        long failed = sinceLastReport()
                .filter(entry -> entry.step().equals(step) && wasTried(entry) && !isBeforeRetry(entry))
                .count();
        Tries tries = draft.tries(step);
        if (failed >= draft.policy.attempts() && !tries.underWay(draft.now)) {
            return fail("Nova was asked " + failed + " times to " + (step.equals(stop) ? "stop" : "start")
                    + " it, and it is " + server.states()
                    + tries.complaint().or(server::fault).map(why -> ": " + why).orElse(""));
        }
        draft.ensure(step);
        draft.say(name() + " " + words);
        return pace(tries.last().map(JournalEntry::lastMoment).orElse(draft.now));
    }

    /** What was tried before a person wanted it tried once more. */
    private boolean isBeforeRetry(JournalEntry entry) {
        return draft.incident
                .retriedAt()
                .filter(at -> entry.lastMoment().isBefore(at))
                .isPresent();
    }

    /** Not counted are those of which Nova took no notice. */
    private static boolean wasTried(JournalEntry entry) {
        if (entry.outcome().isPresent() && entry.outcome().get() instanceof Outcome.Refused refused) {
            return switch (refused.refusal()) {
                case THROTTLED, NOT_SENT -> false;
                case SOURCE_IS_UP, NOT_FOUND, WRONG_STATE, FORBIDDEN, OTHER -> true;
            };
        }
        return entry.outcome().isPresent();
    }

    /** A quarter of the time that it has taken so far. */
    private Duration pace(Instant since) {
        Duration quarter = Duration.between(since, draft.now).dividedBy(4);
        return quarter.compareTo(SHORTEST) < 0 ? SHORTEST : quarter.compareTo(LONGEST) > 0 ? LONGEST : quarter;
    }

    private Duration fail(String why) {
        draft.become(
                Phase.FAILED,
                name() + " is " + server.states() + " and was not recovered: " + why
                        + "; next step: find out why it died, then"
                        + " openstack server " + (server.vmState() == VmState.STOPPED ? "start " : "reboot --hard ")
                        + server.id());
        return Duration.ZERO;
    }

    private String name() {
        return server.name();
    }

    private HostName host() {
        return server.host().orElse(draft.incident.host());
    }

    private String after() {
        Duration took = Duration.between(draft.incident.openedAt(), draft.now);
        return " after " + Durations.format(Duration.ofSeconds(Math.max(1, took.toSeconds())));
    }
}
