// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging.syslog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Library;
import com.sun.jna.Native;
import io.migawari.config.ClientTls;
import io.migawari.config.SyslogSettings;
import io.migawari.config.SyslogSettings.Address;
import io.migawari.time.ManualTime;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What servers receive, over real sockets. */
@Timeout(60)
class ChannelsTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String PASSWORD = "only for tests";

    @TempDir
    private Path directory;

    private static Channel.Opening to(Address address, ClientTls tls) {
        return Channels.to(new SyslogSettings(address, SyslogSettings.Facility.DAEMON, tls));
    }

    @Test
    void overUdpAMessageIsADatagram() throws IOException {
        try (var server = new DatagramSocket(0, LOOPBACK);
                var channel = to(new Address.Udp("127.0.0.1", server.getLocalPort()), ClientTls.none())
                        .open()) {
            channel.send("<30>1 身".getBytes(UTF_8));
            var packet = new DatagramPacket(new byte[100], 100);
            server.receive(packet);
            assertThat(new String(packet.getData(), 0, packet.getLength(), UTF_8))
                    .isEqualTo("<30>1 身");
        }
    }

    /** Certificates that it shows, as the JDK's own keytool makes them. */
    private SSLServerSocket tlsServer(String alternatives) throws Exception {
        Path store = directory.resolve("server.p12");
        Files.deleteIfExists(store);
        keytool(store, "-genkeypair", "-keyalg", "EC", "-dname", "CN=log", "-validity", "2", "-ext", alternatives);
        keytool(
                store,
                "-exportcert",
                "-rfc",
                "-file",
                directory.resolve("ca.pem").toString());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            keys.load(file, PASSWORD.toCharArray());
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 5, LOOPBACK);
    }

    private void keytool(Path store, String... words) throws Exception {
        String[] command = {
            System.getProperty("java.home") + "/bin/keytool",
            words[0],
            "-alias",
            "log",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD
        };
        String[] all = Arrays.copyOf(command, command.length + words.length - 1);
        System.arraycopy(words, 1, all, command.length, words.length - 1);
        assertThat(new ProcessBuilder(all)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor())
                .isZero();
    }

    private ClientTls trusting() {
        return new ClientTls(Optional.of(directory.resolve("ca.pem")), Optional.empty(), Optional.empty());
    }

    /** Accepts connections one after the other, and takes the handshake, which the other side waits for. */
    private static SSLSocket accepted(SSLServerSocket server) throws IOException {
        var socket = (SSLSocket) server.accept();
        socket.startHandshake();
        return socket;
    }

    @Test
    void overTlsAMessageHasItsLengthInFrontAndAServerThatCameBackGetsTheNext() throws Exception {
        try (SSLServerSocket server = tlsServer("san=ip:127.0.0.1")) {
            var sender = new SyslogSender(
                    "tls://127.0.0.1",
                    to(new Address.Tls("127.0.0.1", server.getLocalPort()), trusting()),
                    1_000,
                    new ManualTime(Instant.EPOCH));
            sender.offer("<30>1 身".getBytes(UTF_8));
            sender.offer("<30>1 two".getBytes(UTF_8));
            var sending = new Thread(() -> sender.carry(true));
            sending.start();
            try (SSLSocket first = accepted(server)) {
                sending.join();
                assertThat(sender.carry(false)).isTrue();
                assertThat(new String(first.getInputStream().readNBytes(22), UTF_8))
                        .isEqualTo("9 <30>1 身9 <30>1 two");
            }
            sender.offer("<30>1 three".getBytes(UTF_8));
            var again = new Thread(() -> sender.carry(true));
            again.start();
            try (SSLSocket second = accepted(server)) {
                again.join();
                assertThat(new String(second.getInputStream().readNBytes(14), UTF_8))
                        .isEqualTo("11 <30>1 three");
            }
            sender.close();
        }
    }

    @Test
    void aServerOfAnotherNameGetsNothing() throws Exception {
        try (SSLServerSocket server = tlsServer("san=dns:another.example.org")) {
            var serving = new Thread(() -> {
                try (SSLSocket socket = accepted(server)) {
                    socket.getInputStream().read();
                } catch (IOException expected) {
                    // it is turned down
                }
            });
            serving.start();
            assertThatThrownBy(() -> to(new Address.Tls("127.0.0.1", server.getLocalPort()), trusting())
                            .open())
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("127.0.0.1");
            serving.join();
        }
    }

    /** Java has no datagram sockets with names. */
    public interface C extends Library {
        C LIBRARY = Native.load("c", C.class);

        int socket(int domain, int type, int protocol);

        int bind(int socket, byte[] address, int length);

        long recv(int socket, byte[] buffer, long length, int flags);

        int close(int socket);
    }

    private static int localServer(Path path) {
        byte[] name = path.toString().getBytes(UTF_8);
        byte[] address = new byte[110];
        address[0] = 1; // AF_UNIX
        System.arraycopy(name, 0, address, 2, name.length);
        int socket = C.LIBRARY.socket(1, 2, 0);
        assertThat(C.LIBRARY.bind(socket, address, 2 + name.length + 1)).isZero();
        return socket;
    }

    @Test
    void overALocalSocketAMessageIsADatagramAndAServerThatCameBackGetsTheNext() throws IOException {
        Path path = directory.resolve("log");
        Channel.Opening opening = to(new Address.Local(path), ClientTls.none());
        assertThatThrownBy(opening::open).isInstanceOf(IOException.class).hasMessageContaining("No such file");

        int server = localServer(path);
        byte[] buffer = new byte[100];
        try (Channel channel = opening.open()) {
            channel.send("<30>1 身".getBytes(UTF_8));
            long length = C.LIBRARY.recv(server, buffer, buffer.length, 0);
            assertThat(new String(buffer, 0, (int) length, UTF_8)).isEqualTo("<30>1 身");

            C.LIBRARY.close(server);
            assertThatThrownBy(() -> channel.send("x".getBytes(UTF_8)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("refused");
        }
        Files.delete(path);
        int again = localServer(path);
        try (Channel channel = opening.open()) {
            channel.send("again".getBytes(UTF_8));
            assertThat(C.LIBRARY.recv(again, buffer, buffer.length, 0)).isEqualTo(5);
        } finally {
            C.LIBRARY.close(again);
        }
    }

    @Test
    void aPathThatIsTooLongForASocketIsNotCutShort() {
        Path longest = Path.of("/" + "x".repeat(106));
        assertThatThrownBy(
                        () -> to(new Address.Local(longest), ClientTls.none()).open())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No such file");

        Path tooLong = Path.of("/" + "x".repeat(107));
        assertThatThrownBy(
                        () -> to(new Address.Local(tooLong), ClientTls.none()).open())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("too long");
    }

    @Test
    void aCertificateFileThatCannotBeUsedIsNamedAtTheStart() {
        assertThatThrownBy(() -> to(new Address.Tls("127.0.0.1", 1), trusting()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ca.pem");
    }
}
