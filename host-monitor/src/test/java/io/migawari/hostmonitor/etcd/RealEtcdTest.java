// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.migawari.config.ClientTls;
import io.migawari.config.Secret;
import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.hostmonitor.membership.Standing;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The driver against a real etcd, where there is one: {@code apt-get install etcd-server}. */
@EnabledIf("isThere")
class RealEtcdTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    static boolean isThere() {
        return RealEtcd.isThere();
    }

    private static EtcdMembership host(EtcdSettings settings, String name) {
        return new EtcdMembership(settings, name, "boot-of-" + name, Duration.ofSeconds(4), new SystemTime());
    }

    private static Map<String, Standing> standings(EtcdMembership of) {
        Map<String, Standing> standings = new TreeMap<>();
        if (of.look() instanceof Sighting.Partition partition) {
            partition.hosts().forEach((name, host) -> standings.put(name, host.standing()));
        }
        return standings;
    }

    private static EtcdSettings with(EtcdSettings settings, Optional<EtcdSettings.Login> login, ClientTls tls) {
        return new EtcdSettings(settings.endpoints(), settings.prefix(), settings.ttl(), true, login, tls);
    }

    @Test
    void whoJoinsIsThereAndWhoLeavesIsMarkedAndWhoFallsSilentIsLost() throws Exception {
        try (var etcd = new RealEtcd(directory)) {
            EtcdClient client = etcd.client(etcd.settings());
            EtcdMembership one = host(etcd.settings(), "one");
            EtcdMembership two = host(etcd.settings(), "two");
            one.join();
            two.join();
            assertThat(standings(one)).isEqualTo(Map.of("one", Standing.ONLINE, "two", Standing.ONLINE));

            two.leave();
            assertThat(standings(one)).isEqualTo(Map.of("one", Standing.ONLINE, "two", Standing.STOPPED_CLEANLY));

            String lease =
                    client.call("/v3/lease/grant", Map.of("TTL", "2")).at("ID").text();
            client.call("/v3/kv/txn", new Keys(etcd.settings().prefix()).join("three", "its-boot", lease));
            assertThat(standings(one)).containsEntry("three", Standing.ONLINE);
            await().atMost(PATIENCE)
                    .until(() -> standings(one).get("three") == Standing.JOINING
                            || standings(one).get("three") == Standing.LOST_WITHOUT_FENCING);
            await().atMost(PATIENCE).until(() -> standings(one).get("three") == Standing.LOST_WITHOUT_FENCING);
            assertThat(standings(one)).as("its heart beats").containsEntry("one", Standing.ONLINE);
            one.leave();
        }
    }

    @Test
    void whoDoesNotWatchIsThereAndSeesHimselfOnly() throws Exception {
        try (var etcd = new RealEtcd(directory)) {
            EtcdSettings all = etcd.settings();
            etcd.client(all);
            EtcdMembership one = host(all, "one");
            EtcdMembership quiet = host(
                    new EtcdSettings(
                            all.endpoints(), all.prefix(), all.ttl(), false, Optional.empty(), ClientTls.none()),
                    "quiet");
            one.join();
            quiet.join();

            assertThat(standings(one)).isEqualTo(Map.of("one", Standing.ONLINE, "quiet", Standing.ONLINE));
            assertThat(standings(quiet)).isEqualTo(Map.of("quiet", Standing.ONLINE));
            one.leave();
            quiet.leave();
        }
    }

    @Test
    void whoseKeyWasDeletedTakesANewOne() throws Exception {
        try (var etcd = new RealEtcd(directory)) {
            EtcdClient client = etcd.client(etcd.settings());
            EtcdMembership one = host(etcd.settings(), "one");
            one.join();
            client.call("/v3/kv/deleterange", new Keys(etcd.settings().prefix()).everything());

            await().atMost(PATIENCE).until(() -> standings(one).equals(Map.of("one", Standing.ONLINE)));
            one.leave();
        }
    }

    @Test
    void afterALossOfEtcdNobodyIsMissedAtOnce() throws Exception {
        try (var etcd = new RealEtcd(directory)) {
            EtcdClient client = etcd.client(etcd.settings());
            EtcdMembership one = host(etcd.settings(), "one");
            one.join();
            client.call("/v3/kv/txn", new Keys(etcd.settings().prefix()).leave("two", "its-boot"));
            client.call(
                    "/v3/kv/put",
                    Map.of("key", "L3Rlc3QvaG9zdHMva25vd24vdGhyZWU=", "value", "e30=")); // known/three: {}
            await().atMost(PATIENCE).until(() -> standings(one).get("three") == Standing.LOST_WITHOUT_FENCING);

            etcd.restart();
            assertThat(one.look()).isInstanceOf(Sighting.CannotSee.class);
            await().atMost(PATIENCE).until(() -> !standings(one).isEmpty());
            assertThat(standings(one)).containsEntry("three", Standing.JOINING);
            await().atMost(PATIENCE).until(() -> standings(one).get("three") == Standing.LOST_WITHOUT_FENCING);
            one.leave();
        }
    }

    @Test
    void aMemberThatHangsOrIsAwayIsPassedOver() throws Exception {
        try (var etcd = new RealEtcd(directory);
                var hangs = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            etcd.client(etcd.settings());
            var settings = new EtcdSettings(
                    List.of(
                            URI.create("http://127.0.0.1:1"),
                            URI.create("http://127.0.0.1:" + hangs.getLocalPort()),
                            etcd.url()),
                    "/test/hosts",
                    Duration.ofSeconds(3),
                    true,
                    Optional.empty(),
                    ClientTls.none());
            EtcdMembership one = host(settings, "one");
            one.join();

            assertThat(standings(one)).isEqualTo(Map.of("one", Standing.ONLINE));
            one.leave();
        }
    }

    @Test
    void aUserSignsInAndAgainWhenHisTokenIsForgotten() throws Exception {
        try (var etcd = new RealEtcd(directory)) {
            EtcdClient nobody = etcd.client(etcd.settings());
            nobody.call("/v3/auth/user/add", Map.of("name", "root", "password", "secret"));
            nobody.call("/v3/auth/role/add", Map.of("name", "root"));
            nobody.call("/v3/auth/user/grant", Map.of("user", "root", "role", "root"));
            nobody.call("/v3/auth/enable", Map.of());
            var login = new EtcdSettings.Login("root", new Secret("secret"));
            EtcdMembership one = host(with(etcd.settings(), Optional.of(login), ClientTls.none()), "one");
            one.join();
            assertThat(standings(one)).isEqualTo(Map.of("one", Standing.ONLINE));

            etcd.restart(); // etcd keeps its tokens in memory
            await().atMost(PATIENCE).until(() -> standings(one).equals(Map.of("one", Standing.ONLINE)));
            one.leave();

            assertThat(host(etcd.settings(), "two").look())
                    .isInstanceOfSatisfying(
                            Sighting.CannotSee.class,
                            cannot -> assertThat(cannot.why()).contains("user name is empty"));
            var wrong = new EtcdSettings.Login("root", new Secret("wrong"));
            assertThat(host(with(etcd.settings(), Optional.of(wrong), ClientTls.none()), "two")
                            .look())
                    .isInstanceOfSatisfying(
                            Sighting.CannotSee.class,
                            cannot -> assertThat(cannot.why())
                                    .contains("does not let the user root in")
                                    .doesNotContain("wrong"));
        }
    }

    private void openssl(String... words) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("openssl.log").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(directory.resolve("openssl.log")))
                .isZero();
    }

    private void certificate(String name) throws IOException, InterruptedException {
        Files.writeString(
                directory.resolve("extensions"),
                "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n");
        openssl(
                "req",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                name + ".key",
                "-out",
                name + ".csr",
                "-subj",
                "/CN=" + name);
        openssl(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                "extensions",
                "-out",
                name + ".pem");
    }

    @Test
    void aCertificateIsShownToAnEtcdThatAsksForOne() throws Exception {
        openssl(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem",
                "-subj",
                "/CN=ca");
        certificate("server");
        certificate("client");
        try (var etcd = new RealEtcd(
                directory,
                "--cert-file",
                directory.resolve("server.pem").toString(),
                "--key-file",
                directory.resolve("server.key").toString(),
                "--trusted-ca-file",
                directory.resolve("ca.pem").toString(),
                "--client-cert-auth")) {
            Optional<Path> ca = Optional.of(directory.resolve("ca.pem"));
            var known = new ClientTls(
                    ca, Optional.of(directory.resolve("client.pem")), Optional.of(directory.resolve("client.key")));
            EtcdSettings settings = with(etcd.settings(), Optional.empty(), known);
            etcd.client(settings);
            EtcdMembership one = host(settings, "one");
            one.join();
            assertThat(standings(one)).isEqualTo(Map.of("one", Standing.ONLINE));
            one.leave();

            var unknown = new ClientTls(ca, Optional.empty(), Optional.empty());
            assertThat(host(with(etcd.settings(), Optional.empty(), unknown), "two")
                            .look())
                    .isInstanceOf(Sighting.CannotSee.class);
            assertThat(host(etcd.settings(), "two").look())
                    .as("nobody vouches for this etcd")
                    .isInstanceOf(Sighting.CannotSee.class);
            var noKey = new ClientTls(ca, Optional.of(directory.resolve("client.pem")), ca);
            assertThatThrownBy(() -> host(with(etcd.settings(), Optional.empty(), noKey), "two"))
                    .hasMessageContaining("ca.pem: holds no PKCS#8 key; make one with");
        }
    }
}
