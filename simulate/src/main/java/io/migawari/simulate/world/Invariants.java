// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.config.RecoverySettings;
import io.migawari.config.RecoverySettings.Proof;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Reservation;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.StepWords;
import io.migawari.controller.model.Subject;
import io.migawari.simulate.store.MemoryStore;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.SimulatedHost;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What must hold in every run, whatever the scenario expects. A breach is a line of the story, and fails the run. */
final class Invariants {

    /** Those that keep a recovery from being begun, and must never stop one that has. */
    private static final Set<Gate.Kind> AT_THE_BEGINNING = EnumSet.of(
            Gate.Kind.STORM,
            Gate.Kind.WATCHING_FIRST,
            Gate.Kind.SELF_CHECK,
            Gate.Kind.PAUSED,
            Gate.Kind.DISABLED_BY_PERSON);

    private final RecoverySettings settings;
    private final MemoryStore store;
    private final SimulatedCloud cloud;
    private final Tale tale;

    Invariants(RecoverySettings settings, MemoryStore store, SimulatedCloud cloud, Tale tale) {
        this.settings = settings;
        this.store = store;
        this.cloud = cloud;
        this.tale = tale;
    }

    private void isBroken(String words) {
        tale.violation(words);
    }

    void intended(Incident incident, Step step) {
        if (step instanceof Step.Evacuate evacuate) {
            if (!isProved(incident)) {
                isBroken("an instance of " + incident.host() + " is evacuated without a proof of its death");
            }
            long underWay = incident.journal().stream()
                    .filter(entry -> entry.outcome().isEmpty() && entry.epoch() == incident.epoch())
                    .filter(entry -> entry.step() instanceof Step.Evacuate other
                            && other.server().equals(evacuate.server()))
                    .count();
            if (underWay > 1) {
                isBroken(evacuate.server() + " is evacuated while it is being evacuated");
            }
        }
        if (step instanceof Step.PowerOff && incident.phase() != Phase.PROVING) {
            isBroken(incident.host() + " is switched off when that is not in question any more");
        }
        if (step instanceof Step.EnableService enable && !mayBeEnabled(incident, enable.host())) {
            isBroken(enable.host() + " is enabled, and it was not us who disabled it");
        }
    }

    private boolean isProved(Incident incident) {
        String segment = store.segmentName(incident.segment());
        boolean novaIsEnough = settings.of(segment).proof() == Proof.NOVA_DOWN;
        return incident.evidence().stream()
                .anyMatch(
                        word -> word.kind().provesDeath() && (word.kind() != Evidence.Kind.NOVA_DOWN || novaIsEnough));
    }

    private boolean mayBeEnabled(Incident incident, HostName host) {
        boolean isReservation =
                incident.reservations().stream().map(Reservation::host).anyMatch(host::equals);
        boolean disabledByUs = cloud.exclusively(nova -> nova.host(host.value())
                .map(SimulatedHost::disabledReason)
                .filter(reason -> reason.startsWith("Migawari incident "))
                .isPresent());
        return isReservation || disabledByUs;
    }

    void changed(Incident after) {
        boolean begun = after.subject() instanceof Subject.WholeHost
                && (after.phase() == Phase.ISOLATING
                        || after.phase() == Phase.MOVING
                        || after.phase() == Phase.CLOSING);
        if (begun
                && after.gate()
                        .filter(gate -> AT_THE_BEGINNING.contains(gate.kind()))
                        .isPresent()) {
            isBroken("the recovery of " + after.host() + " had begun, and is stopped by a gate");
        }
    }

    /** Something is asked of Nova or of a fencing device. */
    void called(Step step) {
        boolean intended = store.incidents().stream()
                .flatMap(incident -> incident.journal().stream())
                .filter(entry -> entry.step().equals(step))
                .map(JournalEntry::outcome)
                .anyMatch(outcome -> outcome.isEmpty());
        if (!intended) {
            isBroken("it was not written down before it was done: " + StepWords.of(step));
        }
    }

    /** A pass failed in a way that nobody has thought of; the controller tries it again. */
    void mistake(RuntimeException e) {
        isBroken("a pass failed by a mistake of ours: " + e);
    }

    void atTheEnd() {
        if (cloud.secondEvacuations() > 0) {
            isBroken("Nova was asked for an evacuation while the former one was under way");
        }
        List<Incident> silent = store.incidents().stream()
                .filter(incident -> incident.isOpen()
                        && incident.epoch() == 0
                        && incident.gate().isEmpty())
                .toList();
        silent.forEach(incident -> isBroken("nobody has looked at the incident of " + incident.host()));
    }
}
