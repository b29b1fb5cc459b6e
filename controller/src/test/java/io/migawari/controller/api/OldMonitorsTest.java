// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.config.ApiSettings;
import io.migawari.config.ApiSettings.Authentication;
import io.migawari.config.ApiSettings.OldMonitors;
import io.migawari.config.ApiSettings.RateLimit;
import io.migawari.config.ApiSettings.Roles;
import io.migawari.config.Network;
import io.migawari.config.RecoverySettings;
import io.migawari.controller.cloud.Identity;
import io.migawari.controller.intake.Intake;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.ops.Metrics;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Notifications;
import io.migawari.controller.store.Registry;
import io.migawari.controller.store.Report;
import io.migawari.time.ManualTime;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the monitors of NTT's first Masakari send, byte for byte as their code makes it, and what becomes of it. */
class OldMonitorsTest {

    private static final Instant NOW = Instant.parse("2026-11-20T23:00:30Z");

    /** Of its host monitor; of a host that has started, endTime is set. */
    private static final String HOST =
            "{\"id\": \"7b1a7c3e-0d4f-4a39-a0f6-5b1ac4b6a0c1\", \"type\": \"rscGroup\", \"regionID\": \"RegionOne\", "
                    + "\"hostname\": \"compute1\", \"uuid\": \"\", \"time\": \"20261121080000\", \"eventID\": \"1\", "
                    + "\"eventType\": \"TYPE\", \"detail\": \"DETAIL\", \"startTime\": \"20261121080000\", \"endTime\": null, "
                    + "\"tzname\": \"'JST', 'JST'\", \"daylight\": \"0\", \"cluster_port\": \"226.94.1.1:5405\"}";

    /** Of its instance monitor, which sends numbers. */
    private static final String GUEST =
            "{\"id\": \"f2d1cdd1-3d0e-4a7c-9d7a-7a2f1e0b8d11\", \"type\": \"VM\", \"regionID\": \"RegionOne\", "
                    + "\"hostname\": \"compute1\", \"uuid\": \"0b9c2f0e-6f5c-4a9f-9a4e-2d9b3f6f1c11\", "
                    + "\"time\": \"20261121080000\", \"eventID\": EVENT, \"eventType\": TYPE, \"detail\": DETAIL, "
                    + "\"tzname\": \"'JST', 'JST'\", \"daylight\": \"0\", \"cluster_port\": \"\"}";

    private final Notifications notifications = mock(Notifications.class);
    private final ManualTime time = new ManualTime(NOW);

    OldMonitorsTest() {
        when(notifications.clock()).thenReturn(NOW);
    }

    private static OldMonitors settings(String network, boolean trustPower) {
        return new OldMonitors(List.of(Network.parse(network).orElseThrow()), trustPower, ZoneId.of("Asia/Tokyo"));
    }

