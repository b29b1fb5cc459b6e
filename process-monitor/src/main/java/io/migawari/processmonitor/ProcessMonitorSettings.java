// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor;

import io.migawari.config.ConfigException;
import io.migawari.config.Section;
import io.migawari.config.YamlFile;
import io.migawari.monitor.life.OwnName;
import io.migawari.monitor.settings.MonitorSettings;
import io.migawari.processmonitor.masakari.ProcessList;
import io.migawari.processmonitor.process.WatchedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that the process monitor's configuration file says. The commented sample is
 * {@code config/samples/process-monitor.yaml}; a test holds the two together.
 *
 * @param host Nova's name of this host; absent means that it is the machine's
 * @param calmInterval how often units are asked for while systemd says that nothing changes
 * @param callTimeout how long systemd may take to answer
 * @param unknownHost what it means at the start if the controller does not know this host
 * @param processes those of Masakari's list behind our own
 * @param takenOver what was made of each entry of Masakari's list
 */
record ProcessMonitorSettings(
        Optional<String> host,
        Duration interval,
        Duration calmInterval,
        Duration callTimeout,
        OwnName.Unknown unknownHost,
        List<WatchedProcess> processes,
        List<String> takenOver,
        MonitorSettings shared) {

    private static final int HEALTH_PORT = 15872;

    ProcessMonitorSettings {
        processes = List.copyOf(processes);
        takenOver = List.copyOf(takenOver);
        calmInterval = calmInterval.compareTo(interval) < 0 ? interval : calmInterval;
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
        Optional<Path> masakaris = section.findPath("masakari-process-list");
        if (named.isEmpty() && masakaris.isEmpty()) {
            section.problem("processes", "missing: nothing would be watched");
        }
        List<WatchedProcess> processes = new ArrayList<>();
        named.forEach((name, entry) -> {
            if (!WatchedProcess.isName(name)) {
                section.problem("processes", "a name is 1 to 255 printable ASCII characters, found \"" + name + "\"");
            }
            processes.add(WatchedProcess.read(name, entry));
        });
        ProcessList takenOver =
                masakaris.map(file -> takeOver(section, file, named.keySet())).orElse(ProcessList.NONE);
        processes.addAll(takenOver.processes());
        return new ProcessMonitorSettings(
                host,
                section.duration("interval", Duration.ofSeconds(2), Duration.ofMillis(200), Duration.ofMinutes(1)),
                section.duration(
                        "calm-interval", Duration.ofSeconds(30), Duration.ofMillis(200), Duration.ofMinutes(10)),
                section.duration("call-timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)),
                section.choice("unknown-to-controller", OwnName.Unknown.class, OwnName.Unknown.REFUSE),
                processes,
                takenOver.words(),
                MonitorSettings.read(section, environment, "process-monitor", HEALTH_PORT));
    }

    private static ProcessList takeOver(Section section, Path file, Set<String> listed) {
        try {
            return ProcessList.read(file, listed);
        } catch (ConfigException e) {
            section.problem("masakari-process-list", String.valueOf(e.getMessage()));
            return ProcessList.NONE;
        }
    }
}
