// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.ConfigException;
import io.migawari.config.ControllerSettings;
import io.migawari.config.DatabaseSettings;
import io.migawari.config.LogSettings;
import io.migawari.systemd.Systemd;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller, with a database, is told to read its configuration again. */
class ControllerLifeTest {

    @TempDir
    private Path directory;

    private final Wire wire = new Wire();
    private final DatabaseSettings database = wire.to(TestDatabase.migrated());
    private final SystemTime time = new SystemTime();
    private final List<String> told = new ArrayList<>();
    private final List<LogSettings.Level> levels = new ArrayList<>();
    private int port;
    private int anotherPort;
    private ControllerLife life;

    @BeforeEach
    void start() throws Exception {
        port = freePort();
        anotherPort = freePort();
        configure(port, "info");
        life = new ControllerLife(
                () -> ControllerSettings.read(file(), Map.of()),
                log -> levels.add(log.level()),
                new Systemd(this::tell, Optional.of(Duration.ofMillis(1)), time),
                time);
        life.start();
        assertThat(isReady(port)).isTrue();
        told.clear();
    }

    @AfterEach
    void stop() {
        life.close();
        wire.close();
    }

    /** A database that is waited for comes back. */
    private void tell(String state) {
        told.add(state);
        if (state.contains("Waiting for the database")) {
            wire.mend();
        }
    }

    /** Without the signs of life. */
    private List<String> told() {
        return told.stream().filter(state -> !state.equals("WATCHDOG=1")).toList();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Path file() {
        return directory.resolve("controller.yaml");
    }

    private void configure(int listen, String level) throws IOException {
        Files.writeString(file(), """
                name: controller1
                api: {listen: '127.0.0.1:%d', authentication: none}
                database: {url: '%s', user: '%s', password: '%s'}
                openstack: {auth-url: 'http://127.0.0.1:1/v3', username: a, password: b, project-name: c}
                log: {level: %s}
                """.formatted(
                listen, database.url(), database.user(), database.password().reveal(), level));
    }

    private static boolean isReady(int port) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                .build();
        return HttpClient.newHttpClient()
                        .send(request, BodyHandlers.discarding())
                        .statusCode()
                == 200;
    }

    private void hangsUp() throws Exception {
        life.hangUp();
        life.turn();
    }

    @Test
    void itGoesOnWithWhatTheFileSaysNow() throws Exception {
        configure(anotherPort, "debug");
        life.turn();
        assertThat(isReady(port)).as("it was not told so").isTrue();

        hangsUp();

        assertThat(isReady(anotherPort)).isTrue();
        assertThatThrownBy(() -> isReady(port)).isInstanceOf(ConnectException.class);
        assertThat(levels).containsExactly(LogSettings.Level.INFO, LogSettings.Level.DEBUG);
        assertThat(told()).hasSize(2).last().isEqualTo("READY=1");
        assertThat(told().get(0)).startsWith("RELOADING=1\nMONOTONIC_USEC=");

        life.turn();
        assertThat(told()).as("once is enough").hasSize(2);
    }

    @Test
    void aMistakeInTheFileChangesNothing() throws Exception {
        configure(anotherPort, "loud");
        hangsUp();

        assertThat(isReady(port)).isTrue();
        assertThat(told()).hasSize(2).last().isEqualTo("READY=1");
    }

    @Test
    void whatCannotBeUsedIsGivenUpForWhatWasThere() throws Exception {
        try (var taken = new ServerSocket(anotherPort, 1, InetAddress.getLoopbackAddress())) {
            configure(taken.getLocalPort(), "debug");
            hangsUp();
        }

        assertThat(isReady(port)).isTrue();
        assertThat(levels).containsExactly(LogSettings.Level.INFO, LogSettings.Level.DEBUG, LogSettings.Level.INFO);
        assertThat(told()).hasSize(2).last().isEqualTo("READY=1");
    }

    @Test
    void systemdIsToldThatItLivesWhileItWaitsForADatabase() throws Exception {
        wire.cut();
        hangsUp();

        assertThat(told.subList(0, 3)).last().isEqualTo("WATCHDOG=1");
        assertThat(told.get(1)).endsWith("STATUS=Waiting for the database");
        assertThat(told()).last().asString().startsWith("READY=1");
        assertThat(isReady(port)).isTrue();
    }

    @Test
    void aMistakeAtTheStartEndsIt() throws Exception {
        configure(port, "loud");

        assertThatThrownBy(() -> new ControllerLife(
                        () -> ControllerSettings.read(file(), Map.of()),
                        log -> {},
                        new Systemd(told::add, Optional.empty(), time),
                        time))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("log.level");
    }
}
