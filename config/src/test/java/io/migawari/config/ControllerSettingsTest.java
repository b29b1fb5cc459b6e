// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.OpenStackSettings.Credentials;
import io.migawari.config.RecoverySettings.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerSettingsTest {

    private static final Map<String, String> NO_ENVIRONMENT = Map.of("HOSTNAME", "ctl1");
    private static final Path SAMPLE = Path.of("samples/controller.yaml");

    /** The smallest file that is complete. */
    private static final String MINIMAL = """
            database:
              password: db-secret
            openstack:
              auth-url: http://keystone:5000/v3/
              username: migawari
              password: os-secret
              project-name: service
            """;

    private static ControllerSettings read(String text) {
        return YamlFile.readText("c.yaml", text, NO_ENVIRONMENT, s -> ControllerSettings.read(s, NO_ENVIRONMENT));
    }

    @Test
    void whatIsNotSaidHasADefault() {
        var settings = read(MINIMAL);

        assertThat(settings.name()).isEqualTo("ctl1");
        assertThat(settings.api()).isEqualTo(new ApiSettings("127.0.0.1", 15868, ApiSettings.Authentication.KEYSTONE));
        assertThat(settings.database().url()).isEqualTo("jdbc:mariadb://127.0.0.1:3306/migawari");
        assertThat(settings.openStack().authUrl()).hasToString("http://keystone:5000/v3");
        assertThat(settings.openStack().endpointInterface()).isEqualTo("public");
        assertThat(settings.recovery().proof()).isEqualTo(Proof.REQUIRED);
        assertThat(settings.recovery().giveUpAfter()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void everyProblemIsNamedWithItsFileLineAndKeyAtOnce() {
        String text = MINIMAL + """
                recovery:
                  parallel: many
                  atempts: 3
                  overdue-after: 300
                  add-reserved-host-to-aggregates: "perhaps"
                  proof-of-death: guessed
                log: everything
                """;

        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "c.yaml:9: recovery.parallel: expected a whole number from 1 to 1000, found \"many\"")
                .hasMessageContaining("c.yaml:10: recovery.atempts: unknown key; known here: add-reserved")
                .hasMessageContaining("c.yaml:11: recovery.overdue-after: expected a duration from 10s to 1d")
                .hasMessageContaining("c.yaml:12: recovery.add-reserved-host-to-aggregates: expected true or false")
                .hasMessageContaining(
                        "c.yaml:13: recovery.proof-of-death: expected required or nova-down, found \"guessed\"")
                .hasMessageContaining("c.yaml:14: log: expected a section");
    }

    @Test
    void aMissingSecretIsNamedWithTheWaysToGiveIt() {
        assertThatThrownBy(() -> read(MINIMAL.replace("  password: db-secret", "  user: me")))
                .hasMessage(
                        "c.yaml:1: database.password: missing; give one of password, password-file and password-env");
    }

    @Test
    void aSecretMayComeFromAFileOrTheEnvironmentButNotFromTwoPlaces(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("pw"), "from-file\n");
        Path file = directory.resolve("controller.yaml");
        Files.writeString(
                file,
                MINIMAL.replace("  password: db-secret", "  password-file: pw")
                        .replace("password: os-secret", "password-env: PW"));

        var settings = ControllerSettings.read(file, Map.of("PW", "from-environment", "HOSTNAME", "x"));

        assertThat(settings.database().password().reveal()).isEqualTo("from-file");
        assertThat(settings.openStack().credentials())
                .isEqualTo(new Credentials.Password(
                        "migawari", "Default", new Secret("from-environment"), "service", "Default"));
        assertThatThrownBy(() -> read(MINIMAL.replace("db-secret", "x\n  password-env: Y")))
                .hasMessageContaining("given more than once");
        assertThatThrownBy(() -> ControllerSettings.read(file, Map.of("HOSTNAME", "x")))
                .hasMessageContaining("the environment has no variable PW");
    }

    @Test
    void aSecretIsNeverPrinted() {
        assertThat(read(MINIMAL).toString()).doesNotContain("secret").contains("***");
        assertThatThrownBy(() -> read(MINIMAL + "  project-name: [ os-secret ]\nx: y"))
                .hasMessageNotContaining("secret");
    }

    @Test
    void openAccessIsRefusedAnywhereButOnLoopback() {
        assertThat(read(MINIMAL + "api: {listen: '[::1]:1', authentication: none}")
                        .api())
                .isEqualTo(new ApiSettings("::1", 1, ApiSettings.Authentication.NONE));
        assertThatThrownBy(() -> read(MINIMAL + "api: {listen: '0.0.0.0:15868', authentication: none}"))
                .hasMessageContaining("api.authentication: none is allowed on a loopback address only");
    }

    @Test
    void healthMayHaveAnAddressOfItsOwn() {
        assertThat(read(MINIMAL + "api: {health: {listen: '[::1]:15869'}}")
                        .api()
                        .health())
                .contains(new ApiSettings.Listen("::1", 15869));
        assertThatThrownBy(() -> read(MINIMAL + "api: {health: {listen: 15869}}"))
                .hasMessageContaining("api.health.listen: expected ADDRESS:PORT");
    }

    @Test
    void oldMonitorsAreHeardFromTheirNetworksOnly() {
        assertThat(read(MINIMAL).api().oldMonitors()).isEmpty();
        var given = read(MINIMAL
                        + "api: {old-monitors: {networks: [192.0.2.0/24, '2001:db8::/64'], time-zone: Asia/Tokyo}}")
                .api()
                .oldMonitors()
                .orElseThrow();
        assertThat(given.networks())
                .extracting(Network::toString)
                .containsExactly("192.0.2.0/24", "2001:db8:0:0:0:0:0:0/64");
        assertThat(given.trustPower()).isFalse();
        assertThat(given.timeZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
        assertThatThrownBy(() -> read(MINIMAL + "api: {old-monitors: {networks: [compute1]}}"))
                .hasMessageContaining("api.old-monitors.networks: expected networks such as 192.0.2.0/24")
                .hasMessageContaining("compute1");
        assertThatThrownBy(() -> read(MINIMAL + "api: {old-monitors: {networks: [192.0.2.1], time-zone: JST-9}}"))
                .hasMessageContaining("api.old-monitors.time-zone: expected a time zone such as Asia/Tokyo");
        assertThatThrownBy(() -> read(MINIMAL + "api: {old-monitors: {trust-power: true}}"))
                .hasMessageContaining("api.old-monitors.networks: without networks nothing is taken");
    }

    @Test
    void whatIsWrongWithTlsIsSaid() {
        assertThatThrownBy(() -> read(MINIMAL + "api: {tls: {certificate-file: a.pem}}"))
                .hasMessageContaining("api.tls.certificate-file: certificate-file and key-file belong together");
        assertThatThrownBy(() -> read(MINIMAL + "api: {tls: {certificate-file: /nowhere/a.pem, key-file: b.key}}"))
                .hasMessageContaining("api.tls.certificate-file: /nowhere/a.pem: cannot be read");
        assertThatThrownBy(() -> read(MINIMAL + "api: {tls: {client-certificates: required}}"))
                .hasMessageContaining("api.tls.client-certificates: required, but client-ca-file does not say who");
    }

    @Test
    void aRoleMayHaveAnotherNameOrSeveral() {
        var roles = read(MINIMAL
                        + "api: {roles: {admin: [cloud_admin, ha_admin], reader: auditor, projects: [own, p2]}}")
                .api()
                .roles();

        assertThat(roles.admin()).containsExactlyInAnyOrder("cloud_admin", "ha_admin");
        assertThat(roles.service()).containsExactly("service");
        assertThat(roles.reader()).containsExactly("auditor");
        assertThat(roles.projects()).containsExactlyInAnyOrder("own", "p2");
        assertThat(roles.adminProjects()).containsExactly("any");
    }

    @Test
    void aCloudIsFoundInCloudsYamlWhereverItsOwnerPutOtherKeys(@TempDir Path directory) throws IOException {
        Path clouds = directory.resolve("clouds.yaml");
        Files.writeString(clouds, """
                clouds:
                  other: {whatever: [1, 2]}
                  rig:
                    auth:
                      auth_url: https://k/v3
                      username: admin
                      password: rig
                      project_name: admin
                      user_domain_id: default
                      project_domain_name: Projects
                    region_name: RegionOne
                    compute_api_version: "2.92"
                """);
        String text = "database: {password: x}\nopenstack: {cloud: rig, clouds-file: '" + clouds + "'}";

        var openStack = read(text).openStack();

        assertThat(openStack.region()).contains("RegionOne");
        assertThat(openStack.credentials())
                .isEqualTo(new Credentials.Password("admin", "Default", new Secret("rig"), "admin", "Projects"));
        assertThatThrownBy(() -> read(text.replace("cloud: rig", "cloud: nowhere")))
                .hasMessageContaining("has no cloud \"nowhere\"; it has [other, rig]");
    }

    @Test
    void theEnvironmentIsTheLastResort() {
        var environment = Map.of(
                "OS_AUTH_URL", "http://k/v3",
                "OS_APPLICATION_CREDENTIAL_ID", "id",
                "OS_APPLICATION_CREDENTIAL_SECRET", "s",
                "HOSTNAME", "x");

        var settings = YamlFile.readText(
                "c.yaml", "database: {password: x}", environment, s -> ControllerSettings.read(s, environment));

        assertThat(settings.openStack().credentials())
                .isEqualTo(new Credentials.ApplicationCredential("id", new Secret("s")));
        assertThatThrownBy(() -> read("database: {password: x}"))
                .hasMessageContaining("no way to sign in to OpenStack");
    }

    @Test
    void brokenYamlIsReportedWithItsLine() {
        assertThatThrownBy(() -> read("api:\n\tlisten: x")).hasMessageStartingWith("c.yaml:2: not YAML:");
        assertThatThrownBy(() -> read("- a")).hasMessageContaining("expected keys and values");
        assertThatThrownBy(() -> read("api: !%20 x")).hasMessageStartingWith("c.yaml: not YAML:");
        assertThatThrownBy(() -> read(MINIMAL + "database: {}")).hasMessageContaining("database: appears twice");
    }

    @Test
    void theSampleIsCompleteAndCorrect() throws IOException {
        String sample = Files.readString(SAMPLE);
        String everyKeyShown = Pattern.compile("^( *)#(?=[a-z ]*[a-z-]+:)(?! )", Pattern.MULTILINE)
                .matcher(sample)
                .replaceAll("$1");

        var known = YamlFile.keysAskedBy(s -> ControllerSettings.read(s, NO_ENVIRONMENT));
        var shown = known.stream()
                .filter(key -> Pattern.compile(
                                "^ *#? *" + Pattern.quote(key.replaceFirst(".*\\.", "")) + ":", Pattern.MULTILINE)
                        .matcher(sample)
                        .find())
                .collect(Collectors.toSet());

        assertThat(known).hasSizeGreaterThan(40);
        assertThat(shown).isEqualTo(known);
        assertThat(everyKeyShown).contains("\nname: controller1", "\n  listen: 127.0.0.1:15868");
    }

    @Test
    void theDefaultsThatTheSampleShowsAreTheDefaults(@TempDir Path directory) throws IOException {
        String sample = Files.readString(SAMPLE);
        String shown = uncomment(sample, "api:", "database:") + uncomment(sample, "recovery:", "# Devices");
        Path file = directory.resolve("controller.yaml");
        Files.writeString(file, MINIMAL + shown.replaceAll("(?m)^  (segments|tls|health):\\R(    .*\\R)+", ""));

        var settings = ControllerSettings.read(file, NO_ENVIRONMENT);

        assertThat(settings.api()).isEqualTo(read(MINIMAL).api());
        assertThat(settings.recovery()).isEqualTo(read(MINIMAL).recovery());
        assertThat(settings.alerts()).isEqualTo(AlertSettings.defaults());
    }

    @Test
    void theWebhookThatTheSampleShowsIsUnderstood(@TempDir Path directory) throws IOException {
        String sample = Files.readString(SAMPLE);
        String shown = sample.substring(sample.indexOf("\nalerts:") + 1, sample.indexOf("\nlog:") + 1);
        Files.writeString(directory.resolve("oncall-token"), "Bearer abc\n");
        Files.writeString(directory.resolve("oncall-signing-secret"), "key");
        Path file = directory.resolve("controller.yaml");
        Files.writeString(
                file,
                MINIMAL
                        + shown.replaceAll("(?m)^( *)# .*\\R", "")
                                .replaceAll("(?m)^ *#ca-file:.*\\R", "") // on some machines it is elsewhere
                                .replaceAll("(?m)^( *)#", "$1"));

        AlertSettings.Webhook webhook = ControllerSettings.read(file, NO_ENVIRONMENT)
                .alerts()
                .webhooks()
                .get(0);

        assertThat(webhook.name()).isEqualTo("oncall");
        assertThat(webhook.url().reveal()).isEqualTo("https://alerts.example.org/migawari");
        assertThat(webhook.place()).isEqualTo("https://alerts.example.org");
        assertThat(webhook.headers()).isEqualTo(Map.of("Authorization", new Secret("Bearer abc")));
        assertThat(webhook.signingSecret()).contains(new Secret("key"));
        assertThat(webhook.timeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whatIsWrongWithAWebhookIsSaidWithoutItsSecrets() {
        String text = MINIMAL + """
                alerts:
                  webhooks:
                    a:
                      url: ftp://user:hunter2@x
                      headers: {Host: x}
                    b: {url: "hunter2 is no URL"}
                    c: {timeout: 1h}
                """;

        assertThatThrownBy(() -> read(text))
                .hasMessageContaining("c.yaml:11: alerts.webhooks.a.url: expected http://… or https://…")
                .hasMessageContaining("alerts.webhooks.a.headers.Host: not a header that can be set")
                .hasMessageContaining("alerts.webhooks.b.url: expected http://… or https://…")
                .hasMessageContaining("alerts.webhooks.c.url: missing; give one of url, url-file and url-env")
                .hasMessageContaining("alerts.webhooks.c.timeout: expected a duration from 100ms to 30s")
                .hasMessageNotContaining("hunter2");
    }

    private static final String NAMES_FILES = MINIMAL + """
              ca-file: 'FILE'
            alerts:
              webhooks:
                a:
                  url: https://alerts.example.org
                  ca-file: 'FILE'
            log:
              to: syslog
              syslog:
                address: tls://log.example.org
                ca-file: 'FILE'
            """;

    /** A start would end at the first of them, as with a mistake of ours. */
    @Test
    void certificatesAreReadWithTheSettings(@TempDir Path directory) throws Exception {
        Path store = directory.resolve("store");
        keytool(store, "-genkeypair", "-keyalg", "EC", "-dname", "CN=ca");
        Path pem = directory.resolve("ca.pem");
        keytool(store, "-exportcert", "-rfc", "-file", pem.toString());

        assertThat(read(NAMES_FILES.replace("FILE", pem.toString())).openStack().caFile())
                .contains(pem);

        for (String wrong : new String[] {"/nowhere/ca.pem: cannot be read", store + ": cannot be read as"}) {
            assertThatThrownBy(() -> read(NAMES_FILES.replace("FILE", wrong.replaceAll(": .*", ""))))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("c.yaml:8: openstack.ca-file: " + wrong)
                    .hasMessageContaining("c.yaml:13: alerts.webhooks.a.ca-file: " + wrong)
                    .hasMessageContaining("c.yaml:18: log.syslog.ca-file: " + wrong)
                    .hasMessageContaining("as PEM");
        }
        assertThatThrownBy(() -> read(NAMES_FILES.replace("FILE", pem.toString()) + "    certificate-file: '" + pem
                        + "'\n    key-file: '" + pem + "'\n"))
                .hasMessage("c.yaml:19: log.syslog.certificate-file: " + pem
                        + ": holds no PKCS#8 key; make one with: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW");
    }

    private static void keytool(Path store, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/keytool"));
        command.addAll(List.of(words));
        command.addAll(List.of("-alias", "ca", "-keystore", store.toString(), "-storepass", "changeit"));
        assertThat(new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void soAreThoseOfCloudsYamlAndOfTheEnvironmentUnlessOthersAreTrusted(@TempDir Path directory) throws IOException {
        Path clouds = Files.writeString(directory.resolve("clouds.yaml"), """
                clouds:
                  rig:
                    auth: {auth_url: https://k/v3, username: u, password: p, project_name: x}
                    cacert: gone.pem
                """);
        String text = "database: {password: x}\nopenstack: {cloud: rig, clouds-file: '" + clouds + "'}";
        var environment = Map.of(
                "OS_AUTH_URL", "http://k/v3",
                "OS_APPLICATION_CREDENTIAL_ID", "id",
                "OS_APPLICATION_CREDENTIAL_SECRET", "s",
                "OS_CACERT", "/nowhere/os.pem");

        assertThatThrownBy(() -> read(text))
                .hasMessageContaining(
                        clouds + ":4: clouds.rig.cacert: " + directory.resolve("gone.pem") + ": cannot be read");
        assertThatThrownBy(() -> OpenStackSettings.fromEnvironment(environment))
                .hasMessageContaining("OS_CACERT: /nowhere/os.pem: cannot be read");
        assertThatThrownBy(() -> read(text.replace("}", ", ca-file: /nowhere/ours.pem}")))
                .hasMessageContaining("openstack.ca-file: /nowhere/ours.pem: cannot be read")
                .hasMessageNotContaining("gone.pem");
        assertThatThrownBy(() -> YamlFile.readText(
                        "c.yaml", "ca-file: /nowhere/ours.pem", environment, s -> OpenStackReader.read(s, environment)))
                .hasMessageContaining("ca-file: /nowhere/ours.pem: cannot be read")
                .hasMessageNotContaining("OS_CACERT");
    }

    private static String uncomment(String sample, String from, String to) {
        String part = sample.substring(sample.indexOf("\n" + from) + 1, sample.indexOf("\n" + to) + 1);
        return part.replaceAll("(?m)^( *)# .*\\R", "").replaceAll("(?m)^  #(?=\\S|  )", "  ");
    }

    @Test
    void whatDecisionsMayAskForIsKeptForAWeekAtLeast() {
        assertThat(read(MINIMAL + "history:\n  keep: 400d\n").history())
                .isEqualTo(new HistorySettings(Duration.ofDays(400)));
        assertThat(read(MINIMAL + "history:\n  keep: 0s\n").history()).isEqualTo(HistorySettings.defaults());
        assertThatThrownBy(() -> read(MINIMAL + "history:\n  keep: 6d\n"))
                .hasMessageContaining("history.keep: expected 0s, for ever, or 7d or more")
                .hasMessageContaining("6d");
    }

    @Test
    void whatALongerWindowLooksBackOnIsKeptForSoLong() {
        String window = MINIMAL + "recovery:\n  return:\n    window: 30d\n";

        assertThat(read(window + "history:\n  keep: 30d\n").history())
                .isEqualTo(new HistorySettings(Duration.ofDays(30)));
        assertThatThrownBy(() -> read(window + "history:\n  keep: 29d\n"))
                .hasMessageContaining(
                        "history.keep: expected 0s, for ever, or 30d or more, as long as recovery.return.window, found \"29d\"");
        assertThatThrownBy(() -> read(MINIMAL + "alerts:\n  give-up-after: 10d\nhistory:\n  keep: 8d\n"))
                .hasMessageContaining("10d or more, as long as alerts.give-up-after");
    }

    @Test
    void howLongHistoryIsKeptAtLeastIsReadFromAFileOfWhichTheRestIsNotLookedAt(@TempDir Path directory)
            throws IOException {
        Path file = Files.writeString(
                directory.resolve("c.yaml"),
                "mistake: 1\nrecovery:\n  mistake: 2\n  return:\n    window: 9d\nalerts: {webhooks: {a: {}}}\n");

        assertThat(ControllerSettings.readLeastHistory(file, Map.of()))
                .isEqualTo(new HistorySettings.Least(Duration.ofDays(9), "recovery.return.window"));
        assertThat(ControllerSettings.readLeastHistory(Files.writeString(file, ""), Map.of())
                        .words())
                .isEqualTo("7d or more");
    }
}
