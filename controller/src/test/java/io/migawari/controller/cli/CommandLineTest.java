// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.config.DatabaseSettings;
import io.migawari.controller.TestDatabase;
import io.migawari.controller.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands as an operator types them, against a running controller. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandLineTest {

    private final Trial trial = new Trial("reserved_host");
    private final Terminal terminal = new Terminal(trial);

    @AfterAll
    void close() {
        trial.close();
    }

    @Test
    void aListIsATableLikeThatOfTheOpenStackClient() {
        String[] lines = terminal.output("host", "list", "rack1", "-c", "name", "-c", "reserved")
                .split("\n");

        assertThat(lines[0]).isEqualTo("+----------+----------+");
        assertThat(lines[1]).isEqualTo("| name     | reserved |");
        assertThat(lines).hasSize(8);
    }

    @Test
    void programsGetEverything() throws IOException {
        JsonNode json = new ObjectMapper().readTree(terminal.output("segment", "list", "-o", "json"));

        assertThat(json).hasSize(1);
        assertThat(json.at("/0/name").asText()).isEqualTo("rack1");
        assertThat(json.at("/0/deleted").isBoolean()).isTrue();
        assertThat(terminal.output("segment", "show", "rack1", "-o", "yaml"))
                .contains("recovery_method: \"reserved_host\"");
        assertThat(terminal.output("segment", "show", "rack1", "-o", "value", "-c", "enabled"))
                .isEqualTo("true\n");
    }

    @Test
    void aDryRunShowsWhatWouldBeSentAndSendsNothing() throws IOException {
        String shown = terminal.output("segment", "create", "rack9", "auto", "--dry-run");

        assertThat(shown)
                .startsWith("Would send POST " + trial.url() + "/v1/segments {")
                .contains("\"name\":\"rack9\"");
        assertThat(terminal.output("segment", "list", "-o", "value", "-c", "name"))
                .isEqualTo("rack1\n");
        assertThat(terminal.output("host", "delete", "rack1", "compute1", "--dry-run"))
                .contains("Would send DELETE ");

        JsonNode json = new ObjectMapper()
                .readTree(terminal.output("segment", "create", "rack9", "auto", "--dry-run", "-o", "json"));
        assertThat(json.path("method").asText()).isEqualTo("POST");
        assertThat(json.path("url").asText()).isEqualTo(trial.url() + "/v1/segments");
        assertThat(json.at("/body/segment/name").asText()).isEqualTo("rack9");
        assertThat(terminal.output("host", "delete", "rack1", "compute1", "--dry-run", "-o", "yaml"))
                .startsWith("method: \"DELETE\"\nurl: \"http://")
                .endsWith("\nbody: null\n");
    }

    @Test
    void aSegmentsLifeFromCreationToRemoval() {
        assertThat(terminal.output(
                        "segment", "create", "rack2", "auto", "--description", "spare", "-o", "value", "-c", "name"))
                .isEqualTo("rack2\n");
        assertThat(terminal.output("segment", "update", "rack2", "--enabled", "false", "-o", "value", "-c", "enabled"))
                .isEqualTo("false\n");
        assertThat(terminal.output("host", "create", "rack2", "compute5", "-o", "value", "-c", "name"))
                .isEqualTo("compute5\n");
        assertThat(terminal.output(
                        "host",
                        "update",
                        "rack2",
                        "compute5",
                        "--on-maintenance",
                        "true",
                        "-o",
                        "value",
                        "-c",
                        "on_maintenance"))
                .isEqualTo("true\n");
        assertThat(terminal.output("host", "delete", "rack2", "compute5"))
                .isEqualTo("Host compute5 is removed from segment rack2.\n");
        assertThat(terminal.output("segment", "delete", "rack2")).isEqualTo("Segment rack2 is removed.\n");
    }

    @Test
    void errorsSayWhatIsWrongAndExitCodesTellThemApart() {
        assertThat(terminal.run("segment", "show", "nowhere")).isEqualTo(4);
        assertThat(terminal.err()).isEqualTo("No segment with the name or id nowhere.\n");
        assertThat(terminal.run("host", "create", "rack1", "compute99")).isEqualTo(4);
        assertThat(terminal.err()).isEqualTo("Compute service with name compute99 could not be found.\n");
        assertThat(terminal.run("segment", "create", "x", "magic")).isEqualTo(4);
        assertThat(terminal.err()).contains("'magic' is not one of");
        assertThat(terminal.run("segment", "list", "--endpoint", "http://127.0.0.1:1"))
                .isEqualTo(3);
        assertThat(terminal.err()).startsWith("No controller answers at http://127.0.0.1:1. Is it running?");
        assertThat(terminal.run("segment", "lst")).isEqualTo(2);
        assertThat(terminal.run("host", "list", "rack1", "-c", "colour")).isEqualTo(2);
        assertThat(terminal.err()).contains("No column \"colour\"; there are: uuid, name,");
    }

    @Test
    void aRecoveryIsReportedWatchedAndShown() {
        assertThat(terminal.output("reserved-host", "add", "rack1", "compute3", "-o", "value", "-c", "host"))
                .isEqualTo("compute3\n");
        assertThat(terminal.output("reserved-host", "list", "-o", "value", "-c", "host"))
                .contains("compute3");
        trial.server("vm-1");
        trial.cloud.killHost("compute1");

        assertThat(terminal.output(
                        "notification", "create", "compute1", "--host-status", "NORMAL", "-o", "value", "-c", "type"))
                .isEqualTo("COMPUTE_HOST\n");
        assertThat(terminal.output("incident", "watch", "compute1"))
                .contains("vm-1: on compute3 as before (active)", "Recovered: 1 of 1 instances moved");
        assertThat(terminal.output("incident", "show", "compute1"))
                .contains("| phase             | recovered", "Evidence", "Instances", "Story", "vm-1", "succeeded");
        assertThat(terminal.output("incident", "list", "-o", "value", "-c", "phase"))
                .isEqualTo("away\nrecovered\n");
        assertThat(terminal.output("incident", "list", "--open", "-o", "value", "-c", "phase"))
                .isEqualTo("away\n");
        String notification = terminal.output("notification", "list", "-o", "value", "-c", "notification_uuid")
                .strip();
        assertThat(terminal.output("notification", "show", notification)).contains("finished", "| vm-1 ", "compute3");
        String failure = terminal.output("incident", "list", "-o", "value", "-c", "uuid")
                .lines()
                .toList()
                .get(1);
        assertThat(terminal.run("incident", "cancel", failure, "--reason", "late"))
                .isEqualTo(4);
        assertThat(terminal.err()).contains("is over: 1 of 1 instances moved");
        assertThat(terminal.run("incident", "confirm-dead", "compute1")).isEqualTo(2);
    }

    @Test
    void theDatabaseIsMigratedAndItsStateTold(@TempDir Path directory) throws IOException {
        DatabaseSettings empty = TestDatabase.empty();
        Path config = directory.resolve("controller.yaml");
        Files.writeString(
                config,
                "database:\n  url: " + empty.url() + "\n  user: " + empty.user() + "\n  password: "
                        + empty.password().reveal() + "\n");

        assertThat(terminal.run("db", "status", "--config", config.toString())).isEqualTo(1);
        assertThat(terminal.out()).contains("Run: migawari db migrate");
        assertThat(terminal.output("db", "migrate", "--config", config.toString(), "--dry-run"))
                .startsWith("Would apply 1 ");
        assertThat(terminal.output("db", "migrate", "--config", config.toString()))
                .matches("Applied [0-9]+ version\\(s\\)\\.\n");
        assertThat(terminal.output("db", "migrate", "--config", config.toString()))
                .isEqualTo("The schema is current.\n");
        assertThat(terminal.output("db", "status", "--config", config.toString()))
                .endsWith("The schema is current.\n");

        JsonNode versions = new ObjectMapper()
                .readTree(terminal.output("db", "status", "--config", config.toString(), "-o", "json"));
        assertThat(versions.at("/0/version").asText()).isEqualTo("1");
        assertThat(versions.at("/0/applied_at").isTextual()).isTrue();
        JsonNode deleted = new ObjectMapper()
                .readTree(terminal.output(
                        "db",
                        "purge",
                        "--config",
                        config.toString(),
                        "--older-than",
                        "90d",
                        "--dry-run",
                        "-o",
                        "json"));
        assertThat(deleted.at("/0/table").isTextual()).isTrue();
        assertThat(deleted.at("/0/would_be_deleted").asInt(-1)).isZero();
    }

    @Test
    void aControllerDoesNotStartOnASchemaThatItDoesNotKnow(@TempDir Path directory) throws IOException {
        DatabaseSettings empty = TestDatabase.empty();
        Path config = directory.resolve("controller.yaml");
        Files.writeString(
                config,
                "api: {listen: '127.0.0.1:0', authentication: none}\nlog: {to: file, file: log}\n"
                        + "openstack: {auth-url: 'http://127.0.0.1:1/v3', username: u, password: p, project-name: x}\n"
                        + "database:\n  url: " + empty.url() + "\n  user: " + empty.user() + "\n  password: "
                        + empty.password().reveal() + "\n");

        assertThat(terminal.run("controller", "--config", config.toString())).isEqualTo(2);
        assertThat(terminal.err())
                .isEqualTo("The database has no tables yet. Run: migawari db migrate --config FILE\n");
    }

    @Test
    void aConfigurationThatCannotBeUsedIsExplainedLineByLine(@TempDir Path directory) throws IOException {
        Path config = directory.resolve("controller.yaml");
        Files.writeString(config, "api:\n  lisen: x\nopenstack: {cloud: x}\n");

        assertThat(terminal.run("controller", "--config", config.toString())).isEqualTo(2);

        assertThat(terminal.err())
                .contains(config + ":2: api.lisen: unknown key", config + ":1: database.password: missing");
    }

    @Test
    void everyCommandHasADescriptionAndEveryChangeADryRun() {
        everyCommand(Migawari.commandLine());
    }

    private static void everyCommand(CommandLine command) {
        assertThat(command.getCommandSpec().usageMessage().description())
                .as(command.getCommandSpec().qualifiedName())
                .isNotEmpty();
        boolean changes = Arrays.asList(
                        "create", "update", "delete", "add", "remove", "cancel", "confirm-dead", "migrate")
                .contains(command.getCommandName());
        if (changes) {
            assertThat(command.getCommandSpec().findOption("--dry-run"))
                    .as(command.getCommandSpec().qualifiedName())
                    .isNotNull();
        }
        command.getSubcommands().values().forEach(CommandLineTest::everyCommand);
    }

    @Test
    void whatIsAskedForIsBuiltWithoutTheOthers() {
        assertThat(Migawari.commandLine("--debug", "segment", "list").getSubcommands())
                .containsOnlyKeys("segment");
        assertThat(Migawari.commandLine("segmet").getSubcommands()).containsKeys("segment", "host", "help");
        assertThat(Migawari.commandLine("help", "segment").getSubcommands()).containsKeys("segment", "host", "help");
        assertThat(Migawari.commandLine("generate-completion").getSubcommands()).containsKeys("segment", "host");
    }
}
