// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * Whether a host may get new instances while processes of it are down: it is disabled in Nova until all of them are back, and
 * enabled again only if it is this incident's disable that keeps it out. What people, Nova itself or a recovery of the whole
 * host have done to its service is left to them.
 */
final class Admission {

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration WHILE_WAITING = Duration.ofSeconds(5);
    /** Only a report changes anything, and that wakes us; this is to notice what others do to the service. */
    private static final Duration WHILE_KEPT_OUT = Duration.ofSeconds(15);
    /** After so many tries, a minute by the pauses of {@link Tries}, it is left to people, in words. */
    private static final int TRIES = 6;

    private Admission() {}

    static Duration keepingOut(Draft draft) {
        Optional<ComputeService> service = service(draft);
        if (service.isEmpty()) {
            return WHILE_WAITING;
        }
        if (isNoLongerNeeded(draft)) {
            return readmit(draft);
        }
        if (!service.get().enabled()) {
            draft.become(
                    Phase.KEPT_OUT,
                    isOurs(draft, service.get())
                            ? draft.incident.host() + " is disabled"
                            : draft.incident.host() + " was disabled already (" + reason(service.get())
                                    + "), which is left as it is");
            return Duration.ZERO;
        }
        Step disable = disable(draft.incident);
        if (draft.tries(disable).count() == 0 && !Gates.areOpenForProcesses(draft)) {
            return WHILE_WAITING;
        }
        if (draft.tries(disable).count() >= TRIES && draft.tries(disable).ended(draft.now)) {
            draft.become(
                    Phase.FAILED,
                    draft.incident.host() + " could not be disabled" + complaint(draft, disable)
                            + "; next step: openstack compute service set --disable " + draft.incident.host()
                            + " nova-compute");
            return Duration.ZERO;
        }
        draft.ensure(disable);
        return SOON;
    }

    static Duration keptOut(Draft draft) {
        Optional<ComputeService> service = service(draft);
        if (service.isEmpty()) {
            return WHILE_WAITING;
        }
        HostName host = draft.incident.host();
        if (isNoLongerNeeded(draft)) {
            return readmit(draft);
        }
        if (service.get().enabled() && wasDisabledByNova(draft)) {
            draft.become(Phase.KEEPING_OUT, "Nova has enabled " + host + " again, but " + whatIsDown(draft));
            return Duration.ZERO;
        }
        if (service.get().enabled()) {
            draft.become(
                    Phase.SKIPPED,
                    "Somebody has enabled " + host + " although " + whatIsDown(draft) + "; it is left to them");
            return Duration.ZERO;
        }
        draft.waitAt(Gate.Kind.PROCESS_DOWN, "On " + host + " " + whatIsDown(draft));
        return WHILE_KEPT_OUT;
    }

    static Duration readmitting(Draft draft) {
        Optional<ComputeService> found = service(draft);
        if (found.isEmpty()) {
            return WHILE_WAITING;
        }
        ComputeService service = found.get();
        if (!draft.isSettled(disable(draft.incident))) {
            draft.say("our request to disable " + service.host() + " may still be on its way");
            return SOON;
        }
        if (!isNoLongerNeeded(draft)) {
            draft.become(Phase.KEEPING_OUT, "On " + service.host() + " " + whatIsDown(draft));
            return Duration.ZERO;
        }
        if (service.enabled()) {
            return end(draft, service.host() + " gets new instances again");
        }
        if (!isOurs(draft, service)) {
            return end(draft, service.host() + " stays disabled (" + reason(service) + ")" + whose(service));
        }
        if (service.forcedDown()) {
            draft.become(
                    Phase.SKIPPED,
                    service.host()
                            + " is forced down after a failure of the whole host; enabling it is part of bringing it back");
            return Duration.ZERO;
        }
        if (!hasReportedSince(draft, service)) {
            return waitForService(draft, service);
        }
        Step enable = new Step.EnableService(service.host());
        if (draft.tries(enable).count() >= TRIES && draft.tries(enable).ended(draft.now)) {
            draft.become(
                    Phase.FAILED,
                    service.host() + " could not be enabled again" + complaint(draft, enable)
                            + "; next step: openstack compute service set --enable " + service.host()
                            + " nova-compute");
            return Duration.ZERO;
        }
        draft.ensure(enable);
        return SOON;
    }

