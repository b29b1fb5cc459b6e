// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor;

import io.migawari.instancemonitor.InstanceMonitorSettings.Watched;
import io.migawari.instancemonitor.agent.AgentRounds;
import io.migawari.instancemonitor.domain.Happening;
import io.migawari.instancemonitor.domain.Hypervisor;
import io.migawari.instancemonitor.domain.Sighting;
import io.migawari.instancemonitor.judgement.Standing;
import io.migawari.instancemonitor.judgement.Verdict;
import io.migawari.instancemonitor.libvirt.LibvirtAgents;
import io.migawari.instancemonitor.libvirt.LibvirtHypervisor;
import io.migawari.logging.LogSetup;
import io.migawari.monitor.life.HealthEndpoint;
import io.migawari.monitor.life.Life;
import io.migawari.monitor.life.MonitorCommand;
import io.migawari.monitor.life.OwnName;
import io.migawari.monitor.life.Reporting;
import io.migawari.monitor.life.SignOfLife;
import io.migawari.systemd.Systemd;
import io.migawari.time.Deadline;
import io.migawari.time.SystemTime;
import io.migawari.time.Time;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code migawari-instance-monitor}: everything wired together, started, run and stopped. */
public final class InstanceMonitor {

    private static final Logger log = LoggerFactory.getLogger(InstanceMonitor.class);

    private static final String NAME = "migawari-instance-monitor";

    private static final Duration TURN = Duration.ofSeconds(1);

    /** libvirtd has 20 workers by default, and Nova wants some of them. */
    private static final int AGENTS_AT_ONCE = 4;

    private static final String USAGE = """
            Usage: migawari-instance-monitor --config FILE [--once --dry-run | --check]

            Listens to libvirt and reports the instances of this host that die or stand still without anybody's will.

              --config FILE      see the commented sample: /etc/migawari/instance-monitor.yaml
              --once --dry-run   look once, print what is seen and what would be reported, and report nothing
              --check            only say whether the file is good, and what is wrong with it
              --help             print this

            Exit codes: 0 stopped as told; 1 cannot start, or libvirt is not seen; 2 wrong use or configuration.
            """;

    private InstanceMonitor() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.getenv(), System.out, System.err));
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        return new MonitorCommand(NAME, USAGE)
                .run(
                        arguments,
                        out,
                        err,
                        config -> InstanceMonitorSettings.read(config, environment),
                        (config, once) -> {
                            var settings = InstanceMonitorSettings.read(config, environment);
                            var time = new SystemTime();
                            if (once) {
                                LogSetup.forCommandLine();
                                try (var hypervisor = new LibvirtHypervisor(settings.libvirt(), time)) {
                                    return show(settings, hypervisor, time, out);
                                }
                            }
                            LogSetup.apply(settings.shared().log(), NAME, environment);
                            return watch(config, settings, environment, time);
                        });
    }

    private static int watch(Path config, InstanceMonitorSettings settings, Map<String, String> environment, Time time)
            throws IOException, InterruptedException {
        String host = settings.host().isPresent() ? settings.host().get() : kernelSays("hostname");
        var systemd = Systemd.of(environment, time);
        var reporting = new Reporting(settings.shared(), time);
        var ownName = new OwnName(host, reporting.client()::hosts, time);
        ownName.checkAtStart(settings.unknownHost());
        var hypervisor = new LibvirtHypervisor(settings.libvirt(), time);
        var watch = new InstanceWatch(
                host,
                kernelSays("random/boot_id"),
                hypervisor,
                rules(settings),
                agents(settings, time),
                reporting.told(),
                reporting::report,
                time);
        Optional<HealthEndpoint> health = Optional.empty();
        if (settings.shared().health().listen().isPresent()) {
            health = Optional.of(HealthEndpoint.start(
                    settings.shared().health().listen().get(), List.of(watch, reporting, ownName)));
        }
        var sign = SignOfLife.of("instance-monitor", settings.shared(), time);
        var watching = Thread.currentThread();
        Optional<HealthEndpoint> serving = health;
        Life.arrange(
                systemd,
                () -> {
                    watching.interrupt();
                    sign.close();
                    serving.ifPresent(HealthEndpoint::close);
                    reporting.close();
                },
                () -> {
                    watch.change(rules(InstanceMonitorSettings.read(config, environment)));
                    log.atInfo().log(
                            "Events, instances and look-interval are read again; the rest changes at the next start");
                });
        reporting.start();
        sign.start();
        systemd.ready();
        log.atInfo()
                .addKeyValue("host", host)
                .addKeyValue("libvirt", settings.libvirt().uri())
                .log("Watching");
        try (hypervisor) {
            while (!Thread.currentThread().isInterrupted()) {
                watch.turn(TURN);
                ownName.again();
                sign.well(watch.vitals().troubles().isEmpty() ? Optional.of(host) : Optional.empty());
                if (hypervisor.isTurning()) {
                    systemd.alive();
                }
            }
        }
        return MonitorCommand.DONE;
    }

    private static InstanceWatch.Rules rules(InstanceMonitorSettings settings) {
        return new InstanceWatch.Rules(settings.judge(), settings.whose(), settings.lookInterval());
    }

    private static Optional<AgentRounds> agents(InstanceMonitorSettings settings, Time time) throws IOException {
        if (!settings.agent().ping()) {
            return Optional.empty();
        }
        Executor threads = Executors.newFixedThreadPool(AGENTS_AT_ONCE, work -> {
            var thread = new Thread(work, "guest-agents");
            thread.setDaemon(true);
            return thread;
        });
        return Optional.of(
                new AgentRounds(settings.agent(), new LibvirtAgents(settings.libvirt(), time), threads, time));
    }

    /** The host's name is what gethostname(2) says, which is what nova-compute calls itself by default. */
    private static String kernelSays(String what) throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel", what)).strip();
    }

    /** As a daemon that starts now, and has never run before, would see it. */
    static int show(InstanceMonitorSettings settings, Hypervisor hypervisor, Time time, PrintStream out)
            throws InterruptedException {
        Deadline end = time.deadlineAfter(settings.libvirt().callTimeout());
        Optional<Happening> happening = Optional.empty();
        while (!(happening.orElse(null) instanceof Happening.Connected) && !end.isPast()) {
            happening = hypervisor.next(end.left());
        }
        Sighting sighting = hypervisor.look();
        if (sighting instanceof Sighting.CannotSee cannot) {
            out.println("Cannot see libvirt: " + cannot.why());
            return MonitorCommand.CANNOT_START;
        }
        if (!(sighting instanceof Sighting.Domains domains)) {
            throw new AssertionError(sighting);
        }
        for (Sighting.Seen seen : domains.all()) {
            out.println(
                    seen.domain().name() + " " + seen.domain().uuid() + ": " + seen.sign() + " (" + seen.words() + ")");
            boolean ours = settings.whose().watched() == Watched.ALL
                    || settings.whose().isNovasName(seen.domain().name())
                    || hypervisor.isNovas(seen.domain()).orElse(false);
            Verdict verdict = settings.judge()
                    .judge(Standing.UNSEEN, seen.sign(), seen.words(), time.now())
                    .verdict();
            if (!ours) {
                out.println("  not watched: it is not Nova's (instances.watched)");
            } else if (verdict instanceof Verdict.Tell tell) {
                out.println("  would be reported: " + tell.name());
            } else {
                out.println("  nothing would be reported");
            }
        }
        out.println(domains.all().size() + " domains");
        return MonitorCommand.DONE;
    }
}
