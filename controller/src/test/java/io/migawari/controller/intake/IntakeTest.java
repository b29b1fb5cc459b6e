// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.migawari.config.RecoverySettings;
import io.migawari.config.RecoverySettings.OfSegment;
import io.migawari.config.RecoverySettings.Proof;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Meaning;
import io.migawari.controller.store.Notifications;
import io.migawari.controller.store.Registry;
import io.migawari.controller.store.Report;
import io.migawari.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

/** What a report about a host is taken for. */
class IntakeTest {

    private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");
    private static final HostName COMPUTE1 = new HostName("compute1");

    private final Notifications notifications = mock(Notifications.class);
    private final Registry registry = mock(Registry.class);
    private RecoverySettings settings = RecoverySettings.defaults();

    IntakeTest() {
        var rack = new SegmentId(new UUID(0, 1));
        when(notifications.accept(any(), any(), any())).thenReturn(new Acceptance.Duplicate());
        when(notifications.clock()).thenReturn(NOW);
        when(registry.hostByName(COMPUTE1))
                .thenReturn(Optional.of(new Host(
                        1,
                        new HostId(new UUID(0, 2)),
                        COMPUTE1,
                        rack,
                        "COMPUTE",
                        "none",
                        false,
                        false,
                        NOW,
                        Optional.empty())));
        when(registry.segment(rack))
                .thenReturn(Optional.of(new Segment(
                        1,
                        rack,
                        "rack1",
                        RecoveryMethod.AUTO,
                        "compute",
                        true,
                        Optional.empty(),
                        NOW,
                        Optional.empty())));
    }

    private Evidence evidence(String hostStatus, Instant generated, Map<String, String> shown) {
        var report = new Report(
                NotificationType.COMPUTE_HOST,
                COMPUTE1,
                generated,
                Map.of("event", "STOPPED", "host_status", hostStatus),
                shown);
        new Intake(notifications, registry, settings, stored -> {}, new ManualTime(NOW)).accept(report, "monitor");
        var meaning = ArgumentCaptor.forClass(Meaning.class);
        verify(notifications).accept(any(), meaning.capture(), any());
        return ((Meaning.HostFailed) meaning.getValue()).evidence();
    }

    private void segment(Proof proof, boolean trust) {
        RecoverySettings d = settings;
        settings = new RecoverySettings(
                d.proof(),
                Map.of("rack1", new OfSegment(proof, trust)),
                !trust,
                d.novaDownFor(),
                d.instances(),
                d.restarts(),
                d.parallel(),
                d.parallelPerDestination(),
                d.attempts(),
                d.giveUpAfter(),
                d.overdueAfter(),
                d.addToAggregates(),
                d.clockTolerance(),
                d.fenceAfter(),
                d.gates(),
                d.returns());
    }

    @Test
    void aFencingThatTheClusterNamesIsAProofFromItsTimeOn() {
        Instant at = NOW.minusSeconds(20);

        Evidence evidence = evidence("NORMAL", at, Map.of("fenced_at", at.toString(), "fenced_by", "compute2"));

        assertThat(evidence.kind()).isEqualTo(Evidence.Kind.FENCED);
        assertThat(evidence.observedAt()).isEqualTo(at);
        assertThat(evidence.words()).contains("fenced at " + at + " by compute2");
    }

    @Test
    void aFencingOfAnEarlierLossProvesNothing() {
        Instant old = NOW.minus(Duration.ofMinutes(3));

        Evidence evidence = evidence("NORMAL", NOW, Map.of("fenced_at", old.toString()));

        assertThat(evidence.kind()).isEqualTo(Evidence.Kind.REPORTED_STOPPED);
        assertThat(evidence.words()).contains("is not of this loss").contains(old.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-2M", "PT25H"})
    void aProofProvesNothingIfItsTimeCannotBeReliedOn(Duration age) {
        Instant at = NOW.minus(age);

        Evidence fenced = evidence("NORMAL", at, Map.of("fenced_at", at.toString()));

        assertThat(fenced.kind()).isEqualTo(Evidence.Kind.REPORTED_STOPPED);
        assertThat(fenced.words()).contains("but: It was generated at " + at);
        assertThat(fenced.observedAt()).isEqualTo(age.isNegative() ? NOW : at);
    }

    @Test
    void aFencingAtAnUnreadableTimeProvesNothing() {
        assertThat(evidence("NORMAL", NOW, Map.of("fenced_at", "just now")).kind())
                .isEqualTo(Evidence.Kind.REPORTED_STOPPED);
    }

    @Test
    void aFencingIsNotBelievedOfAHostWhosePowerIsNotKnown() {
        assertThat(evidence("UNKNOWN", NOW, Map.of("fenced_at", NOW.toString())).kind())
                .isEqualTo(Evidence.Kind.REPORTED_STOPPED);
    }

    @Test
    void notToKnowThePowerIsStillAReport() {
        Evidence evidence = evidence("UNKNOWN", NOW, Map.of());

        assertThat(evidence.kind()).isEqualTo(Evidence.Kind.REPORTED_STOPPED);
        assertThat(evidence.words()).contains("its power not known");
    }

    @Test
    void aMonitorsReadingOfThePowerCountsWhereTheSegmentTrustsIt() {
        segment(Proof.REQUIRED, true);

        assertThat(evidence("NORMAL", NOW, Map.of()).kind()).isEqualTo(Evidence.Kind.POWER_READ_AS_OFF);
    }

    @Test
    void andProvesNothingWhereItDoesNot() {
        segment(Proof.REQUIRED, false);

        Evidence evidence = evidence("NORMAL", NOW, Map.of());

        assertThat(evidence.kind()).isEqualTo(Evidence.Kind.REPORTED_STOPPED);
        assertThat(evidence.words()).contains("not trusted here");
    }

    @Test
    void aFencingOfTheClusterNeedsNoTrustInReadings() {
        segment(Proof.REQUIRED, false);

        assertThat(evidence("NORMAL", NOW, Map.of("fenced_at", NOW.toString())).kind())
                .isEqualTo(Evidence.Kind.FENCED);
    }
}
