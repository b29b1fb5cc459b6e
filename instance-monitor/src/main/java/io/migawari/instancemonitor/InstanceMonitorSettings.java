// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor;

import io.migawari.config.ConfigException;
import io.migawari.config.Section;
import io.migawari.config.YamlFile;
import io.migawari.instancemonitor.agent.AgentSettings;
import io.migawari.instancemonitor.judgement.Judge;
import io.migawari.instancemonitor.judgement.ReportTable;
import io.migawari.instancemonitor.libvirt.LibvirtHypervisor;
import io.migawari.monitor.life.OwnName;
import io.migawari.monitor.settings.MonitorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Everything that the instance monitor's configuration file says. The commented sample is
 * {@code config/samples/instance-monitor.yaml}; a test holds the two together.
 *
 * @param host Nova's name of this host; absent means that it is the machine's
 * @param lookInterval how often all domains are looked at although nothing was heard
 * @param unknownHost what it means at the start if the controller does not know this host
 */
record InstanceMonitorSettings(
        Optional<String> host,
        LibvirtHypervisor.Settings libvirt,
        Duration lookInterval,
        Whose whose,
        Judge judge,
        AgentSettings agent,
        OwnName.Unknown unknownHost,
        MonitorSettings shared) {

    /** Whose domains are watched. */
    enum Watched {
        NOVA,
        ALL
    }

    /** @param name what Nova calls its domains */
    record Whose(Watched watched, String name) {

        boolean isNovasName(String domain) {
            return Pattern.matches(name, domain);
        }
    }

    private static final int HEALTH_PORT = 15871;

    /** @throws ConfigException with every problem of the file */
    static InstanceMonitorSettings read(Path file, Map<String, String> environment) {
        return YamlFile.read(file, environment, section -> read(section, environment));
    }

    static InstanceMonitorSettings read(Section section, Map<String, String> environment) {
        Optional<String> host = section.find("host");
        host.filter(name -> !name.matches("[a-zA-Z0-9._-]{1,255}"))
                .ifPresent(name -> section.expected("host", "a host's name", name));
        Section libvirt = section.section("libvirt");
        return new InstanceMonitorSettings(
                host,
                new LibvirtHypervisor.Settings(
                        libvirt.string("uri", "qemu:///system"),
                        libvirt.duration(
                                "keep-alive", Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(1)),
                        libvirt.integer("keep-alive-count", 3, 1, 100),
                        libvirt.duration(
                                "call-timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(1))),
                libvirt.duration("look-interval", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofDays(1)),
                whose(section.section("instances")),
                new Judge(
                        ReportTable.read(section.section("events")),
                        section.duration("same-within", Duration.ofMinutes(1), Duration.ZERO, Duration.ofDays(1))),
                AgentSettings.read(section.section("guest-agent")),
                section.choice("unknown-to-controller", OwnName.Unknown.class, OwnName.Unknown.REFUSE),
                MonitorSettings.read(section, environment, "instance-monitor", HEALTH_PORT));
    }

    private static Whose whose(Section section) {
        String name = section.string("name", "instance-[0-9a-f]{8}");
        try {
            Pattern.compile(name);
        } catch (PatternSyntaxException e) {
            section.expected("name", "a regular expression", name);
            name = "";
        }
        return new Whose(section.choice("watched", Watched.class, Watched.NOVA), name);
    }
}
