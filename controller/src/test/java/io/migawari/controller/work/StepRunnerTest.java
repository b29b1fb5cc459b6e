// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.fencing.Fencing;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Urgency;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.LeaseLostException;
import io.migawari.db.DatabaseException;
import io.migawari.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done outside is done under a lease that the database confirms, and what came of it is written down. */
class StepRunnerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Outcome DONE = new Outcome.Accepted(Optional.empty());
    private final DatabaseException away =
            new DatabaseException(DatabaseException.Kind.UNAVAILABLE, "the database is away, on purpose");

    private final Instant start = Instant.parse("2026-11-21T03:00:00Z");
    private final ManualTime time = new ManualTime(start);
    private final Lease lease = new Lease(IncidentId.random(), "me/1", 3, SegmentId.random(), Urgency.HOST);
    private final Step.ForceDown step = new Step.ForceDown(new HostName("compute1"));
    private final Cloud cloud = mock(Cloud.class);
    private final Incidents incidents = mock(Incidents.class);
    private final AtomicInteger looks = new AtomicInteger();

    /** The lease is certain by our own clock until then. */
    private Instant certainUntil = start.plusSeconds(5);

    private final StepRunner<IncidentId, Lease> steps = new StepRunner<>(
            cloud,
            Fencing.none(),
            incidents,
            (of, work) -> work.run(),
            asked -> time.now().isBefore(certainUntil),
            incident -> looks.incrementAndGet(),
            time,
            PATIENCE);

    @BeforeEach
    void novaTakesIt() throws InterruptedException {
        when(cloud.carryOut(any(), any())).thenReturn(DONE);
    }

    private void carryOut() {
        steps.carryOut(lease, List.of(new JournalEntry(7, 3, step, start, Optional.empty(), Optional.empty())));
    }

    @Test
    void aStepIsCarriedOutUnderALeaseThatTheDatabaseConfirms() throws Exception {
        when(incidents.isHeld(lease)).thenReturn(true);

        carryOut();

        verify(cloud).carryOut(step, PATIENCE);
        verify(incidents).recordOutcome(lease, 7, DONE, start);
        assertThat(looks).hasValue(1);
    }

    @Test
    void aControllerThatWasFrozenWithItsClockDoesNothingWhenItWakesUp() throws Exception {
        when(incidents.isHeld(lease)).thenReturn(false);

        carryOut();

        verify(cloud, never()).carryOut(any(), any());
        verify(incidents, never()).recordOutcome(any(), anyLong(), any(), any());
    }

    @Test
    void aControllerThatWasStalledDoesNothingWhenItWakesUp() throws Exception {
        when(incidents.isHeld(lease)).thenReturn(true);
        time.advance(Duration.ofSeconds(5));

        carryOut();

        verify(cloud, never()).carryOut(any(), any());
    }

    @Test
    void anAnswerOfTheDatabaseThatWasOnItsWayForTooLongIsNone() throws Exception {
        when(incidents.isHeld(lease)).thenAnswer(call -> {
            time.advance(Duration.ofSeconds(5));
            return true;
        });

        carryOut();

        verify(cloud, never()).carryOut(any(), any());
    }

    @Test
    void nothingIsBegunWhileTheDatabaseIsAway() throws Exception {
        when(incidents.isHeld(lease)).thenThrow(away);

        carryOut();

        verify(cloud, never()).carryOut(any(), any());
        assertThat(time.now()).isEqualTo(certainUntil);
    }

    @Test
    void whatWasIntendedIsBegunWhenTheDatabaseIsBackInTime() throws Exception {
        when(incidents.isHeld(lease)).thenThrow(away).thenThrow(away).thenReturn(true);

        carryOut();

        verify(cloud).carryOut(step, PATIENCE);
    }

    @Test
    void whatHasHappenedIsWrittenDownWhenTheDatabaseIsBack() throws Exception {
        when(incidents.isHeld(lease)).thenReturn(true);
        doThrow(away).doThrow(away).doNothing().when(incidents).recordOutcome(eq(lease), anyLong(), any(), any());

        carryOut();

        verify(cloud, times(1)).carryOut(step, PATIENCE);
        verify(incidents, times(3)).recordOutcome(eq(lease), eq(7L), eq(DONE), any());
    }

    @Test
    void whatCameOfAStepIsNotWrittenUnderALeaseThatWasLostMeanwhile() throws Exception {
        when(incidents.isHeld(lease)).thenReturn(true);
        doThrow(new LeaseLostException(lease)).when(incidents).recordOutcome(any(), anyLong(), any(), any());

        carryOut();

        verify(incidents, times(1)).recordOutcome(any(), anyLong(), any(), any());
        assertThat(looks).as("looks at the incident").hasValueLessThanOrEqualTo(1);
    }
}
