// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.migawari.config.SyslogSettings.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSettingsTest {

    @TempDir
    private Path directory;

    private LogSettings read(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("c.yaml"), text);
        return YamlFile.read(file, Map.of(), LogSettings::read);
    }

    private Address address(String text) throws IOException {
        return read("to: syslog\nsyslog: {address: '" + text + "'}\n").syslog().address();
    }

    @Test
    void aSyslogServerIsASocketOrAHost() throws IOException {
        assertThat(read("to: syslog").syslog()).isEqualTo(SyslogSettings.local());
        assertThat(address("/run/log")).isEqualTo(new Address.Local(Path.of("/run/log")));
        assertThat(address("udp://log.example.org")).isEqualTo(new Address.Udp("log.example.org", 514));
        assertThat(address("tls://log.example.org")).isEqualTo(new Address.Tls("log.example.org", 6514));
        assertThat(address("tls://[2001:db8::1]:10514")).isEqualTo(new Address.Tls("2001:db8::1", 10514));
    }

    @Test
    void whatIsNeitherIsNamed() {
        for (String wrong : new String[] {
            "log.example.org",
            "tcp://log:514",
            "tls://",
            "udp://log:0",
            "udp://log:70000",
            "tls://me@log",
            "tls://log/x",
            "tls:"
        }) {
            assertThatThrownBy(() -> address(wrong))
                    .as(wrong)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(
                            "c.yaml:2: syslog.address: expected a path, udp://HOST[:PORT] or tls://HOST[:PORT]");
        }
    }

    @Test
    void theRestIsReadToo() throws IOException {
        LogSettings settings = read("to: json\nlevel: debug\nsyslog: {facility: local3, ca-file: ca.pem}\n");

        assertThat(settings.output()).isEqualTo(LogSettings.Output.JSON);
        assertThat(settings.syslog().facility().code()).isEqualTo(19);
        assertThat(settings.syslog().tls().caFile())
                .as("which is not there, and not needed")
                .contains(directory.resolve("ca.pem"));
        assertThat(read("to: syslog\nsyslog: {address: 'udp://log', ca-file: ca.pem}\n")
                        .output())
                .isEqualTo(LogSettings.Output.SYSLOG);
    }
}
