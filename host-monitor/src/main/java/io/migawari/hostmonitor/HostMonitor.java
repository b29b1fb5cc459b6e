// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import io.migawari.hostmonitor.etcd.EtcdMembership;
import io.migawari.hostmonitor.judgement.Judge;
import io.migawari.hostmonitor.judgement.Memory;
import io.migawari.hostmonitor.judgement.Verdict;
import io.migawari.hostmonitor.membership.Membership;
import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.hostmonitor.pacemaker.PacemakerMembership;
import io.migawari.logging.LogSetup;
import io.migawari.monitor.life.HealthEndpoint;
import io.migawari.monitor.life.Life;
import io.migawari.monitor.life.MonitorCommand;
import io.migawari.monitor.life.Reporting;
import io.migawari.monitor.life.SignOfLife;
import io.migawari.systemd.Systemd;
import io.migawari.time.SystemTime;
import io.migawari.time.Time;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code migawari-host-monitor}: everything wired together, started, run and stopped. */
public final class HostMonitor {

    private static final Logger log = LoggerFactory.getLogger(HostMonitor.class);

    private static final String NAME = "migawari-host-monitor";

    private static final String USAGE = """
            Usage: migawari-host-monitor --config FILE [--once --dry-run | --check | --wait-until-evacuated [--for DURATION]]

            Watches the hosts of this cluster and reports the ones that die and come back.

              --config FILE      see the commented sample: /etc/migawari/host-monitor.yaml
              --once --dry-run   look once, print what is seen and what would be reported, and report nothing
              --check            only say whether the file is good, and what is wrong with it
              --wait-until-evacuated
                                 watch nothing: end with 0 as soon as no recovery of this host is under way, for the start of its
                                 nova-compute
              --for DURATION     for that long at most, 10m if it is not said
              --help             print this

            Exit codes: 0 stopped as told, or nova-compute may start; 1 cannot start, or the recovery is still under way; 2 wrong use
            or configuration; 3 no controller could say whether it is.
            """;

    private HostMonitor() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.getenv(), System.out, System.err));
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (arguments.contains(WaitCommand.OPTION)) {
            return WaitCommand.run(arguments, USAGE, environment, out, err, new SystemTime());
        }
        return new MonitorCommand(NAME, USAGE)
                .run(arguments, out, err, config -> HostMonitorSettings.read(config, environment), (config, once) -> {
                    var settings = HostMonitorSettings.read(config, environment);
                    var time = new SystemTime();
                    Membership membership = membership(settings, time);
                    if (once) {
                        LogSetup.forCommandLine();
                        return show(settings, membership, time, out);
                    }
                    LogSetup.apply(settings.shared().log(), NAME, environment);
                    return watch(config, settings, membership, environment, time);
                });
    }

    private static int watch(
            Path config,
            HostMonitorSettings settings,
            Membership membership,
            Map<String, String> environment,
            Time time)
            throws IOException, InterruptedException {
        var systemd = Systemd.of(environment, time);
        var reporting = new Reporting(settings.shared(), time);
        membership.join();
        var check = new NameCheck(settings, membership, reporting.client(), time);
        List<String> problems = check.atStart();
        if (!problems.isEmpty()) {
            membership.leave();
            reporting.close();
            problems.forEach(problem -> log.atError().log("The names do not fit: {}", problem));
            throw new IOException("the names of hosts do not fit: " + String.join("; ", problems));
        }
        var watch = new HostWatch(membership, rules(settings), reporting.told(), reporting::report, bootId(), time);
        Optional<HealthEndpoint> health = Optional.empty();
        if (settings.shared().health().listen().isPresent()) {
            health = Optional.of(
                    HealthEndpoint.start(settings.shared().health().listen().get(), List.of(watch, reporting, check)));
        }
        var sign = SignOfLife.of("host-monitor", settings.shared(), time);
        var watching = Thread.currentThread();
        Optional<HealthEndpoint> serving = health;
        Life.arrange(
                systemd,
                () -> {
                    watching.interrupt();
                    sign.close();
                    membership.leave();
                    serving.ifPresent(HealthEndpoint::close);
                    reporting.close();
                },
                () -> {
                    watch.change(rules(HostMonitorSettings.read(config, environment)));
                    log.atInfo().log("Names and fencing rules are read again; the rest changes at the next start");
                });
        reporting.start();
        sign.start();
        systemd.ready();
        log.atInfo().addKeyValue("interval", settings.pace().interval()).log("Watching");
        var pace = new Pace(settings.pace(), time);
        while (!Thread.currentThread().isInterrupted()) {
            if (pace.isDue(watch.isSettled())) {
                pace.looked(watch.round());
                check.again();
            }
            sign.well(watch.wellAs());
            systemd.alive();
            time.sleep(pace.pause());
        }
        return MonitorCommand.DONE;
    }

    private static Membership membership(HostMonitorSettings settings, Time time) throws IOException {
        return switch (settings.driver()) {
            case PACEMAKER -> new PacemakerMembership(settings.self(), settings.callTimeout());
            case ETCD -> {
                String self = settings.self().isPresent()
                        ? settings.self().get()
                        : Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
                yield new EtcdMembership(settings.etcd(), self, bootId(), settings.callTimeout(), time);
            }
        };
    }

    private static HostWatch.Rules rules(HostMonitorSettings settings) {
        return new HostWatch.Rules(new Judge(settings.noFencing(), settings.lostAfter()), settings.names());
    }

    private static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** As a daemon that starts now would see and report it, if nothing changed. */
    private static int show(HostMonitorSettings settings, Membership membership, Time time, PrintStream out)
            throws InterruptedException {
        Sighting sighting = membership.look();
        if (sighting instanceof Sighting.CannotSee cannot) {
            out.println("Cannot see the cluster: " + cannot.why());
            out.println("Nothing would be reported.");
            return MonitorCommand.CANNOT_START;
        }
        if (!(sighting instanceof Sighting.Partition partition)) {
            throw new AssertionError(sighting);
        }
        out.println("This host: " + partition.self()
                + (partition.quorate() ? ", with quorum" : ", WITHOUT quorum")
                + (partition.fencingEnabled() ? ", fencing on" : ", fencing OFF")
                + (partition.handsOff() ? ", cluster in maintenance" : ""));
        var verdicts = rules(settings)
                .judge()
                .judge(Memory.EMPTY, sighting, time.now())
                .verdicts();
        partition.hosts().forEach((node, host) -> {
            out.println(node + ": " + host.standing() + " (" + host.why() + ")");
            out.println("  " + words(settings.names(), node, Optional.ofNullable(verdicts.get(node))));
        });
        List<String> problems = settings.problemsWith(partition.hosts().keySet());
        problems.forEach(problem -> out.println("The names do not fit: " + problem));
        return problems.isEmpty() ? MonitorCommand.DONE : MonitorCommand.CANNOT_START;
    }

    private static String words(HostNames names, String node, Optional<Verdict> verdict) {
        if (verdict.isEmpty()) {
            return "never reported: it is this host";
        }
        Optional<String> nova = names.novaName(node);
        if (nova.isEmpty()) {
            return "never reported: it is not a compute host (hosts.ignore)";
        }
        return verdict.get() instanceof Verdict.Tell tell && tell.fact().kind().isTold()
                ? "would be reported as " + nova.get() + ": " + tell.fact().kind()
                : "not reported: "
                        + (verdict.get() instanceof Verdict.Tell
                                ? "it runs"
                                : verdict.get().why());
    }
}