    private static Duration end(Draft draft, String words) {
        draft.incident
                .cancellation()
                .ifPresentOrElse(
                        wish -> draft.become(Phase.DISMISSED, Closing.calledOff(wish) + "; " + words),
                        () -> draft.become(Phase.RECOVERED, words));
        return Duration.ZERO;
    }

    /** Its service; nothing if there is none to judge by, or if the host is others' business now, which the draft then says. */
    private static Optional<ComputeService> service(Draft draft) {
        Surroundings around = draft.seen.surroundings();
        HostName host = draft.incident.host();
        if (around.hosts().stream().map(Host::name).noneMatch(host::equals)) {
            draft.become(Phase.SKIPPED, host + " has been taken out of its segment; its service is left as it is");
            return Optional.empty();
        }
        if (around.reportedDead().contains(host)) {
            draft.waitAt(Gate.Kind.HOST_FAILED, host + " is reported as failed with all that runs on it");
            return Optional.empty();
        }
        if (around.provenDead().containsKey(host)) {
            draft.become(Phase.SKIPPED, host + " has failed as a whole meanwhile, and was recovered from");
            return Optional.empty();
        }
        return FailedHost.service(draft);
    }

    private static boolean isNoLongerNeeded(Draft draft) {
        return draft.incident.stoppedProcesses().isEmpty()
                || draft.incident.cancellation().isPresent();
    }

    private static Duration readmit(Draft draft) {
        draft.become(
                Phase.READMITTING,
                draft.incident
                        .cancellation()
                        .map(Closing::calledOff)
                        .orElse("Its processes run again on " + draft.incident.host()));
        return Duration.ZERO;
    }

    private static String whatIsDown(Draft draft) {
        var down = draft.incident.stoppedProcesses();
        return String.join(", ", down) + (down.size() == 1 ? " is" : " are") + " reported as stopped";
    }

    /** The same for all processes of an incident, so that it is the same step whenever it is decided. */
    private static Step.DisableService disable(Incident incident) {
        return new Step.DisableService(incident.host(), FailedHost.REASON + incident.id() + ": process down");
    }

    private static boolean isOurs(Draft draft, ComputeService service) {
        return !service.enabled()
                && service.disabledReason()
                        .filter(disable(draft.incident).reason()::equals)
                        .isPresent();
    }

    private static boolean wasDisabledByNova(Draft draft) {
        return draft.tries(disable(draft.incident)).count() == 0
                && isNovasOwn(draft.incident.before().flatMap(ServiceBefore::disabledReason));
    }

    /** Nova disables a service by itself while its nova-compute has no hypervisor, and enables it again. */
    static boolean isNovasOwn(Optional<String> disabledReason) {
        return disabledReason.filter(reason -> reason.startsWith("AUTO:")).isPresent();
    }

    private static String reason(ComputeService service) {
        return service.disabledReason().map(words -> "reason: " + words).orElse("without a reason");
    }

    private static String whose(ComputeService service) {
        return service.disabledReason()
                        .filter(words -> words.startsWith(FailedHost.REASON))
                        .isPresent()
                ? ", which is not about its processes"
                : ": it is not us who keep it out";
    }

    private static String complaint(Draft draft, Step step) {
        return draft.tries(step).complaint().map(words -> " (" + words + ")").orElse("");
    }

    /**
     * Whether Nova has heard of it after its processes came back. A nova-compute that is enabled before stays out of
     * scheduling until its next periodic update, and "up" may still be the last heartbeat of the dead one.
     */
    private static boolean hasReportedSince(Draft draft, ComputeService service) {
        return service.up()
                && service.updatedAt()
                        .filter(at -> at.isAfter(newestReport(draft)))
                        .isPresent();
    }

    private static Instant newestReport(Draft draft) {
        return draft.incident.evidence().stream()
                .filter(evidence -> evidence.kind() == Evidence.Kind.PROCESS_STARTED)
                .map(Evidence::observedAt)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }

    private static Duration waitForService(Draft draft, ComputeService service) {
        Instant since = newestReport(draft);
        if (since.equals(Instant.MIN) || since.plus(draft.policy.overdueAfter()).isBefore(draft.now)) {
            draft.waitAt(
                    Gate.Kind.HOST_DOWN, "Nova has not heard of " + service.host() + " since its processes run again");
            return WHILE_WAITING;
        }
        return SOON;
    }
}
