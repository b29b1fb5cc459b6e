// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import io.migawari.controller.UnsuitableSchemaException;
import io.migawari.time.SystemTime;
import io.migawari.time.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code migawari demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Shows on this machine how a compute node dies and its instances come back.",
            "Starts a real MariaDB, a simulated cloud and the controller, each on a free port of 127.0.0.1, and removes",
            "everything at its end. Needs no root, no cloud and no configuration."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every instance is where it should be, running once",
            "1:some are not, as with the scenario one-refused"
        },
        footer = {"", "Example: migawari demo --scenario second-host-dies --keep"})
final class DemoCommand implements Callable<Integer> {

    /** Set by the launcher, which can find out; Java alone can do so from 22 on. */
    private static final String TERMINAL = "migawari.terminal";

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            defaultValue = "host-failure",
            converter = ScenarioConverter.class,
            completionCandidates = ScenarioConverter.class,
            description = "one of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Scenario scenario = Scenario.HOST_FAILURE;

    @Option(names = "--keep", description = "leave everything running afterwards, until Ctrl-C, to look around")
    private boolean keep;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    private final Time time = new SystemTime();

    @Override
    public Integer call() throws IOException, UnsuitableSchemaException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Screen screen = Boolean.getBoolean(TERMINAL) ? new TerminalScreen(out) : new PlainScreen(out);
        screen.say("Migawari: " + scenario.words() + ".");
        screen.say("");
        var stage = new Stage();
        // Ctrl-C comes this way.
        Runtime.getRuntime().addShutdownHook(new Thread(stage::close, "clean-up"));
        try (stage) {
            long began = time.nanos();
            Stage.Set set = stage.open(time, what -> screen.say(stamp(began) + what));
            screen.say(stamp(began) + "Ready");
            var api = new ControllerApi(set.controller().url());
            boolean allWell = new Demonstration(scenario, set.cloud(), api, screen, time).play();
            if (keep) {
                lookAround(stage, set, screen);
            }
            return allWell ? 0 : 1;
        } catch (IOException | UnsuitableSchemaException | InterruptedException | RuntimeException e) {
            if (stage.isClosed()) {
                new CountDownLatch(1).await(); // nothing has gone wrong; the process is ending
            }
            throw e;
        }
    }

    private String stamp(long began) {
        return String.format(
                Locale.ROOT, "%6.2f s  ", Duration.ofNanos(time.nanos() - began).toMillis() / 1000.0);
    }

    private static void lookAround(Stage stage, Stage.Set set, Screen screen) throws InterruptedException {
        screen.say("");
        screen.say("Everything is still running. Look around from another terminal:");
        screen.say("");
        screen.say("  export MIGAWARI_ENDPOINT=" + set.controller().url());
        screen.say("  ./migawari incident show compute1           why, what was done, and the whole story");
        screen.say("  ./migawari notification list                what the monitors reported");
        screen.say("  ./migawari host list rack1                  the hosts, and which are reserved");
        screen.say("  curl $MIGAWARI_ENDPOINT/v1/notifications    the same in Masakari's API");
        screen.say("  curl " + set.simulator().address()
                + "/simulator/ledger    what the simulated hypervisors really run");
        screen.say(
                "  curl -X POST " + set.simulator().address() + "/simulator/hosts/compute2/kill    kill another host");
        screen.say("  ./migawari notification create compute2 --host-status NORMAL                     and report it");
        screen.say("  tail -f " + stage.log());
        screen.say("");
        screen.say("Ctrl-C ends it and removes everything.");
        new CountDownLatch(1).await();
    }
}