    private HttpResponse<String> post(Optional<OldMonitors> settings, String body) throws Exception {
        var intake = new Intake(notifications, mock(Registry.class), RecoverySettings.defaults(), stored -> {}, time);
        try (var server = new ApiServer(
                new ApiSettings(
                        "127.0.0.1",
                        0,
                        Authentication.KEYSTONE,
                        Roles.defaults(),
                        RateLimit.defaults(),
                        Optional.empty(),
                        Optional.empty(),
                        settings),
                List.of(new VersionsResource(), new OldMonitorsResource(settings, intake)),
                Set.of(),
                host -> Optional.empty(),
                mock(Identity.class),
                new SilentAudit(),
                new Metrics(MetricSnapshots::new, "1"),
                time)) {
            server.start();
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(server.url() + "/"))
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString(body))
                                    .build(),
                            BodyHandlers.ofString());
        }
    }

    private HttpResponse<String> post(String body) throws Exception {
        return post(Optional.of(settings("127.0.0.0/8", false)), body);
    }

    private static Report read(String body, boolean trustPower) throws Exception {
        return OldReport.read(new ObjectMapper().readTree(body), settings("127.0.0.0/8", trustPower));
    }

    private static String host(String type, String detail) {
        return HOST.replace("TYPE", type).replace("DETAIL", detail);
    }

    private static String guest(String event, String type, String detail) {
        return GUEST.replace("EVENT", event).replace("TYPE", type).replace("DETAIL", detail);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2, true,  STOPPED, NORMAL,  OFFLINE",
        "2, 2, false, STOPPED, UNKNOWN, OFFLINE",
        "2, 3, true,  STOPPED, UNKNOWN, OFFLINE",
        "2, 4, true,  STOPPED, UNKNOWN, OFFLINE",
        "1, 1, false, STARTED, NORMAL,  ONLINE",
    })
    void aHostIsReported(String type, String detail, boolean trust, String event, String host, String cluster)
            throws Exception {
        Report report = read(host(type, detail), trust);

        assertThat(report.type()).isEqualTo(NotificationType.COMPUTE_HOST);
        assertThat(report.host().value()).isEqualTo("compute1");
        assertThat(report.generatedTime()).isEqualTo(Instant.parse("2026-11-20T23:00:00Z"));
        assertThat(report.payload()).isEqualTo(Map.of("event", event, "host_status", host, "cluster_status", cluster));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 5,  5,  LIFECYCLE, STOPPED_FAILED",
        "0, 5,  1,  LIFECYCLE, STOPPED_DESTROYED",
        "0, 3,  2,  LIFECYCLE, SUSPENDED_IOERROR",
        "3, 1,  -1, WATCHDOG,  WATCHDOG_PAUSE",
        "4, 2,  -1, IO_ERROR,  IO_ERROR_REPORT",
        "1, -1, -1, EVENT_1,   -1_-1",
    })
    void anInstanceIsReported(String event, String type, String detail, String name, String virDomainEvent)
            throws Exception {
        Report report = read(guest(event, type, detail), false);

        assertThat(report.type()).isEqualTo(NotificationType.VM);
        assertThat(report.payload())
                .isEqualTo(Map.of(
                        "instance_uuid",
                        "0b9c2f0e-6f5c-4a9f-9a4e-2d9b3f6f1c11",
                        "event",
                        name,
                        "vir_domain_event",
                        virDomainEvent));
    }

    @Test
    void aProcessIsReported() throws Exception {
        Report report = read(host("1", "03").replace("rscGroup", "nodeStatus"), false);

        assertThat(report.type()).isEqualTo(NotificationType.PROCESS);
        assertThat(report.payload()).isEqualTo(Map.of("event", "STOPPED", "process_name", "number 03 of proc.list"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"rscGroup\" | \"other\" | type is 'other'; expected rscGroup, VM or nodeStatus",
                "20261121080000\", \"eventID | yesterday\", \"eventID | time is 'yesterday'; expected YYYYMMDDhhmmss",
                "\"DETAIL\" | \"9\" | detail is '9'; expected 2, 3 or 4",
                "\"TYPE\" | \"7\" | eventType is '7'; expected 1 or 2",
                "\"TYPE\" | null | eventType is None; expected a text or a number",
                "\"compute1\" | \"a b\" | Host with name a b could not be found.",
            })
    void whatIsNoReportIsRefusedWithTheField(String was, String is, String message) throws Exception {
        var answer = post(HOST.replace(was, is).replace("\"TYPE\"", "\"2\"").replace("\"DETAIL\"", "\"2\""));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(message);
    }

    @Test
    void whatIsKnownAlreadyOrExpectedIsASuccessToThem() throws Exception {
        when(notifications.accept(any(), any(), any())).thenReturn(new Acceptance.Duplicate());
        var known = post(host("2", "2"));
        when(notifications.accept(any(), any(), any())).thenReturn(new Acceptance.OnMaintenance());
        var expected = post(host("2", "2"));
        when(notifications.accept(any(), any(), any())).thenReturn(new Acceptance.UnknownHost());
        var unknown = post(host("2", "2"));

        assertThat(known.statusCode()).isEqualTo(200);
        assertThat(known.body()).isEqualTo("known already\r\n");
        assertThat(expected.statusCode()).isEqualTo(200);
        assertThat(unknown.statusCode()).isEqualTo(400);
    }

    @Test
    void nobodyIsHeardFromElsewhereAndNobodyAtAllWhereItIsNotConfigured() throws Exception {
        when(notifications.accept(any(), any(), any())).thenReturn(new Acceptance.Duplicate());

        var elsewhere = post(Optional.of(settings("192.0.2.0/24", false)), host("2", "2"));
        assertThat(elsewhere.statusCode()).isEqualTo(403);
        assertThat(elsewhere.body()).contains("127.0.0.1 is in none of the networks");
        assertThat(post(Optional.empty(), host("2", "2")).statusCode()).isEqualTo(405);
    }
}
