// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import io.migawari.config.ControllerSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code migawari config …}. */
@Command(name = "config", mixinStandardHelpOptions = true, description = "The controller's configuration.")
final class ConfigCommand implements Migawari.NeedsEnvironment {

    private Map<String, String> environment = Map.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    @Override
    public void environment(Map<String, String> environment) {
        this.environment = environment;
    }

    @Command(
            description = {
                "Reads a file as the controller would, with the files and variables that it names, and says all that is wrong with it.",
                "Nothing is asked over the network: that is what migawari doctor is for. Monitors check theirs with --check."
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:the controller would start with it", "2:it would not"},
            footer = {"", "Example: migawari config check /etc/migawari/controller.yaml"})
    void check(@Parameters(paramLabel = "FILE") Path file) throws IOException {
        ControllerSettings settings = ControllerSettings.read(file, environment);
        PrintWriter out = spec.commandLine().getOut();
        out.println(file + ": good, for a controller called " + settings.name());
        out.flush();
    }
}
