// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor;

import io.migawari.config.ConfigException;
import io.migawari.config.Section;
import io.migawari.config.YamlFile;
import io.migawari.monitor.settings.MonitorSettings;
import io.migawari.processmonitor.process.WatchedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that the process monitor's configuration file says. The commented sample is
 * {@code config/samples/process-monitor.yaml}; a test holds the two together.
 *
 * @param host Nova's name of this host; absent means that it is the machine's
 * @param callTimeout how long systemd may take to answer
 */
record ProcessMonitorSettings(
        Optional<String> host,
        Duration interval,
        Duration callTimeout,
        List<WatchedProcess> processes,
        MonitorSettings shared) {

    private static final int HEALTH_PORT = 15872;

    ProcessMonitorSettings {
        processes = List.copyOf(processes);
    }

    /** @throws ConfigException with every problem of the file */
    static ProcessMonitorSettings read(Path file, Map<String, String> environment) {
        return YamlFile.read(file, environment, section -> read(section, environment));
    }

    static ProcessMonitorSettings read(Section section, Map<String, String> environment) {
        Optional<String> host = section.find("host");
        host.filter(name -> !name.matches("[a-zA-Z0-9._-]{1,255}"))
                .ifPresent(name -> section.expected("host", "a host's name", name));
        Map<String, Section> named = section.named("processes");
        if (named.isEmpty()) {
            section.problem("processes", "missing: nothing would be watched");
        }
        List<WatchedProcess> processes = new ArrayList<>();
        named.forEach((name, entry) -> {
            if (!name.matches("[!-~]{1,255}")) {
                section.problem("processes", "a name is 1 to 255 printable ASCII characters, found \"" + name + "\"");
            }
            processes.add(WatchedProcess.read(name, entry));
        });
        return new ProcessMonitorSettings(
                host,
                section.duration("interval", Duration.ofSeconds(2), Duration.ofMillis(200), Duration.ofMinutes(1)),
                section.duration("call-timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)),
                processes,
                MonitorSettings.read(section, environment, "process-monitor", HEALTH_PORT));
    }
}
