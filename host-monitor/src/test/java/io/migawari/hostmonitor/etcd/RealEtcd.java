// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.etcd;

import static org.awaitility.Awaitility.await;

import io.migawari.config.ClientTls;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Debian's etcd-server, one member on the loopback address. */
final class RealEtcd implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/bin/etcd");

    private final Path directory;
    private final List<String> more;
    private final int port = freePort();
    private final int peerPort = freePort();
    private Process process;

    /** @param more options of etcd; with certificates it speaks https */
    RealEtcd(Path directory, String... more) throws IOException {
        this.directory = directory;
        this.more = List.of(more);
        start();
    }

    static boolean isThere() {
        return Files.isExecutable(PROGRAM);
    }

    private void start() throws IOException {
        String peer = "http://127.0.0.1:" + peerPort;
        List<String> command = new ArrayList<>(List.of(
                PROGRAM.toString(),
                "--data-dir",
                directory.resolve("etcd").toString(),
                "--listen-client-urls",
                url().toString(),
                "--advertise-client-urls",
                url().toString(),
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
                "--initial-cluster",
                "default=" + peer));
        command.addAll(more);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("etcd.log").toFile())
                .start();
    }

    void restart() throws IOException {
        close();
        start();
    }

    URI url() {
        return URI.create((more.isEmpty() ? "http" : "https") + "://127.0.0.1:" + port);
    }

    EtcdSettings settings() {
        return new EtcdSettings(
                List.of(url()), "/test/hosts", Duration.ofSeconds(3), true, Optional.empty(), ClientTls.none());
    }

    /** Calls it until it answers. */
    EtcdClient client(EtcdSettings settings) {
        var client = new EtcdClient(settings, Duration.ofSeconds(5), new SystemTime());
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> client.call("/v3/kv/range", Map.of("key", "AA==")) != null);
        return client;
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
