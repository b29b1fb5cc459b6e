// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.YamlFile;
import io.migawari.monitor.settings.ControllerAccess.Authentication;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MonitorSettingsTest {

    private static final String SIGN_IN = """
            openstack:
              auth-url: http://keystone:5000/v3
              username: migawari
              password: s3cret
              project-name: service
            """;

    private static MonitorSettings read(String text) {
        return YamlFile.readText(
                "m.yaml", text, Map.of(), s -> MonitorSettings.read(s, Map.of(), "host-monitor", 9701));
    }

    @Test
    void whatIsNotSaidHasADefault() {
        var settings = read(SIGN_IN);

        assertThat(settings.controller().endpoints()).isEmpty();
        assertThat(settings.controller().authentication()).isEqualTo(Authentication.KEYSTONE);
        assertThat(settings.controller().callTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.spool().directory()).isEqualTo(Path.of("/var/lib/migawari/host-monitor"));
        assertThat(settings.health().listen())
                .hasValueSatisfying(at -> assertThat(at.getPort()).isEqualTo(9701));
        assertThat(settings.openStack()).isPresent();
    }

    @Test
    void withoutAuthenticationNoSignInIsAskedFor() {
        var settings = read("""
                controller:
                  authentication: none
                  endpoints: [http://127.0.0.1:15868/v1/, "http://[::1]:1"]
                health:
                  listen: off
                """.replace("listen: off", "listen: 'off'"));

        assertThat(settings.openStack()).isEmpty();
        assertThat(settings.controller().endpoints())
                .containsExactly(URI.create("http://127.0.0.1:15868/v1"), URI.create("http://[::1]:1"));
        assertThat(settings.health().listen()).isEmpty();
    }

    @Test
    void certificatesAreReadWithTheSettings() {
        assertThatThrownBy(() -> read("""
                        controller:
                          ca-file: /nowhere/ca.pem
                          certificate-file: /nowhere/us.pem
                          key-file: /nowhere/us.key
                        """ + SIGN_IN + "  ca-file: /nowhere/keystone.pem\n"))
                .hasMessageContaining("m.yaml:2: controller.ca-file: /nowhere/ca.pem: cannot be read, expected")
                .hasMessageContaining("m.yaml:3: controller.certificate-file: /nowhere/us.pem: cannot be read")
                .hasMessageContaining("m.yaml:10: openstack.ca-file: /nowhere/keystone.pem: cannot be read");
    }

    @Test
    void everyProblemIsNamedWithItsFileLineAndKeyAtOnce() {
        assertThatThrownBy(() -> read("""
                        controller:
                          authentication: none
                          endpoint: http://c
                          call-timeout: 10
                        spool:
                          most-notifications: 3
                        health:
                          listen: 0.0.0.0:80
                        """))
                .hasMessageContaining("m.yaml:1: controller.endpoints: missing")
                .hasMessageContaining("m.yaml:3: controller.endpoint: unknown key; known here: authentication")
                .hasMessageContaining("m.yaml:4: controller.call-timeout: expected a duration from 1s to 1m")
                .hasMessageContaining("m.yaml:6: spool.most-notifications: expected a whole number from 10")
                .hasMessageContaining("m.yaml:8: health.listen: expected a loopback address, found \"0.0.0.0:80\"");
        for (String url : new String[] {"ftp://c", "controller", "http://", "http://c/v1?x=y", "http://c d"}) {
            assertThatThrownBy(() -> read("controller: {endpoints: ['" + url + "']}\n" + SIGN_IN))
                    .hasMessageContaining("m.yaml:1: controller.endpoints: expected URLs");
        }
        assertThatThrownBy(() -> read("spool: {}")).hasMessageContaining("no way to sign in to OpenStack");
    }
}
