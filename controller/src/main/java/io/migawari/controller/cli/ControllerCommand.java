// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import io.migawari.config.ControllerSettings;
import io.migawari.controller.ControllerLife;
import io.migawari.controller.UnsuitableSchemaException;
import io.migawari.logging.LogSetup;
import io.migawari.systemd.Hangup;
import io.migawari.systemd.Systemd;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.nio.file.Path;
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
        description = {
            "Runs the controller in the foreground until it is told to stop (SIGTERM or Ctrl-C).",
            "SIGHUP makes it read its configuration again, which stops and starts all of it but the process."
        },
        subcommands = ControllerStatusCommand.class,
        footer = {"", "Example: migawari controller --config /etc/migawari/controller.yaml"})
final class ControllerCommand implements Callable<Integer>, Migawari.NeedsEnvironment {

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

    /** Returns when the process has been told to end by a signal, and ends by that. */
    @Override
    public Integer call() throws IOException, UnsuitableSchemaException, InterruptedException {
        if (config == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--config=FILE'");
        }
        Path file = config;
        var time = new SystemTime();
        var life = new ControllerLife(
                () -> ControllerSettings.read(file, environment),
                settings -> LogSetup.apply(settings, "migawari-controller", environment),
                Systemd.of(environment, time),
                time);
        Hangup.handle(life::hangUp);
        var stop = new Thread(
                () -> {
                    life.close();
                    LogSetup.flush();
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        life.start();
        life.live();
        return 0;
    }
}
