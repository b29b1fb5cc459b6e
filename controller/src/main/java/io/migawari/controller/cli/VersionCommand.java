// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code migawari version}. */
@Command(name = "version", mixinStandardHelpOptions = true, description = "The version of this program.")
final class VersionCommand implements Runnable {

    /** What {@code --version} says, too. */
    static final class Provider implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Optional.ofNullable(
                            VersionCommand.class.getPackage().getImplementationVersion())
                    .orElse("(not from a jar)");
            return new String[] {"migawari " + version, "Java " + Runtime.version()};
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    @Override
    public void run() {
        for (String line : new Provider().getVersion()) {
            spec.commandLine().getOut().println(line);
        }
        spec.commandLine().getOut().flush();
    }
}
