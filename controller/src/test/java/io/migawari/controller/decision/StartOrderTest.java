// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.operation.OperationId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StartOrderTest {

    private static final HostName HOST = new HostName("compute1");
    private static final Instant NOW = Instant.parse("2026-11-20T03:00:00Z");

    private static Incident failure(Phase phase, Optional<Gate.Kind> gate) {
        var host = new Host(
                1,
                new HostId(new UUID(0, 1)),
                HOST,
                new SegmentId(new UUID(0, 2)),
                "COMPUTE",
                "none",
                false,
                false,
                NOW,
                Optional.empty());
        return Incident.opened(IncidentId.random(), new Subject.WholeHost(), host, "", NOW)
                .edit()
                .phase(phase)
                .gate(gate.map(kind -> new Gate(kind, "", NOW)))
                .done();
    }

    private static StartOrder order(Phase phase, Optional<Gate.Kind> gate) {
        return StartOrder.of(HOST, Optional.of(failure(phase, gate)), Optional.empty());
    }

    @Test
    void aHostThatNobodyRecoversMayStart() {
        StartOrder order = StartOrder.of(HOST, Optional.empty(), Optional.empty());

        assertThat(order.mayStart()).isTrue();
        assertThat(order.incident()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"ISOLATING", "MOVING", "CLOSING"})
    void aHostWhoseRecoveryHasBegunWaits(Phase phase) {
        assertThat(order(phase, Optional.empty()).mayStart()).isFalse();
        assertThat(order(phase, Optional.of(Gate.Kind.NO_DESTINATION)).mayStart())
                .isFalse();
    }

    /** Its start is what tells that it lives, and keeps it from being recovered from. */
    @Test
    void aHostWithWhichNothingWasBegunMayStartAndIsToldThatItIsReported() {
        StartOrder order = order(Phase.PROVING, Optional.of(Gate.Kind.STORM));

        assertThat(order.mayStart()).isTrue();
        assertThat(order.incident()).isPresent();
    }

    /** Held, it would fall silent, and be taken for dead; or never say what is off on it. */
    @ParameterizedTest
    @EnumSource(names = {"HOST_ALIVE", "HOST_BACK"})
    void aHostWhoseRecoveryWaitsForItsNovaComputeMayStart(Gate.Kind gate) {
        assertThat(order(Phase.MOVING, Optional.of(gate)).mayStart()).isTrue();
        assertThat(order(Phase.ISOLATING, Optional.of(gate)).mayStart()).isTrue();
    }

    @Test
    void aHostThatAPersonHasEvacuatedWaits() {
        OperationId evacuating = OperationId.random();
        StartOrder order = StartOrder.of(HOST, Optional.empty(), Optional.of(evacuating));

        assertThat(order.mayStart()).isFalse();
        assertThat(order.words()).isEqualTo("operation " + evacuating + " evacuates what was on compute1");
    }
}
