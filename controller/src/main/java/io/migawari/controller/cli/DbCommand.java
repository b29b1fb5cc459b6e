// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.migawari.config.ControllerSettings;
import io.migawari.config.Durations;
import io.migawari.config.HistorySettings;
import io.migawari.config.Secret;
import io.migawari.controller.UnsuitableSchemaException;
import io.migawari.db.Creation;
import io.migawari.db.Database;
import io.migawari.db.DatabaseException;
import io.migawari.db.Purge;
import io.migawari.db.Schema;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code migawari db …}: the only commands that talk to the database themselves. */
@Command(name = "db", mixinStandardHelpOptions = true, description = "The database's tables and their versions.")
final class DbCommand implements Migawari.NeedsEnvironment {

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
                "Creates the tables, or brings them up to this program's version.",
                "Stop the controllers first when a version's notes say so. Needs a user who may change tables."
            },
            mixinStandardHelpOptions = true,
            footer = {"", "Example: migawari db migrate --config /etc/migawari/controller.yaml --user migawari_schema"})
    void migrate(
            @Mixin DatabaseAccess access,
            @Option(names = "--dry-run", description = "only show what would be applied") boolean dryRun)
            throws IOException {
        try (var database = Database.open(access.settings(environment), "migrate")) {
            var schema = new Schema(database);
            PrintWriter out = spec.commandLine().getOut();
            if (dryRun) {
                List<String> missing = schema.versions().stream()
                        .filter(version -> version.appliedAt().isEmpty())
                        .map(version -> version.number() + " (" + version.description() + ")")
                        .toList();
                out.println(
                        missing.isEmpty() ? "Nothing to apply." : "Would apply " + String.join(", ", missing) + ".");
            } else {
                int applied = schema.migrate();
                out.println(applied == 0 ? "The schema is current." : "Applied " + applied + " version(s).");
            }
            out.flush();
        }
    }

    @Command(
            description = {
                "Creates the database and its two users on MariaDB, or on one node of a Galera cluster: one for the daemons, who"
                        + " touches rows, and USER_schema for migrations, who changes tables.",
                "What is there already stays as it is, passwords included. A password file that is not there is written, with a"
                        + " password made up for it."
            },
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example: migawari db create --admin-url 'jdbc:mariadb://localhost/?localSocket=/run/mysqld/mysqld.sock'"
                        + " --password-file /etc/migawari/database-password --schema-password-file /root/migawari-schema-password"
            })
    void create(
            @Option(
                            names = "--admin-url",
                            required = true,
                            paramLabel = "URL",
                            description =
                                    "of the server: jdbc:mariadb://HOST:PORT/, or with localSocket as in the example")
                    String adminUrl,
            @Option(
                            names = "--admin-user",
                            paramLabel = "USER",
                            defaultValue = "root",
                            description = "default: root, who needs no password over a local socket")
                    String adminUser,
            @Option(
                            names = "--admin-password-file",
                            paramLabel = "FILE",
                            description = "that user's password (default: MIGAWARI_DB_PASSWORD, or none)")
                    @Nullable
                    Path adminPasswordFile,
            @Option(
                            names = "--database",
                            paramLabel = "NAME",
                            defaultValue = "migawari",
                            description = "default: migawari")
                    String name,
            @Option(names = "--user", paramLabel = "USER", defaultValue = "migawari", description = "default: migawari")
                    String user,
            @Option(
                            names = "--from",
                            paramLabel = "HOST",
                            defaultValue = "%",
                            description = "where the controllers are, as MariaDB writes it (default: anywhere)")
                    String from,
            @Option(
                            names = "--password-file",
                            required = true,
                            paramLabel = "FILE",
                            description = "of the daemons' user")
                    Path passwordFile,
            @Option(
                            names = "--schema-password-file",
                            required = true,
                            paramLabel = "FILE",
                            description = "of the user for migrations; the daemons need not be able to read it")
                    Path schemaPasswordFile,
            @Option(names = "--dry-run", description = "only show what would be done") boolean dryRun)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        var nothing = new Secret("");
        Creation creation;
        try {
            creation = new Creation(
                    name, from, new Creation.User(user, nothing), new Creation.User(user + "_schema", nothing));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        if (dryRun) {
            creation.statements(true).forEach(statement -> out.println(statement + ";"));
            out.flush();
            return;
        }
        creation = creation.with(passwordIn(passwordFile), passwordIn(schemaPasswordFile));
        Secret adminPassword = adminPasswordFile != null
                ? Secret.in(adminPasswordFile)
                : new Secret(environment.getOrDefault("MIGAWARI_DB_PASSWORD", ""));
        try {
            for (Creation.Done done : creation.carryOut(adminUrl, adminUser, adminPassword)) {
                out.println(done.what() + (done.isNew() ? ": created" : ": was there, and is as it was"));
            }
        } catch (SQLException e) {
            throw new IOException("The database could not be created: " + e.getMessage(), e);
        }
        out.println("The configuration of the controllers needs, in the section database:");
        out.println("  user: " + user);
        out.println("  password-file: " + passwordFile);
        out.println("Next: migawari db migrate --config FILE --user " + user + "_schema --password-file "
                + schemaPasswordFile);
        out.flush();
    }

    private Secret passwordIn(Path file) throws IOException {
        if (!Files.exists(file)) {
            var made = new byte[24];
            new SecureRandom().nextBytes(made);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, Base64.getUrlEncoder().encodeToString(made) + "\n");
            spec.commandLine()
                    .getOut()
                    .println(file + ": written, with a new password; only " + Files.getOwner(file) + " may read it");
        }
        return Secret.in(file);
    }

    @Command(
            description = {
                "Deletes what has been over for long: incidents, notifications, operations, alerts.",
                "What something that stays refers to stays as well, and what is younger than seven days, or than recovery.return.window or alerts.give-up-after. Controllers may run meanwhile."
            },
            mixinStandardHelpOptions = true,
            footer = {"", "Example: migawari db purge --config /etc/migawari/controller.yaml --older-than 90d --dry-run"
            })
    void purge(
            @Mixin DatabaseAccess access,
            @Mixin Output output,
            @Option(
                            names = "--older-than",
                            required = true,
                            paramLabel = "TIME",
                            description = "how long ago it has to have ended, as 90d")
                    String age,
            @Option(
                            names = "--with-audit",
                            description =
                                    "what people asked of the controller, too (see migawari audit); it is kept otherwise")
                    boolean withAudit,
            @Option(names = "--dry-run", description = "only count") boolean dryRun)
            throws IOException {
        Duration ago = Durations.parse(age)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--older-than: " + age + ": expected a time as 90d"));
        HistorySettings.Least least = access.leastHistory(environment);
        if (ago.compareTo(least.time()) < 0) {
            throw new ParameterException(spec.commandLine(), "--older-than: " + age + ": expected " + least.words());
        }
        Instant now = new SystemTime().now();
        try (var database = Database.open(access.settings(environment), "purge")) {
            Purge.Deleted deleted = new Purge(database).carryOut(now.minus(ago), now, withAudit, dryRun);
            String column = dryRun ? "would_be_deleted" : "deleted";
            ArrayNode rows = JsonNodeFactory.instance.arrayNode();
            deleted.rows()
                    .forEach((table, number) ->
                            rows.addObject().put("table", table).put(column, number));
            output.list(rows, "table", column);
            if (!deleted.refused().isEmpty()) {
                throw new DatabaseException(
                        DatabaseException.Kind.BROKEN, "Not all could be deleted: " + deleted.refusal());
            }
        }
    }

    @Command(
            description = "The versions of the tables, and whether this program can work with them.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:the schema is current", "1:it is not; the line below the table says what to do"})
    int status(@Mixin Output output, @Option(names = "--config", required = true, paramLabel = "FILE") Path config)
            throws IOException {
        try (var database = Database.open(ControllerSettings.readDatabase(config, environment), "status")) {
            var schema = new Schema(database);
            Schema.State state = schema.state();
            ArrayNode rows = JsonNodeFactory.instance.arrayNode();
            schema.versions()
                    .forEach(version -> rows.addObject()
                            .put("version", version.number())
                            .put("description", version.description())
                            .put(
                                    "applied_at",
                                    version.appliedAt().map(Instant::toString).orElse(null)));
            output.list(rows, "version", "description", "applied_at");
            boolean current = state instanceof Schema.State.Current;
            output.say(current ? "The schema is current." : UnsuitableSchemaException.words(state));
            return current ? Failures.DONE : Failures.NOT_AS_IT_SHOULD_BE;
        }
    }
}
