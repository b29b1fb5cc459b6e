// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import io.migawari.config.ControllerSettings;
import io.migawari.controller.ControllerDaemon;
import io.migawari.controller.UnsuitableSchemaException;
import io.migawari.logging.LogSetup;
import io.migawari.systemd.Systemd;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code migawari controller}. */
@Command(
        name = "controller",
        mixinStandardHelpOptions = true,
        description = "Runs the controller in the foreground until it is told to stop (SIGTERM or Ctrl-C).",
        subcommands = ControllerStatusCommand.class,
        footer = {"", "Example: migawari controller --config /etc/migawari/controller.yaml"})
final class ControllerCommand implements Callable<Integer>, Migawari.NeedsEnvironment {

    /** Several within any time that one would tell systemd to wait for a sign of life. */
    private static final Duration BETWEEN_SIGNS = Duration.ofSeconds(1);

    /** Not required by picocli, which would require it of the subcommands as well. */
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "required for running it; see config/samples/controller.yaml")
    private @Nullable Path config;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    private Map<String, String> environment = Map.of();

    @Override
    public void environment(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Returns only if the start fails; otherwise the process ends by a signal. */
    @Override
    public Integer call() throws IOException, UnsuitableSchemaException, InterruptedException {
        if (config == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--config=FILE'");
        }
        ControllerSettings settings = ControllerSettings.read(config, environment);
        LogSetup.apply(settings.log(), "migawari-controller", environment);
        var time = new SystemTime();
        var systemd = Systemd.of(environment, time);
        var daemon = new ControllerDaemon(settings, time);
        var stop = new Thread(
                () -> {
                    systemd.stopping();
                    daemon.close();
                    LogSetup.flush();
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        daemon.start(systemd);
        for (; ; time.sleep(BETWEEN_SIGNS)) {
            if (daemon.isTurning()) {
                systemd.alive();
            }
        }
    }
}
