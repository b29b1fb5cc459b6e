// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor;

import io.migawari.config.ConfigException;
import io.migawari.config.Durations;
import io.migawari.logging.LogSetup;
import io.migawari.monitor.controller.ControllerClient;
import io.migawari.monitor.controller.Heard;
import io.migawari.monitor.controller.StartWord;
import io.migawari.monitor.life.MonitorCommand;
import io.migawari.systemd.Systemd;
import io.migawari.time.Time;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code migawari-host-monitor --wait-until-evacuated}: what nova-compute's unit runs before it starts. No cluster is asked. */
final class WaitCommand {

    static final String OPTION = "--wait-until-evacuated";

    private static final Duration DEFAULT = Duration.ofMinutes(10);

    private WaitCommand() {}

    static int run(
            List<String> arguments,
            String usage,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err,
            Time time) {
        Optional<Path> config = Optional.empty();
        Duration most = DEFAULT;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            Optional<String> value = i + 1 < arguments.size() ? Optional.of(arguments.get(i + 1)) : Optional.empty();
            if (argument.equals("--config") && value.isPresent()) {
                config = value.map(Path::of);
                i++;
            } else if (argument.equals("--for")
                    && value.flatMap(Durations::parse).isPresent()) {
                most = value.flatMap(Durations::parse).get();
                i++;
            } else if (!argument.equals(OPTION)) {
                err.println("Not understood: " + argument);
                err.print(usage);
                return MonitorCommand.WRONG_USE;
            }
        }
        if (config.isEmpty()) {
            err.print(usage);
            return MonitorCommand.WRONG_USE;
        }
        LogSetup.forCommandLine();
        try {
            var settings = HostMonitorSettings.read(config.get(), environment);
            String host = settings.ownNovaName(machine());
            var client = new ControllerClient(settings.shared(), time);
            return new StartWait(
                            new StartWait.Controller() {
                                @Override
                                public Heard live() {
                                    return client.signOfLife(host, "waiting-nova-compute");
                                }

                                @Override
                                public StartWord ask() {
                                    return client.mayStart(host);
                                }
                            },
                            settings.novaCompute().whenUnanswered(),
                            Systemd.of(environment, time),
                            out,
                            time)
                    .waitFor(most);
        } catch (ConfigException | IllegalArgumentException | IOException e) {
            err.println(e.getMessage());
            return MonitorCommand.WRONG_USE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return StartWait.NOT_EVACUATED;
        }
    }

    private static String machine() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    }
}
