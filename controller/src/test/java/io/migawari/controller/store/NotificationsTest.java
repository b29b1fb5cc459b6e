// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.NotificationStatus;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.store.Registry.NewHost;
import io.migawari.controller.store.Registry.NewSegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NotificationsTest extends StoreTest {

    private Notification stored(Acceptance acceptance) {
        return ((Acceptance.Stored) acceptance).notification();
    }

    private void close(Lease lease, Phase phase, Instant at) throws LeaseLostException {
        Incident before = incidents.read(lease);
        record(lease, before, in(before, phase, Optional.empty(), at), List.of(), at);
    }

    @Test
    void theFirstReportOfAFailureOpensAnIncidentWithItsEvidence() throws LeaseLostException {
        Notification notification = stored(accept(stopped("compute1", NOW, "NORMAL")));

        assertThat(notification.status()).isEqualTo(NotificationStatus.NEW);
        assertThat(notification.incident()).isPresent();
        assertThat(notification.generatedTime()).isEqualTo(NOW);
        assertThat(notification.payload()).containsEntry("host_status", "NORMAL");
        Incident incident = incidents.read(incidents.claim("me", LONG).get(0));
        assertThat(incident.id()).isEqualTo(notification.incident().get());
        assertThat(incident.host()).isEqualTo(new HostName("compute1"));
        assertThat(incident.evidence()).extracting(Evidence::kind).containsExactly(Evidence.Kind.POWER_READ_AS_OFF);
        assertThat(notifications.find(notification.id()).orElseThrow().status()).isEqualTo(NotificationStatus.RUNNING);
    }

    @Test
    void aHostIsTakenForDeadSinceItsLastProofUntilItsIncidentIsOver() throws LeaseLostException {
        var host = new HostName("compute1");
        assertThat(notifications.deadSince(host)).isEmpty();

        accept(stopped("compute1", NOW, "UNKNOWN"));
        accept(stopped("compute1", NOW.plusSeconds(9), "NORMAL"));
        assertThat(notifications.deadSince(host)).contains(NOW.plusSeconds(9));
        assertThat(notifications.deadSince(new HostName("compute2"))).isEmpty();

        close(incidents.claim("me", LONG).get(0), Phase.RECOVERED, NOW.plusSeconds(30));
        assertThat(notifications.deadSince(host)).isEmpty();
    }

    @Test
    void theSameFromAnotherMonitorIsADuplicateWhileTheIncidentIsOpen() {
        accept(stopped("compute1", NOW, "NORMAL"));

        assertThat(accept(stopped("compute1", NOW.plusSeconds(2), "NORMAL"))).isInstanceOf(Acceptance.Duplicate.class);
    }

    @Test
    void aReportThatTellsMoreJoinsTheOpenIncident() throws LeaseLostException {
        Notification first = stored(accept(stopped("compute1", NOW, "UNKNOWN")));
        Notification second = stored(accept(stopped("compute1", NOW.plusSeconds(9), "NORMAL")));

        assertThat(second.incident()).isEqualTo(first.incident());
        assertThat(incidents.read(incidents.claim("me", LONG).get(0)).evidence())
                .hasSize(2);
    }

    @Test
    void aLateCopyAboutAFailureThatWasDealtWithIsADuplicateAndANewFailureIsNot() throws LeaseLostException {
        close(leased("me"), Phase.RECOVERED, NOW.plusSeconds(30));

        assertThat(accept(stopped("compute1", NOW.plusSeconds(10), "NORMAL"))).isInstanceOf(Acceptance.Duplicate.class);
        // fails, comes back, and fails again within three minutes: Masakari would refuse the second one
        assertThat(accept(stopped("compute1", NOW.plusSeconds(90), "NORMAL"))).isInstanceOf(Acceptance.Stored.class);
        assertThat(incidents.list(true, 10))
                .as("the new failure, and the return from the one before, which will see that it is over")
                .hasSize(2);
    }

    @Test
    void theVerySameReportIsADuplicateForEver() throws LeaseLostException {
        Report report = stopped("compute1", NOW, "NORMAL");
        close(leased("me"), Phase.RECOVERED, NOW.minusSeconds(1)); // the monitor's clock is ahead

        assertThat(accept(report)).isInstanceOf(Acceptance.Duplicate.class);
    }

    @Test
    void manyMonitorsAtOnceOpenOneIncident() throws Exception {
        var threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Acceptance>> reports = new ArrayList<>();
            IntStream.range(0, 40)
                    .forEach(i -> reports.add(
                            () -> accept(stopped("compute1", NOW.plusMillis(i), i % 2 == 0 ? "NORMAL" : "UNKNOWN"))));
            int stored = 0;
            for (var answer : threads.invokeAll(reports)) {
                stored += answer.get() instanceof Acceptance.Stored ? 1 : 0;
            }

            assertThat(stored).isEqualTo(2); // one for each thing that was said
            assertThat(incidents.list(false, 10)).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aDisabledSegmentsFailureIsKeptAndIgnoredWithTheReason() {
        done(registry.update(
                segment.id(), new NewSegment("rack1", segment.method(), "compute", false, Optional.empty()), NOW));

        Notification notification = stored(accept(stopped("compute1", NOW, "NORMAL")));

        assertThat(notification.status()).isEqualTo(NotificationStatus.IGNORED);
        assertThat(notification.message()).contains("The segment rack1 is disabled");
        assertThat(incidents.list(false, 10)).isEmpty();
    }

    @Test
    void aHostOnMaintenanceAndAnUnknownHostAreRefused() {
        var host = registry.hostByName(new HostName("compute2")).orElseThrow();
        done(registry.update(host.id(), new NewHost(host.name(), "COMPUTE", "none", false, true), NOW));

        assertThat(accept(stopped("compute2", NOW, "NORMAL"))).isInstanceOf(Acceptance.OnMaintenance.class);
        assertThat(accept(stopped("compute9", NOW, "NORMAL"))).isInstanceOf(Acceptance.UnknownHost.class);
        assertThat(accept(stopped("COMPUTE1", NOW, "NORMAL"))).isInstanceOf(Acceptance.UnknownHost.class);
    }

    @Test
    void aReportThatAHostRunsMattersToAnOpenIncidentOnly() throws LeaseLostException {
        var report = new Report(
                NotificationType.COMPUTE_HOST, new HostName("compute1"), NOW, Map.of("event", "STARTED"), Map.of());
        var runs = new Meaning.HostRuns(new Evidence(Evidence.Kind.REPORTED_STARTED, "monitor", NOW, "runs"));

        assertThat(stored(notifications.accept(report, runs, NOW)).status()).isEqualTo(NotificationStatus.FINISHED);
        Lease lease = leased("me");
        var later = new Report(report.type(), report.host(), NOW.plusSeconds(5), report.payload(), Map.of());
        assertThat(stored(notifications.accept(later, runs, NOW)).incident()).contains(lease.incident());
        assertThat(incidents.read(lease).evidence()).hasSize(2);
    }

    @Test
    void reportsAboutAHostItsProcessesAndItsInstancesAreIncidentsOfTheirOwn() {
        ServerId server = ServerId.random();
        List<Notification> stored = List.of(
                stored(accept(stopped("compute1", NOW, "NORMAL"))),
                stored(acceptProcess("compute1", "libvirtd", NOW)),
                stored(accept(server, "compute1", NOW)),
                stored(accept(ServerId.random(), "compute1", NOW)));

        assertThat(stored.stream().map(Notification::incident).distinct()).hasSize(4);
        // an instance has one, whichever host reports it
        assertThat(accept(server, "compute2", NOW.plusSeconds(1))).isInstanceOf(Acceptance.Duplicate.class);
    }

    @Test
    void anInstancesDeathIsADuplicateOnlyUntilItWasStartedAndALateCopyAfterwards() throws LeaseLostException {
        ServerId server = ServerId.random();
        accept(server, "compute1", NOW);
        assertThat(accept(server, "compute1", NOW.plusSeconds(1))).isInstanceOf(Acceptance.Duplicate.class);
        Lease lease = incidents.claim("me", LONG).get(0);
        Incident before = incidents.read(lease);
        record(lease, before, before, List.of(new Step.Start(server)), NOW.plusSeconds(3));

        assertThat(accept(server, "compute2", NOW.plusSeconds(2))).isInstanceOf(Acceptance.Duplicate.class);
        Notification again = stored(accept(server, "compute1", NOW.plusSeconds(5)));
        assertThat(again.incident()).contains(lease.incident());
        close(lease, Phase.RECOVERED, NOW.plusSeconds(9));
        // before the incident was closed, but after the start: nobody has answered that one yet
        assertThat(stored(accept(server, "compute1", NOW.plusSeconds(7))).incident())
                .isPresent()
                .isNotEqualTo(again.incident());
    }

    @Test
    void aProcessIsReportedAsStoppedOnceUntilItRunsAgain() {
        Notification first = stored(acceptProcess("compute1", "libvirtd", NOW));
        assertThat(acceptProcess("compute1", "libvirtd", NOW.plusSeconds(1))).isInstanceOf(Acceptance.Duplicate.class);
        Notification other = stored(acceptProcess("compute1", "sshd", NOW.plusSeconds(1)));
        Notification runs = stored(acceptProcess("compute1", "libvirtd", NOW.plusSeconds(2), false));
        Notification again = stored(acceptProcess("compute1", "libvirtd", NOW.plusSeconds(3)));
        Notification stranger = stored(acceptProcess("compute1", "crond", NOW.plusSeconds(4), false));

        assertThat(List.of(other, runs, again))
                .extracting(Notification::incident)
                .containsOnly(first.incident());
        assertThat(stranger.incident()).isEmpty();
        assertThat(stranger.status()).isEqualTo(NotificationStatus.FINISHED);
        assertThat(incidents.find(first.incident().orElseThrow()).orElseThrow().stoppedProcesses())
                .containsExactly("sshd", "libvirtd");
    }

    @Test
    void theStatusThatListsAreFilteredByIsThatOfTheModel() throws LeaseLostException {
        Lease lease = leased("me");
        for (Phase phase : Phase.values()) {
            for (Gate.Kind kind : Gate.Kind.values()) {
                Incident before = incidents.find(lease.incident()).orElseThrow();
                if (!before.isOpen()) {
                    database.inTransaction(h -> h.execute("UPDATE incident SET closed_at = NULL, phase = 'PROVING'"));
                }
                Optional<Gate> gate = phase.isEnd() ? Optional.empty() : Optional.of(new Gate(kind, "why", NOW));
                record(lease, before, in(before, phase, gate, NOW), List.of(), NOW);

                NotificationStatus expected =
                        NotificationStatus.of(phase, gate.isPresent() && kind.needsPerson(), true);
                assertThat(list(Map.of("status", expected.apiName())))
                        .as("%s at %s", phase, kind)
                        .extracting(Notification::status)
                        .containsExactly(expected);
            }
        }
    }

    private List<Notification> list(Map<String, String> filters) {
        try {
            return notifications.list(new ListRequest(filters, List.of(), 100, Optional.empty()));
        } catch (BadListRequestException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void listsAreFilteredSortedAndPaged() throws BadListRequestException {
        for (int i = 0; i < 5; i++) {
            notifications.accept(
                    new Report(
                            NotificationType.VM,
                            new HostName("compute2"),
                            NOW.plusSeconds(i),
                            Map.of("instance_uuid", "x"),
                            Map.of()),
                    new Meaning.Nothing("not yet"),
                    NOW.plusSeconds(i));
        }
        accept(stopped("compute1", NOW, "NORMAL"));

        assertThat(list(Map.of("type", "VM"))).hasSize(5);
        assertThat(list(Map.of("generated-since", "2026-11-20 03:00:03"))).hasSize(2);
        List<Notification> first = notifications.list(new ListRequest(Map.of(), List.of(), 2, Optional.empty()));
        String marker = first.get(1).id().toString();
        List<Notification> second = notifications.list(new ListRequest(Map.of(), List.of(), 2, Optional.of(marker)));
        List<Notification> byNumber = notifications.list(new ListRequest(
                Map.of(), List.of(), 2, Optional.of(String.valueOf(first.get(1).number()))));
        assertThat(first).extracting(Notification::createdAt).containsExactly(NOW.plusSeconds(4), NOW.plusSeconds(3));
        assertThat(second).extracting(Notification::createdAt).containsExactly(NOW.plusSeconds(2), NOW.plusSeconds(1));
        assertThat(byNumber).isEqualTo(second);
        assertThat(notifications.list(new ListRequest(
                        Map.of(), List.of(new ListRequest.Sort("generated_time", true)), 1, Optional.empty())))
                .extracting(Notification::generatedTime)
                .containsExactly(NOW);
        notifications.accept(
                new Report(
                        NotificationType.PROCESS, new HostName("compute2"), NOW, Map.of("process_name", "x"), Map.of()),
                new Meaning.Nothing("not yet"),
                NOW.minusSeconds(9));
        assertThat(notifications.list(
                        new ListRequest(Map.of(), List.of(new ListRequest.Sort("type", false)), 1, Optional.empty())))
                .extracting(Notification::type)
                .containsExactly(NotificationType.VM);
        assertThat(notifications.findByNumber(first.get(0).number())).contains(first.get(0));
        assertThat(notifications.findByNumber(0)).isEmpty();
        assertThat(notifications.list(
                        new ListRequest(Map.of(), List.of(new ListRequest.Sort("deleted", true)), 1, Optional.empty())))
                .hasSize(1);
    }

    @Test
    void aPageGoesOnAfterAMarkerThatNoLongerMatches() throws BadListRequestException {
        Notification first = stored(accept(stopped("compute1", NOW, "NORMAL")));
        Notification second = stored(accept(stopped("compute2", NOW.plusSeconds(1), "NORMAL")));
        List<ListRequest.Sort> oldestFirst = List.of(new ListRequest.Sort("id", true));
        String marker = first.id().toString();

        assertThat(notifications.list(new ListRequest(
                        Map.of("source_host_uuid", second.host().toString()), oldestFirst, 5, Optional.of(marker))))
                .extracting(Notification::id)
                .containsExactly(second.id());
        assertThat(notifications.list(new ListRequest(
                        Map.of("source_host_uuid", first.host().toString()), oldestFirst, 5, Optional.of(marker))))
                .isEmpty();
    }

    @Test
    void aListThatCannotBeAnsweredIsRefusedWithTheReason() {
        assertThatThrownBy(() -> notifications.list(new ListRequest(
                        Map.of(), List.of(new ListRequest.Sort("number; DROP TABLE host", true)), 1, Optional.empty())))
                .isInstanceOf(BadListRequestException.class)
                .hasMessageContaining("Sort key supplied is invalid");
        assertThatThrownBy(() -> notifications.list(new ListRequest(Map.of(), List.of(), 1, Optional.of("nowhere"))))
                .hasMessage("Marker nowhere could not be found.");
        assertThatThrownBy(() -> notifications.list(
                        new ListRequest(Map.of("generated-since", "yesterday"), List.of(), 1, Optional.empty())))
                .hasMessageContaining("Invalid value for generated-since");
    }
}
