// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.simulate.store.MemoryStore;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.SimulatedHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether everything has come to an end, or waits visibly for something that has really not come. */
final class Settling {

    private static final int MANY_TRIES = 10;

    private final Tale tale;
    private final MemoryStore store;
    private final SimulatedCloud cloud;

    Settling(Tale tale, MemoryStore store, SimulatedCloud cloud) {
        this.tale = tale;
        this.store = store;
        this.cloud = cloud;
    }

    List<String> complaints() {
        List<String> all = new ArrayList<>();
        for (Incident incident : store.incidents()) {
            complaint(incident).ifPresent(words -> all.add("the incident " + tale.label(incident) + " " + words));
        }
        cloud
                .exclusively(nova -> nova.hosts().stream()
                        .filter(Settling::isKeptOutByUs)
                        .map(SimulatedHost::name)
                        .toList())
                .stream()
                .filter(host -> !isTold(new HostName(host)))
                .forEach(host -> all.add(host + " is kept out by us, and nothing says so any more"));
        return all;
    }

    private Optional<String> complaint(Incident incident) {
        if (!incident.isOpen()) {
            boolean halfDone =
                    incident.moves().stream().map(move -> move.state()).anyMatch(state -> !state.isEnd());
            boolean nameless = incident.words().isBlank()
                    || incident.moves().stream()
                            .filter(move -> move.state() == MoveState.FAILED || move.state() == MoveState.LEFT)
                            .anyMatch(move -> move.words().isBlank());
            return halfDone || nameless
                    ? Optional.of("has ended, and not all of its moves have, each with its reason")
                    : Optional.empty();
        }
        if (incident.gate().isEmpty()) {
            boolean isAwaited = incident.phase() == Phase.AWAY && !runs(incident.host());
            return isAwaited || isTriedAgainAndAgain(incident)
                    ? Optional.empty()
                    : Optional.of("goes on and on in " + incident.phase());
        }
        Gate gate = incident.gate().get();
        if (gate.words().isBlank()
                || incident.nextStep().filter(step -> !step.isBlank()).isEmpty()) {
            return Optional.of("does not say what it waits for, or what to do");
        }
        return isReal(incident, gate) ? Optional.empty() : Optional.of("waits for what has come: " + gate.words());
    }

    /** Where there is no room, Nova is asked again every half a minute; the gate is there in between. */
    private static boolean isTriedAgainAndAgain(Incident incident) {
        return incident.phase() == Phase.MOVING
                && incident.moves().stream()
                        .filter(move -> !move.state().isEnd())
                        .allMatch(move -> incident.journal().stream()
                                        .filter(entry -> entry.step() instanceof Step.Evacuate evacuate
                                                && evacuate.server().equals(move.server())
                                                && evacuate.destination().equals(move.destination()))
                                        .count()
                                > MANY_TRIES);
    }

    private boolean isReal(Incident incident, Gate gate) {
        HostName host = incident.host();
        return switch (gate.kind()) {
            case HOST_FAILED -> // which it is of: that of the incident, or where its instance is now
                store.incidents().stream()
                        .anyMatch(other -> other.isOpen()
                                && other.subject() instanceof Subject.WholeHost
                                && gate.words().contains(other.host().value()));
            case UNHEALTHY -> hasOpen(host, Subject.Processes.class) || !hasHypervisor(host);
            case PAUSED ->
                store.host(host)
                        .filter(known -> !store.pausesOf(known).isEmpty())
                        .isPresent();
            // these pass by themselves when nothing is wrong any more
            case CLOUD_UNREADABLE, WATCHING_FIRST, NOT_DOWN, FENCING -> false;
            case SELF_CHECK -> // hosts that are down, and of which nobody says so any more
                store.hosts().stream()
                        .filter(known -> known.segment().equals(incident.segment()))
                        .map(Host::name)
                        .anyMatch(other -> !runs(other) && !hasOpen(other, Subject.WholeHost.class));
            // a person has to do something, or a host has to come back
            case NO_PROOF,
                    HOST_ALIVE,
                    HOST_BACK,
                    SEGMENT_DISABLED,
                    UNKNOWN_TO_NOVA,
                    NO_DESTINATION,
                    DESTINATION_UNPROVEN,
                    OVERDUE,
                    HOST_DOWN,
                    HYPERVISOR_AWAY,
                    INSTANCE_BUSY,
                    STORM,
                    DISABLED_BY_PERSON,
                    NO_CAPACITY,
                    FENCING_FAILED,
                    STALE_COPIES,
                    FLAPPING,
                    NOT_AUTOMATIC,
                    ON_MAINTENANCE,
                    PROCESS_DOWN -> true;
        };
    }

    private boolean hasOpen(HostName host, Class<? extends Subject> about) {
        return store.incidents().stream()
                .anyMatch(incident ->
                        incident.isOpen() && incident.host().equals(host) && about.isInstance(incident.subject()));
    }

    private boolean runs(HostName host) {
        return cloud.exclusively(nova ->
                nova.host(host.value()).filter(SimulatedHost::serviceRuns).isPresent());
    }

    private boolean hasHypervisor(HostName host) {
        return cloud.exclusively(nova ->
                nova.host(host.value()).filter(SimulatedHost::hypervisorRuns).isPresent());
    }

    private static boolean isKeptOutByUs(SimulatedHost host) {
        String reason = host.disabledReason();
        boolean disabled = host.disabled() && reason != null && reason.startsWith("Migawari incident ");
        return disabled || host.forcedDown();
    }

    /** By an open incident, or by one that has ended otherwise than well and says so. */
    private boolean isTold(HostName host) {
        List<Incident> about = store.incidents().stream()
                .filter(incident -> incident.host().equals(host) && !(incident.subject() instanceof Subject.Instance))
                .toList();
        boolean open = about.stream().anyMatch(Incident::isOpen);
        List<Incident> closed =
                about.stream().filter(incident -> !incident.isOpen()).toList();
        // the last to be closed or, as the controllers' clocks may differ, the last to be opened
        boolean toldAtTheEnd = Stream.concat(
                        closed.stream()
                                .max(Comparator.comparing(
                                        incident -> incident.closedAt().orElseThrow()))
                                .stream(),
                        closed.stream().skip(Math.max(0, closed.size() - 1)))
                .anyMatch(incident ->
                        incident.phase() != Phase.RECOVERED || incident.words().contains(" stays disabled "));
        return open || toldAtTheEnd;
    }
}
