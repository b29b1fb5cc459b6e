// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import io.migawari.logging.LogSetup;
import io.migawari.time.SystemTime;
import io.migawari.time.Time;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line. Commands of other jars on the class path join by {@link CommandPlugin}. */
@Command(
        name = "migawari",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "High availability for OpenStack instances.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and all is as it should be",
            "1:done, and something is not as it should be (an incident that was watched ended with failures,"
                    + " the doctor has found something, an instance of a plan would be lost, or is not where it was to go)",
            "2:the command was not understood, or its configuration cannot be used",
            "3:the controller, its database or Keystone cannot be reached, or did not let us in",
            "4:the controller refused: no such thing, a conflict, or a value that it does not take",
            "70:a mistake in Migawari: nothing is known about what was asked; please report it, with what --debug shows"
        },
        footer = {
            "",
            "Commands that talk to the controller find it by --endpoint or MIGAWARI_ENDPOINT,",
            "and sign in to Keystone by OS_CLOUD or the other OS_* variables when it asks for that."
        })
public final class Migawari {

    /** A command of another jar, found by {@link ServiceLoader}. */
    public interface CommandPlugin {

        /** An object annotated with {@link Command}. */
        Object command();
    }

    private static final List<Class<?>> COMMANDS = List.of(
            ControllerCommand.class,
            ConfigCommand.class,
            DbCommand.class,
            SegmentCommand.class,
            HostCommand.class,
            ReservedHostCommand.class,
            NotificationCommand.class,
            IncidentCommand.class,
            DrainCommand.class,
            UndrainCommand.class,
            LiveMigrateCommand.class,
            MigrateCommand.class,
            EvacuateCommand.class,
            EvacuateHostCommand.class,
            MoveZoneCommand.class,
            OperationCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            PausesCommand.class,
            PlanCommand.class,
            DoctorCommand.class,
            AlertsCommand.class,
            AuditCommand.class,
            FencingCommand.class,
            ImportMasakariCommand.class,
            VersionCommand.class);

    /** These tell of all others. */
    private static final List<Class<?>> OVERVIEWS = List.of(GenerateCompletion.class, HelpCommand.class);

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "show where an error comes from")
    private boolean debug;

    private Migawari() {}

    public static void main(String[] arguments) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(arguments, System.getenv(), out, err));
    }

    /** Runs one command and returns its exit code. */
    static int run(String[] arguments, Map<String, String> environment, PrintWriter out, PrintWriter err) {
        return run(arguments, new Surroundings(environment, new SystemTime()), out, err);
    }

    /** The same, for those who cannot wait. */
    static int run(String[] arguments, Surroundings surroundings, PrintWriter out, PrintWriter err) {
        LogSetup.forCommandLine();
        var root = new Migawari();
        CommandLine line =
                commandLine(root, surroundings, arguments).setOut(out).setErr(err);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (root.debug) {
                failure.printStackTrace(command.getErr());
            }
            return Failures.explain(failure, command);
        });
        return line.execute(arguments);
    }

    /**
     * Of all commands the one that these arguments name, or all where they name none, or ask about all. To put all seventy together
     * takes picocli a fifth of the controller's start.
     */
    private static CommandLine commandLine(Migawari root, Surroundings surroundings, String... arguments) {
        CommandLine line = new CommandLine(root, surroundings);
        Optional<String> first = Arrays.stream(arguments)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst();
        Optional<Class<?>> named = COMMANDS.stream()
                .filter(type -> first.equals(Optional.of(name(type))))
                .findFirst();
        named.ifPresentOrElse(line::addSubcommand, () -> {
            COMMANDS.forEach(line::addSubcommand);
            OVERVIEWS.forEach(line::addSubcommand);
            ServiceLoader.load(CommandPlugin.class).forEach(plugin -> line.addSubcommand(plugin.command()));
        });
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(100);
        return line;
    }

    private static String name(Class<?> type) {
        return type.getAnnotation(Command.class).name();
    }

    /** The same as they are by themselves, to be read and not to be run. */
    public static CommandLine commandLine(String... arguments) {
        return commandLine(new Migawari(), new Surroundings(Map.of(), new SystemTime()), arguments);
    }

    /** Gives commands that want them the environment and the time, so that tests can give them others. */
    record Surroundings(Map<String, String> environment, Time time) implements CommandLine.IFactory {

        @Override
        public <K> K create(Class<K> type) throws Exception {
            K created = CommandLine.defaultFactory().create(type);
            if (created instanceof NeedsEnvironment needs) {
                needs.environment(environment);
                needs.time(time);
            }
            return created;
        }
    }

    /** A command or mixin that reads the process's environment, or waits. */
    interface NeedsEnvironment {
        void environment(Map<String, String> environment);

        /** Only few have to. */
        default void time(Time time) {}
    }
}
