// SPDX-License-Identifier: Apache-2.0
package io.migawari.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.Native;
import io.migawari.time.ManualTime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real libsystemd sends, as systemd receives it: a datagram on the socket that the environment names. */
class SystemdTest {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int MSG_DONTWAIT = 0x40;

    /** Java has no datagram sockets with names. */
    public interface C extends Library {
        C LIBRARY = Native.load("c", C.class);

        int socket(int domain, int type, int protocol);

        int bind(int socket, byte[] address, int length);

        long recv(int socket, byte[] buffer, long length, int flags);

        int close(int socket);

        int setenv(String name, String value, int overwrite);

        int unsetenv(String name);
    }

    @TempDir
    private Path directory;

    private final List<String> told = new ArrayList<>();
    private final ManualTime time = new ManualTime(Instant.EPOCH);
    private int socket;
    private String path;

    @BeforeEach
    void listen() {
        path = directory.resolve("notify").toString();
        byte[] address = new byte[110];
        address[0] = AF_UNIX;
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(name, 0, address, 2, name.length);
        socket = C.LIBRARY.socket(AF_UNIX, SOCK_DGRAM, 0);
        assertThat(C.LIBRARY.bind(socket, address, 2 + name.length + 1)).isZero();
        C.LIBRARY.setenv("NOTIFY_SOCKET", path, 1);
    }

    @AfterEach
    void stopListening() {
        C.LIBRARY.unsetenv("NOTIFY_SOCKET");
        C.LIBRARY.close(socket);
    }

    /** The next datagram, or nothing. */
    private String received() {
        byte[] buffer = new byte[200];
        long length = C.LIBRARY.recv(socket, buffer, buffer.length, MSG_DONTWAIT);
        return length <= 0 ? "" : new String(Arrays.copyOf(buffer, (int) length), StandardCharsets.UTF_8);
    }

    private Systemd systemd(long watchdogPid) {
        return Systemd.of(
                Map.of("NOTIFY_SOCKET", path, "WATCHDOG_USEC", "3000000", "WATCHDOG_PID", Long.toString(watchdogPid)),
                time);
    }

    @Test
    void systemdHearsThatWeAreReadyAliveAndStopping() {
        Systemd systemd = systemd(ProcessHandle.current().pid());
        systemd.ready();
        assertThat(received()).isEqualTo("READY=1");
        systemd.alive();
        assertThat(received()).isEqualTo("WATCHDOG=1");
        systemd.alive();
        assertThat(received()).as("a third of its patience has not passed").isEmpty();
        time.advance(Duration.ofMillis(1001));
        systemd.alive();
        assertThat(received()).isEqualTo("WATCHDOG=1");
        systemd.stopping();
        assertThat(received()).isEqualTo("STOPPING=1");
    }

    @Test
    void aWatchdogOfAnotherProcessIsNotOurs() {
        Systemd systemd = systemd(1);
        systemd.alive();
        assertThat(received()).isEmpty();
        systemd.ready();
        assertThat(received()).isEqualTo("READY=1");
    }

    @Test
    void whatTheStartWaitsForIsShownUntilItIsReady() {
        var systemd = new Systemd(told::add, Optional.empty(), time);
        systemd.starting("Waiting for the database", Duration.ofSeconds(30));
        systemd.ready();
        systemd.ready();
        assertThat(told)
                .containsExactly(
                        "EXTEND_TIMEOUT_USEC=30000000\nSTATUS=Waiting for the database", "READY=1\nSTATUS=", "READY=1");
    }

    @Test
    void systemdIsToldWhatItAsksForAndNotMoreOftenThanItNeeds() {
        var systemd = new Systemd(told::add, Optional.of(Duration.ofSeconds(30)), time);
        systemd.ready();
        for (int second = 0; second < 60; second++) {
            systemd.alive();
            time.advance(Duration.ofSeconds(1));
        }
        systemd.stopping();

        assertThat(told)
                .startsWith("READY=1", "WATCHDOG=1")
                .endsWith("STOPPING=1")
                .hasSize(8);
    }

    @Test
    void withoutSystemdNothingIsToldAndNothingIsLoaded() {
        Systemd systemd = Systemd.of(Map.of("WATCHDOG_USEC", "1000000"), time);
        systemd.ready();
        systemd.alive();
        systemd.stopping();
        assertThat(told).isEmpty();
    }
}
