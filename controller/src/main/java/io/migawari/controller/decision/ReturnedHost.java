// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What all phases of a return ask about the host. */
final class ReturnedHost {

    private ReturnedHost() {}

    /** Its service; nothing if there is none to judge by, or if the host is others' business, which the draft then says. */
    static Optional<ComputeService> look(Draft draft) {
        HostName host = draft.incident.host();
        Surroundings around = draft.seen.surroundings();
        if (draft.incident.cancellation().isPresent()) {
            draft.become(
                    Phase.DISMISSED,
                    Closing.calledOff(draft.incident.cancellation().get()) + "; " + asItIs(draft));
            return Optional.empty();
        }
        if (around.hosts().stream().map(Host::id).noneMatch(draft.incident.hostId()::equals)) {
            draft.become(Phase.SKIPPED, host + " has been taken out of its segment; " + asItIs(draft));
            return Optional.empty();
        }
        if (around.reportedDead().contains(host)) {
            goAway(draft, host + " is reported as failed again");
            draft.waitAt(Gate.Kind.HOST_FAILED, host + " is reported as failed again");
            return Optional.empty();
        }
        Optional<ComputeService> service = FailedHost.service(draft);
        boolean byOthers = draft.tries(new Step.EnableService(host)).count() == 0
                && service.filter(ComputeService::takesInstances).isPresent();
        if (byOthers) {
            draft.become(
                    Phase.SKIPPED, host + " takes instances again, and it was not us who enabled it; it is left so");
            return Optional.empty();
        }
        return service;
    }

    private static String asItIs(Draft draft) {
        HostName host = draft.incident.host();
        List<String> words = draft.seen.service(host).stream()
                .flatMap(service -> Stream.of(
                        service.forcedDown() ? "forced down" : "",
                        service.enabled()
                                ? ""
                                : "disabled"
                                        + service.disabledReason()
                                                .map(reason -> " (" + reason + ")")
                                                .orElse("")))
                .filter(word -> !word.isEmpty())
                .toList();
        return host + " is left as it is" + (words.isEmpty() ? "" : ": " + String.join(" and ", words));
    }

    static void goAway(Draft draft, String why) {
        draft.coming(Optional.empty(), Optional.empty());
        draft.become(Phase.AWAY, why);
    }

    static void waitUnreadable(Draft draft, String what, Seen<?> answer) {
        draft.waitAt(
                Gate.Kind.CLOUD_UNREADABLE,
                what + " " + draft.incident.host() + " cannot be read: "
                        + answer.whyUnknown().orElse("no answer"));
    }

    /**
     * When Nova heard of it, if that is later than the end of its recovery and all that we have done to it since. A time of ours
     * that has not come yet is one of a clock that was wrong, and tells nothing; then only what is heard from now on counts.
     */
    static Optional<Instant> heardOfSince(Draft draft, ComputeService service) {
        Instant ours = FailedHost.lastTouched(draft, service.host())
                .filter(at -> at.isAfter(draft.incident.openedAt()))
                .orElse(draft.incident.openedAt());
        Duration tolerance = draft.policy.clockTolerance();
        boolean tellsNothing = ours.isAfter(draft.now.plus(tolerance));
        return service.updatedAt().filter(at -> tellsNothing || at.isAfter(ours.plus(tolerance)));
    }

    static boolean isLater(Optional<Instant> one, Optional<Instant> other) {
        return one.isPresent() && (other.isEmpty() || one.get().isAfter(other.get()));
    }

    /** Whether Nova had accepted a step of ours, and shows that somebody has undone it since. */
    static boolean isUndone(Draft draft, Step step) {
        return draft.tries(step)
                .last()
                .filter(entry -> entry.outcome()
                        .filter(Outcome.Accepted.class::isInstance)
                        .isPresent())
                .flatMap(JournalEntry::endedAt)
                .filter(ended -> ended.isBefore(draft.servicesReadAt()))
                .isPresent();
    }

    /** What is wrong with a host that Nova calls up. */
    static Optional<String> illness(Draft draft, ComputeService service) {
        if (draft.seen.surroundings().withProcessesDown().contains(service.host())) {
            return Optional.of("Processes of " + service.host() + " are reported as stopped");
        }
        if (!service.enabled() && Admission.isNovasOwn(service.disabledReason())) {
            return Optional.of("nova-compute on " + service.host() + " has no hypervisor ("
                    + service.disabledReason().orElseThrow() + ")");
        }
        return Optional.empty();
    }

    /**
     * Whether it is a reason of ours with which it is disabled. We give one only to a host that was enabled, and whoever disables it
     * himself, before or after, has another reason or none. It may be that of an earlier failure, which the host never came back from.
     */
    static boolean isDisabledByUs(ComputeService service) {
        return !service.enabled()
                && service.disabledReason()
                        .filter(reason -> reason.startsWith(FailedHost.REASON))
                        .isPresent();
    }

    /** The instances that ran before the failure, are still on the host, and are off now. Starting them is their owners' business. */
    static String offOnIt(Draft draft) {
        Set<ServerId> ran = draft.seen.surroundings().aftermath().stream()
                .flatMap(aftermath -> aftermath.left().stream())
                .filter(move -> move.wanted().runs())
                .map(Move::server)
                .collect(Collectors.toSet());
        List<String> off = draft.seen.serversOnHost().known().orElse(List.of()).stream()
                .filter(server -> ran.contains(server.id()) && !server.guestRuns())
                .map(Server::name)
                .sorted()
                .toList();
        if (off.isEmpty()) {
            return "";
        }
        return "; off since its failure, and still on it: " + Names.of(off) + "; next step: openstack server start";
    }
}
