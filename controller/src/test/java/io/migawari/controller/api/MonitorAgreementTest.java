// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.config.ClientTls;
import io.migawari.controller.Trial;
import io.migawari.monitor.controller.ControllerClient;
import io.migawari.monitor.controller.Heard;
import io.migawari.monitor.controller.Outcome;
import io.migawari.monitor.controller.StartWord;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.settings.ControllerAccess;
import io.migawari.monitor.settings.ControllerAccess.Authentication;
import io.migawari.monitor.settings.HealthSettings;
import io.migawari.monitor.settings.MonitorSettings;
import io.migawari.monitor.settings.SpoolSettings;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Our monitors' client and our controller, held against each other. */
class MonitorAgreementTest {

    private final Trial trial = new Trial("auto");

    @AfterEach
    void close() {
        trial.close();
    }

    private ControllerClient client(ControllerAccess.Evidence evidence) {
        var access = new ControllerAccess(
                List.of(trial.url()),
                Authentication.NONE,
                evidence,
                ClientTls.none(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
        return new ControllerClient(
                new MonitorSettings(
                        access,
                        Optional.empty(),
                        new SpoolSettings(Path.of("unused"), 100, 100),
                        new HealthSettings(Optional.empty()),
                        trial.settings.log()),
                new SystemTime());
    }

    private static Notification stopped(String host, Instant at, String seenBy) {
        return new Notification(
                Notification.Type.COMPUTE_HOST,
                host,
                at,
                Map.of("event", "STOPPED", "cluster_status", "OFFLINE", "host_status", "UNKNOWN"),
                Map.of(
                        "fenced_at", "2026-11-20T22:06:20Z",
                        "fenced_by", "compute3",
                        "quorum", "true",
                        "seen_by", seenBy,
                        "seen_by_boot", "31bb07af"));
    }

    @Test
    void theEvidenceOfAMonitorIsShownAndTheSameFactIsOneNotificationWhoeverTellsIt() {
        Instant at = new SystemTime().now();
        var client = client(ControllerAccess.Evidence.AUTO);

        assertThat(client.deliver(stopped("compute1", at, "compute2"))).isEqualTo(new Outcome.Delivered());
        assertThat(client.deliver(stopped("compute1", at, "compute2"))).isInstanceOf(Outcome.AlreadyKnown.class);
        assertThat(client(ControllerAccess.Evidence.NEVER).deliver(stopped("compute1", at, "compute3")))
                .isInstanceOf(Outcome.AlreadyKnown.class);

        JsonNode incident = trial.incident("compute1");
        assertThat(incident.toString())
                .contains("fenced at 2026-11-20T22:06:20Z by compute3; seen by compute2 with quorum");
        assertThat(trial.get("/v1/notifications").path("notifications")).hasSize(1);
    }

    @Test
    void aSignOfLifeIsTakenOfHostsThatAreRegistered() {
        var client = client(ControllerAccess.Evidence.AUTO);

        assertThat(client.signOfLife("compute1", "host-monitor")).isEqualTo(new Heard.Taken());
        assertThat(client.signOfLife("compute5", "host-monitor")).isInstanceOf(Heard.Refused.class);
    }

    @Test
    void aHostIsToldWhetherItsNovaComputeMayStart() {
        var client = client(ControllerAccess.Evidence.AUTO);

        assertThat(client.mayStart("compute1")).isEqualTo(new StartWord.May(false, "no recovery of compute1 is open"));
        assertThat(client.mayStart("compute5")).isInstanceOf(StartWord.Stranger.class);

        client.deliver(stopped("compute1", new SystemTime().now(), "compute2"));
        assertThat(client.mayStart("compute1"))
                .isInstanceOfSatisfying(
                        StartWord.May.class, may -> assertThat(may.reported()).isTrue());

        trial.stopController();
        assertThat(client.mayStart("compute1")).isInstanceOf(StartWord.NoAnswer.class);
        trial.startController();
    }

    @Test
    void everyKindOfNotificationIsTaken() {
        var client = client(ControllerAccess.Evidence.AUTO);
        Instant at = new SystemTime().now();

        assertThat(client.deliver(new Notification(
                        Notification.Type.VM,
                        "compute2",
                        at,
                        Map.of(
                                "event", "LIFECYCLE",
                                "vir_domain_event", "STOPPED_FAILED",
                                "instance_uuid", "00000000-0000-4000-8000-000000000001"),
                        Map.of("seen_by", "compute2"))))
                .isEqualTo(new Outcome.Delivered());
        assertThat(client.deliver(new Notification(
                        Notification.Type.PROCESS,
                        "compute2",
                        at,
                        Map.of("event", "STOPPED", "process_name", "nova-compute"),
                        Map.of("seen_by", "compute2"))))
                .isEqualTo(new Outcome.Delivered());
        assertThat(client.deliver(new Notification(
                        Notification.Type.COMPUTE_HOST, "compute3", at, Map.of("event", "STARTED"), Map.of())))
                .isEqualTo(new Outcome.Delivered());
    }

    @Test
    void whatTheControllerRefusesIsFinalAndItsHostsCanBeAskedFor() throws IOException {
        var client = client(ControllerAccess.Evidence.AUTO);

        assertThat(client.deliver(stopped("stranger", new SystemTime().now(), "compute2")))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(400));
        assertThat(client.hosts()).containsExactly("compute1", "compute2", "compute3", "compute4");
        trial.stopController();
        assertThat(client.deliver(stopped("compute1", new SystemTime().now(), "compute2")))
                .isInstanceOfSatisfying(
                        Outcome.TryLater.class,
                        later -> assertThat(later.controllerAway()).isTrue());
        trial.startController();
    }
}
