// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.YamlFile;
import io.migawari.monitor.controller.FakeController;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMonitorTest {

    private static final Path SAMPLE = Path.of("../config/samples/host-monitor.yaml");
    private static final String MINIMAL = "controller: {authentication: none, endpoints: 'http://127.0.0.1:1'}\n";

    private static HostMonitorSettings read(String text) {
        return YamlFile.readText("h.yaml", text, Map.of(), s -> HostMonitorSettings.read(s, Map.of()));
    }

    private static String run(int exit, String... arguments) {
        var out = new ByteArrayOutputStream();
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(HostMonitor.run(List.of(arguments), Map.of(), stream, stream))
                .isEqualTo(exit);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsNotSaidHasADefault() {
        var settings = read(MINIMAL);

        assertThat(settings.pace().interval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.noFencing()).isFalse();
        assertThat(settings.names().novaName("a.b")).contains("a.b");
    }

    @Test
    void everyProblemIsNamedWithItsFileLineAndKeyAtOnce() {
        assertThatThrownBy(() -> read(MINIMAL + """
                        membership:
                          interval: 10ms
                        fencing:
                          none: perhaps
                          after: 3
                        hosts:
                          rule: add-domain
                          map: {a: [b]}
                        """))
                .hasMessageContaining("h.yaml:3: membership.interval: expected a duration from 200ms to 1m")
                .hasMessageContaining("h.yaml:5: fencing.none: expected true or false")
                .hasMessageContaining("h.yaml:6: fencing.after: unknown key")
                .hasMessageContaining("hosts.domain: belongs to the rule add-domain, and to no other")
                .hasMessageContaining("h.yaml:9: hosts.map.a: expected a single value");
    }

    @Test
    void theSampleIsCompleteAndItsDefaultsAreTheDefaults(@TempDir Path directory) throws IOException {
        String sample = Files.readString(SAMPLE);
        var known = YamlFile.keysAskedBy(s -> HostMonitorSettings.read(s, Map.of()));
        Set<String> shown = known.stream()
                .filter(key -> Pattern.compile(
                                "^ *#? *" + Pattern.quote(key.replaceFirst(".*\\.", "")) + ":", Pattern.MULTILINE)
                        .matcher(sample)
                        .find())
                .collect(Collectors.toSet());
        assertThat(known).hasSizeGreaterThan(40);
        assertThat(shown).isEqualTo(known);

        String ours = sample.substring(sample.indexOf("membership:"), sample.indexOf("controller:\n"))
                + sample.substring(sample.indexOf("spool:"));
        String uncommented = ours.replaceAll("(?m)^( *)#(?=[a-z])", "$1")
                .replaceAll(
                        "(?m)^ *(map|  node-7|host|ignore|domain|self|file|endpoints|user|password.*|ca-file|certificate-file|key-file):.*\\R",
                        "")
                .replaceAll("(?m)^  #  node-7.*\\R", "");
        Path file = directory.resolve("h.yaml");
        Files.writeString(file, MINIMAL + uncommented);
        assertThat(HostMonitorSettings.read(file, Map.of())).isEqualTo(read(MINIMAL));
    }

    @Test
    void namesThatDoNotFitAreNamed() {
        var names = new HostNames(HostNames.Rule.SHORT, "", Map.of("gone", "x", "c.a", "b"), Set.of("old"));

        assertThat(names.problemsWith(Set.of("a.x", "a.y", "b.x", "c.a", "ü"), true))
                .anyMatch(words -> words.startsWith("hosts names the node gone, and the cluster has only [a.x, a.y"))
                .anyMatch(words -> words.startsWith("hosts names the node old"))
                .contains("the nodes a.x and a.y would both be a to Nova")
                .contains("the nodes b.x and c.a would both be b to Nova")
                .contains("the node ü would be \"ü\" to Nova, which is no host name")
                .hasSize(5);
        assertThat(names.problemsWith(Set.of("a.x", "c.a"), false))
                .as("others may still come")
                .isEmpty();
        assertThat(names.unknownTo(Set.of("a"), Set.of("a.x", "d.x", "old")))
                .containsExactly("the node d.x would be reported as d, which the controller does not know");
    }

    @Test
    void wrongUseIsAnsweredByTheUsage(@TempDir Path directory) throws IOException {
        assertThat(run(0, "--help")).startsWith("Usage: migawari-host-monitor --config FILE");
        assertThat(run(2)).contains("Usage");
        assertThat(run(2, "--config", "x", "--once")).contains("Usage");
        assertThat(run(2, "--confg", "x")).contains("Unknown argument: --confg");
        Path file = directory.resolve("h.yaml");
        Files.writeString(file, MINIMAL + "x: y\n");
        assertThat(run(2, "--config", file.toString())).contains("h.yaml:2: x: unknown key");
    }

    @Test
    void aCheckReadsTheCertificatesThatAreNeeded(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("h.yaml");
        String etcd = "etcd: {endpoints: 'https://etcd1:2379', ca-file: ca.pem}\n";

        Files.writeString(file, MINIMAL + "membership: {driver: etcd}\n" + etcd);
        for (String[] start : new String[][] {{"--check"}, {}, {"--wait-until-evacuated"}}) {
            String[] arguments = Arrays.copyOf(start, start.length + 2);
            arguments[start.length] = "--config";
            arguments[start.length + 1] = file.toString();
            assertThat(run(2, arguments))
                    .contains("h.yaml:3: etcd.ca-file: " + directory.resolve("ca.pem") + ": cannot be read");
        }
        Files.writeString(file, MINIMAL + etcd);
        assertThat(run(0, "--check", "--config", file.toString())).contains("good");
    }

    @Test
    void whoWaitsForItsStartIsThisMachineByTheRulesOfAllOthersUnlessItIsNamed() {
        assertThat(read(MINIMAL).ownNovaName("compute1.example.org")).isEqualTo("compute1.example.org");
        assertThat(read(MINIMAL + "hosts: {rule: short}").ownNovaName("compute1.example.org"))
                .isEqualTo("compute1");
        assertThat(read(MINIMAL + "membership: {self: node-7}\nhosts: {map: {node-7: compute7}}")
                        .ownNovaName("x"))
                .isEqualTo("compute7");
        assertThat(read(MINIMAL + "nova-compute: {host: a}").ownNovaName("x")).isEqualTo("a");
        assertThatThrownBy(() -> read(MINIMAL + "hosts: {ignore: [x]}").ownNovaName("x"))
                .hasMessageContaining("x is no compute host");
    }

    @Test
    void theWaitForTheStartAsksTheControllerAndNoCluster(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("h.yaml");
        try (var controller = new FakeController()) {
            controller.then(204, "").then(200, "{\"may_start\": {\"answer\": true, \"message\": \"none is open\"}}");
            Files.writeString(
                    file,
                    "controller: {authentication: none, endpoints: '" + controller.url()
                            + "'}\nnova-compute: {host: compute1}\n");

            assertThat(run(0, "--config", file.toString(), "--wait-until-evacuated"))
                    .isEqualTo("nova-compute may start: none is open\n");

            assertThat(controller.asked)
                    .extracting(FakeController.Asked::path)
                    .as("first that it lives, so that nothing is begun meanwhile")
                    .containsExactly(
                            "/migawari/v1/hosts/compute1/sign-of-life", "/migawari/v1/hosts/compute1/may-start");
        }
        assertThat(run(3, "--wait-until-evacuated", "--for", "1ms", "--config", file.toString()))
                .contains("nova-compute does not start");
    }

    @Test
    void aWaitThatIsNotUnderstoodEndsAtOnce(@TempDir Path directory) throws IOException {
        assertThat(run(2, "--wait-until-evacuated")).contains("Usage");
        assertThat(run(2, "--wait-until-evacuated", "--config", "x", "--for", "soon"))
                .contains("Not understood: --for");
        assertThat(run(2, "--wait-until-evacuated", "--config", "x", "--once")).contains("Not understood: --once");
        assertThat(run(2, "--for", "1m", "--config", "x")).contains("Unknown argument: --for");
        Path file = directory.resolve("h.yaml");
        Files.writeString(file, MINIMAL + "nova-compute: {when-unanswered: perhaps, host: 'a b'}\n");
        assertThat(run(2, "--wait-until-evacuated", "--config", file.toString()))
                .contains("nova-compute.when-unanswered")
                .contains("nova-compute.host: expected a host name");
    }
}
