// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import io.migawari.config.ConfigException;
import io.migawari.config.Section;
import io.migawari.config.YamlFile;
import io.migawari.hostmonitor.etcd.EtcdSettings;
import io.migawari.monitor.settings.MonitorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that the host monitor's configuration file says. The commented sample is
 * {@code config/samples/host-monitor.yaml}; a test holds the two together.
 *
 * @param self our own name in the cluster; absent means that the cluster is asked, or the machine
 * @param etcd for the driver of this name; otherwise empty
 * @param noFencing whether the site has no fencing and wants lost hosts reported as unconfirmed
 * @param lostAfter how many equal sightings make a host lost
 * @param unknownHosts what a host that the controller does not know means at the start
 */
record HostMonitorSettings(
        Driver driver,
        Pace.Settings pace,
        Duration callTimeout,
        Optional<String> self,
        EtcdSettings etcd,
        boolean noFencing,
        int lostAfter,
        HostNames names,
        UnknownHosts unknownHosts,
        NovaCompute novaCompute,
        MonitorSettings shared) {

    /**
     * For those who wait for their start.
     *
     * @param host Nova's name of this host; absent means that it follows from the machine's, as those of all others
     */
    record NovaCompute(Optional<String> host, StartWait.Unanswered whenUnanswered) {}

    /** Who knows which hosts are there. */
    enum Driver {
        PACEMAKER,
        ETCD
    }

    /** What to do about it. */
    enum UnknownHosts {
        /** Do not start. */
        REFUSE,
        WARN
    }

    private static final int HEALTH_PORT = 15870;

    /** What does not fit between our names and the nodes that are there; an etcd knows only those that have been there once. */
    List<String> problemsWith(Set<String> nodes) {
        return names.problemsWith(nodes, driver == Driver.PACEMAKER);
    }

    /** @throws IllegalArgumentException if it is none of Nova's hosts */
    String ownNovaName(String machine) {
        return novaCompute
                .host()
                .or(() -> names.novaName(self.orElse(machine)))
                .orElseThrow(() -> new IllegalArgumentException(
                        self.orElse(machine) + " is no compute host (hosts.ignore); see nova-compute.host"));
    }

    /** @throws ConfigException with every problem of the file */
    static HostMonitorSettings read(Path file, Map<String, String> environment) {
        return YamlFile.read(file, environment, section -> read(section, environment));
    }

    static HostMonitorSettings read(Section section, Map<String, String> environment) {
        Section membership = section.section("membership");
        Section fencing = section.section("fencing");
        Section hosts = section.section("hosts");
        var driver = membership.choice("driver", Driver.class, Driver.PACEMAKER);
        return new HostMonitorSettings(
                driver,
                pace(membership, driver),
                membership.duration(
                        "call-timeout", Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofMinutes(1)),
                membership.find("self"),
                EtcdSettings.read(section.section("etcd"), driver == Driver.ETCD),
                fencing.flag("none", driver == Driver.ETCD),
                fencing.integer("lost-after", 10, 2, 1000),
                names(hosts),
                hosts.choice("unknown-to-controller", UnknownHosts.class, UnknownHosts.REFUSE),
                novaCompute(section.section("nova-compute")),
                MonitorSettings.read(section, environment, "host-monitor", HEALTH_PORT));
    }

    private static NovaCompute novaCompute(Section section) {
        Optional<String> host = section.find("host");
        if (host.filter(name -> !name.matches("[a-zA-Z0-9._-]{1,255}")).isPresent()) {
            section.expected("host", "a host name", host.get());
        }
        return new NovaCompute(
                host, section.choice("when-unanswered", StartWait.Unanswered.class, StartWait.Unanswered.REFUSE));
    }

    private static Pace.Settings pace(Section membership, Driver driver) {
        List<Path> activityFiles = membership.strings("activity-files").isEmpty()
                ? List.of(Path.of("/var/log/pacemaker/pacemaker.log"))
                : membership.strings("activity-files").stream().map(Path::of).toList();
        return new Pace.Settings(
                membership.duration("interval", Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofMinutes(1)),
                membership.duration(
                        "calm-interval", Duration.ofSeconds(10), Duration.ofMillis(200), Duration.ofMinutes(10)),
                driver == Driver.PACEMAKER ? activityFiles : List.of());
    }

    private static HostNames names(Section hosts) {
        var rule = hosts.choice("rule", HostNames.Rule.class, HostNames.Rule.SAME);
        String domain = hosts.string("domain", "");
        if (domain.isEmpty() == (rule == HostNames.Rule.ADD_DOMAIN)) {
            hosts.problem("domain", "belongs to the rule add-domain, and to no other");
        }
        Map<String, String> map = new LinkedHashMap<>();
        Section mapped = hosts.section("map");
        mapped.keys().forEach(node -> map.put(node, mapped.string(node)));
        return new HostNames(rule, domain, map, Set.copyOf(hosts.strings("ignore")));
    }
}
