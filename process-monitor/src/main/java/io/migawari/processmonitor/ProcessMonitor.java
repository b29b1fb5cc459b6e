// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor;

import io.migawari.logging.LogSetup;
import io.migawari.monitor.life.HealthEndpoint;
import io.migawari.monitor.life.Life;
import io.migawari.monitor.life.MonitorCommand;
import io.migawari.monitor.life.OwnName;
import io.migawari.monitor.life.Reporting;
import io.migawari.monitor.life.SignOfLife;
import io.migawari.processmonitor.judgement.Judge;
import io.migawari.processmonitor.judgement.Moment;
import io.migawari.processmonitor.judgement.Standing;
import io.migawari.processmonitor.judgement.Verdict;
import io.migawari.processmonitor.local.LocalCommands;
import io.migawari.processmonitor.local.LocalProcesses;
import io.migawari.processmonitor.local.SystemdSignals;
import io.migawari.processmonitor.local.UnitSignals;
import io.migawari.processmonitor.process.Processes;
import io.migawari.processmonitor.process.Sighting;
import io.migawari.processmonitor.process.WatchedProcess;
import io.migawari.systemd.Systemd;
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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code migawari-process-monitor}: everything wired together, started, run and stopped. */
public final class ProcessMonitor {

    private static final Logger log = LoggerFactory.getLogger(ProcessMonitor.class);

    private static final String NAME = "migawari-process-monitor";

    private static final String USAGE = """
        Usage: migawari-process-monitor --config FILE [--once --dry-run | --check]

        Keeps processes of this host running, and reports the ones that cannot be brought back.

          --config FILE      see the commented sample: /etc/migawari/process-monitor.yaml
          --once --dry-run   look once, print what is seen, start nothing and report nothing
          --check            only say whether the file is good, and what is wrong with it
          --help             print this

        Exit codes: 0 stopped as told; 1 cannot start, or not all is seen; 2 wrong use or configuration.
        """;

    /** Between two looks; no interval is shorter. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);

    /** So many hang at most; more only wait for their turn, each within its own time-out. */
    private static final int MOST_STARTS = 8;

    private static final int MOST_HEALTH_CHECKS = 4;

    private ProcessMonitor() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.getenv(), System.out, System.err));
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        return new MonitorCommand(NAME, USAGE)
                .run(
                        arguments,
                        out,
                        err,
                        config -> ProcessMonitorSettings.read(config, environment),
                        (config, once) -> {
                            var settings = ProcessMonitorSettings.read(config, environment);
                            var time = new SystemTime();
                            if (once) {
                                LogSetup.forCommandLine();
                                return show(settings, time, out);
                            }
                            LogSetup.apply(settings.shared().log(), NAME, environment);
                            return watch(config, settings, environment, time);
                        });
    }

    private static int watch(Path config, ProcessMonitorSettings settings, Map<String, String> environment, Time time)
            throws IOException, InterruptedException {
        String host = settings.host().isPresent() ? settings.host().get() : machineName();
        settings.takenOver().forEach(words -> log.atInfo().log("From Masakari's list: {}", words));
        var systemd = Systemd.of(environment, time);
        var reporting = new Reporting(settings.shared(), time);
        var ownName = new OwnName(host, reporting.client()::hosts, time);
        ownName.checkAtStart(settings.unknownHost());
        var bell = new Bell();
        var commands = new LocalCommands();
        var signals = new SystemdSignals(bell::ring, time);
        var processes = new LocalProcesses(
                "systemctl",
                commands,
                settings.callTimeout(),
                signals,
                settings.calmInterval(),
                pool("health-check", MOST_HEALTH_CHECKS, bell),
                time);
        var starts = new Starts(commands, pool("start", MOST_STARTS, bell));
        var watch = new ProcessWatch(
                host, settings.processes(), processes, starts, reporting.told(), reporting::report, time);
        Optional<HealthEndpoint> health = Optional.empty();
        if (settings.shared().health().listen().isPresent()) {
            health = Optional.of(HealthEndpoint.start(
                    settings.shared().health().listen().get(), List.of(watch, reporting, ownName)));
        }
        var sign = SignOfLife.of("process-monitor", settings.shared(), time);
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
                    var changed = ProcessMonitorSettings.read(config, environment);
                    changed.takenOver().forEach(words -> log.atInfo().log("From Masakari's list: {}", words));
                    watch.change(changed.processes());
                    bell.ring();
                    log.atInfo().log("The list of processes is read again; the rest changes at the next start");
                });
        reporting.start();
        sign.start();
        systemd.ready();
        log.atInfo()
                .addKeyValue("host", host)
                .addKeyValue("processes", settings.processes().size())
                .log("Watching");
        while (!Thread.currentThread().isInterrupted()) {
            watch.round();
            ownName.again();
            sign.well(watch.isWell() ? Optional.of(host) : Optional.empty());
            systemd.alive();
            // A unit that changes without end is not looked at without end.
            time.sleep(SHORTEST_PAUSE);
            bell.await(settings.interval().minus(SHORTEST_PAUSE));
        }
        return MonitorCommand.DONE;
    }

    /** Threads that wait for commands and are gone when there are none; the bell rings whenever one has ended. */
    private static Executor pool(String name, int most, Bell bell) {
        var threads = new ThreadPoolExecutor(most, most, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            var thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
        return work -> threads.execute(() -> {
            try {
                work.run();
            } finally {
                bell.ring();
            }
        });
    }

    /** As gethostname(2) says it, which is what nova-compute calls itself by default. */
    private static String machineName() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    }

    /** As a daemon that starts now would see it, with a second look that shows the same. */
    private static int show(ProcessMonitorSettings settings, Time time, PrintStream out) throws InterruptedException {
        settings.takenOver().forEach(out::println);
        Processes processes = new LocalProcesses(
                "systemctl",
                new LocalCommands(),
                settings.callTimeout(),
                UnitSignals.NONE,
                settings.calmInterval(),
                Runnable::run,
                time);
        Map<String, Sighting> sightings = processes.look(settings.processes());
        boolean sawAll = true;
        for (WatchedProcess process : settings.processes()) {
            Sighting sighting = sightings.getOrDefault(process.name(), new Sighting.CannotSee("it was not looked at"));
            sawAll &= !(sighting instanceof Sighting.CannotSee);
            Moment moment = Moment.of(time);
            Standing first =
                    Judge.judge(process, Standing.UNSEEN, sighting, moment).standing();
            Verdict verdict = Judge.judge(process, first, sighting, moment).verdict();
            out.println(process.name() + ": " + sighting.getClass().getSimpleName() + " (" + sighting.why() + ")");
            if (verdict instanceof Verdict.Start start) {
                out.println("  would be started: " + String.join(" ", start.command()));
            } else if (verdict instanceof Verdict.Tell tell) {
                out.println("  would be reported: " + tell.fact().event());
            } else {
                out.println("  nothing would be done");
            }
        }
        return sawAll ? MonitorCommand.DONE : MonitorCommand.CANNOT_START;
    }
}
