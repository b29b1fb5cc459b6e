// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.FencingSettings.Device;
import io.migawari.config.FencingSettings.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FencingSettingsTest {

    private static final String SITE = """
            check-every: 1m
            devices:
              bmc1:
                agent: fence_idrac
                parameters: {ip: 10.0.0.1, username: ha}
                secrets: {password: geheim}
                timeout: 5s
              pdu: {agent: fence_apc, parameters: {ip: 10.0.1.1}, secrets: {password-env: PDU}}
            hosts:
              compute1:
                uuid: 4C4C4544-0043-3210-8058-B4C04F333933
                levels: [bmc1, ["pdu:1", "pdu:2"]]
              compute2: {levels: ["pdu:3"]}
            """;

    private static FencingSettings read(String text) {
        return YamlFile.readText("f.yaml", text, Map.of("PDU", "pdu-secret"), FencingSettings::read);
    }

    @Test
    void aHostHasLevelsInOrderEachOfOneOrMoreDevices() {
        var settings = read(SITE);

        var compute1 = settings.hosts().get("compute1");
        assertThat(compute1.uuid()).contains(UUID.fromString("4c4c4544-0043-3210-8058-b4c04f333933"));
        assertThat(compute1.levels().stream()
                        .map(level -> level.stream().map(Device::name).toList()))
                .containsExactly(List.of("bmc1"), List.of("pdu:1", "pdu:2"));
        Device bmc = compute1.levels().get(0).get(0);
        assertThat(bmc.agent()).isEqualTo("fence_idrac");
        assertThat(bmc.identity()).isEqualTo(Identity.IPMI);
        assertThat(bmc.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(bmc.offWithin()).isEqualTo(Duration.ofSeconds(40));
        Device outlet = compute1.levels().get(1).get(1);
        assertThat(outlet.parameters()).isEqualTo(Map.of("ip", "10.0.1.1", "plug", "2"));
        assertThat(outlet.identity()).isEqualTo(Identity.NONE);
        assertThat(outlet.secrets()).isEqualTo(Map.of("password", new Secret("pdu-secret")));
        assertThat(settings.checkEvery()).isEqualTo(Duration.ofMinutes(1));
        assertThat(FencingSettings.none().hosts()).isEmpty();
    }

    @Test
    void noSecretIsPrintedAndNoneIsTakenWhereItWouldBe() {
        assertThat(read(SITE).toString()).doesNotContain("geheim", "pdu-secret");
        assertThatThrownBy(() -> read(SITE.replace("username: ha", "passwd: geheim")))
                .hasMessageContaining("parameters.passwd: belongs under secrets")
                .hasMessageNotContaining("geheim");
        assertThatThrownBy(() -> read(SITE.replace("username: ha", "verbose: 1")))
                .hasMessageContaining("where others may read it");
    }

    @Test
    void aDeviceOfTwoHostsIsRefusedUnlessItHasAnOutletForEach() {
        assertThatThrownBy(() -> read(SITE.replace("\"pdu:3\"", "bmc1")))
                .hasMessageContaining(
                        "bmc1 is the same device, and the same outlet, as one of compute1; to switch this host off would");
        assertThatThrownBy(() -> read(SITE.replace("\"pdu:3\"", "\"pdu:2\"")))
                .hasMessageContaining("pdu:2 is the same device, and the same outlet, as one of compute1");
        // two names for one address
        assertThatThrownBy(() -> read(
                        SITE.replace("  pdu:", "  bmc2: {agent: fence_ipmilan, parameters: {ipaddr: 10.0.0.1}}\n  pdu:")
                                .replace("\"pdu:3\"", "bmc2")))
                .hasMessageContaining("bmc2 is the same device, and the same outlet, as one of compute1");
        assertThatThrownBy(() ->
                        read(SITE.replace("compute2: {", "compute2: {uuid: 4c4c4544-0043-3210-8058-b4c04f333933, ")))
                .hasMessageContaining("is that of compute1, too");
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> read(SITE.replace("[bmc1,", "[bmc9,")))
                .hasMessageContaining("f.yaml:12: hosts.compute1.levels: no device \"bmc9\"")
                .hasMessageContaining("there are bmc1, pdu");
        assertThatThrownBy(() -> read(SITE.replace("fence_idrac", "../../tmp/fence_x")))
                .hasMessageContaining("expected the name of a fence agent such as fence_ipmilan, without a path");
        assertThatThrownBy(() -> read(SITE.replace("username: ha", "action: reboot")))
                .hasMessageContaining("action: what an agent is asked to do is not configured");
        assertThatThrownBy(() -> read(SITE.replace("geheim", "\"geheim\\naction=on\"")))
                .hasMessageContaining("secrets.password: contains a line break")
                .hasMessageNotContaining("geheim");
        assertThatThrownBy(() -> read(SITE.replace("\"pdu:3\"", "")))
                .hasMessageContaining("compute2.levels: names no device");
        assertThatThrownBy(() -> read(SITE.replace("\"pdu:3\"", "[]")))
                .hasMessageContaining("compute2.levels: has a level without devices");
        assertThatThrownBy(() -> read(SITE.replace("[bmc1,", "[bmc1, bmc1,")))
                .hasMessageContaining("names the device bmc1 twice");
        assertThatThrownBy(() -> read(SITE.replace("4C4C4544-", "")))
                .hasMessageContaining("expected a UUID, as in /sys/class/dmi/id/product_uuid on the host");
        assertThatThrownBy(() -> read(SITE.replace("[bmc1,", "[\"bmc1:2\", \"pdu:\",")))
                .hasMessageContaining("pdu: names no outlet");
        assertThatThrownBy(() -> read(SITE.replace("secrets: {password: geheim}", "secrets: {password-file: nowhere}")))
                .hasMessageContaining("cannot read nowhere");
    }

    @Test
    void theSiteOfTheSampleCanBeReadWhenItsMarksAreTakenOff(@TempDir Path directory) throws IOException {
        String sample = Files.readString(Path.of("samples/controller.yaml"));
        String part = sample.substring(sample.indexOf("\nfencing:") + 1, sample.indexOf("\n# What would happen") + 1);
        Path file = directory.resolve("f.yaml");
        Files.writeString(file, part.replaceAll("(?m)^  # \\S.*\\R", "").replaceAll("(?m)^  #", "  "));
        Files.writeString(directory.resolve("compute1-bmc-password"), "x");
        Files.writeString(directory.resolve("pdu-community"), "y");

        var settings = YamlFile.read(file, Map.of(), s -> FencingSettings.read(s.section("fencing")));

        assertThat(settings.hosts().get("compute1").levels()).hasSize(2);
        assertThat(settings.hosts().get("compute1").levels().get(0).get(0).identity())
                .isEqualTo(Identity.IPMI);
        assertThat(settings.checkEvery()).isEqualTo(FencingSettings.none().checkEvery());
        assertThat(settings.pollEvery()).isEqualTo(FencingSettings.none().pollEvery());
    }
}
