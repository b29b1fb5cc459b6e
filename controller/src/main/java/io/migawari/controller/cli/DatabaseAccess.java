// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import io.migawari.config.ControllerSettings;
import io.migawari.config.DatabaseSettings;
import io.migawari.config.HistorySettings;
import io.migawari.config.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which database, and as whom: the controller's own configuration, or another user than the one in it. A mixin. */
final class DatabaseAccess {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Path config;

    @Option(names = "--user", paramLabel = "USER", description = "instead of the configured one")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "that user's password (default: MIGAWARI_DB_PASSWORD, or asked for)")
    private @Nullable Path passwordFile;

    /** @throws IOException if the configuration or the password cannot be read */
    DatabaseSettings settings(Map<String, String> environment) throws IOException {
        DatabaseSettings configured = ControllerSettings.readDatabase(config, environment);
        if (user == null) {
            return configured;
        }
        return new DatabaseSettings(
                configured.url(),
                user,
                password(user, environment),
                configured.poolSize(),
                configured.connectTimeout(),
                configured.queryTimeout());
    }

    /** What is looked back upon so long must not be deleted. */
    HistorySettings.Least leastHistory(Map<String, String> environment) {
        return ControllerSettings.readLeastHistory(config, environment);
    }

    private Secret password(String user, Map<String, String> environment) throws IOException {
        if (passwordFile != null) {
            return Secret.in(passwordFile);
        }
        return Optional.ofNullable(environment.get("MIGAWARI_DB_PASSWORD"))
                .or(() -> Optional.ofNullable(System.console())
                        .map(console -> new String(console.readPassword("Password of %s: ", user))))
                .map(Secret::new)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "No password for " + user + ": give --password-file or MIGAWARI_DB_PASSWORD."));
    }
}
