// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.monitor.controller.FakeController;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.notification.NotificationJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real process, killed with SIGKILL at moments that a seed chooses, while the controller is away half of the time. */
class SpoolKillTest {

    private static final int LAST = 400;
    private static final int KILLS = 6;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Timeout(120)
    void whatWasAppendedBeforeAKillArrivesInTheOrderOfItsHost(long seed) throws Exception {
        var random = new Random(seed);
        try (var controller = new FakeController()) {
            int appended = 0;
            int promised = 0;
            for (int kill = 0; kill < KILLS && appended < LAST; kill++) {
                controller.always(random.nextBoolean() ? 202 : 503);
                appended = runAndKill(controller, appended + 1, random);
                promised = Math.max(promised, appended);
            }
            controller.always(202);
            runToItsEnd(controller, appended + 1);

            List<Notification> arrived = new ArrayList<>();
            for (var asked : controller.notifications()) {
                arrived.add(NotificationJson.read(asked.body()));
            }
            for (int host = 0; host < 3; host++) {
                String name = "compute" + host;
                List<Notification> expected = new ArrayList<>();
                for (int number = 1; number <= LAST; number++) {
                    if (number % 3 == host) {
                        expected.add(Report.instance(name, number));
                    }
                }
                assertThat(arrived.stream()
                                .filter(n -> n.host().equals(name))
                                .map(SpoolKillTest::withoutEvidence)
                                .distinct())
                        .as("what arrived about %s, seed %s, promised %s", name, seed, promised)
                        .containsExactlyElementsOf(expected);
            }
            try (var left = Files.list(directory)) {
                assertThat(left)
                        .extracting(file -> file.getFileName().toString())
                        .containsExactly(".lock");
            }
        }
    }

    private static Notification withoutEvidence(Notification n) {
        return new Notification(n.type(), n.host(), n.generatedTime(), n.payload(), Map.of());
    }

    /** @return the last number that was appended for certain */
    private int runAndKill(FakeController controller, int from, Random random) throws Exception {
        Process process = start(controller, from);
        int after = from + random.nextInt(LAST / KILLS);
        int seen = from - 1;
        try (var output = output(process)) {
            String line;
            while (seen < after && (line = output.readLine()) != null && !line.equals("done")) {
                seen = Integer.parseInt(line);
            }
            TimeUnit.MICROSECONDS.sleep(random.nextInt(3000));
            // By its handle: Process itself would close the pipe with what is still in it.
            process.toHandle().destroyForcibly();
            while ((line = output.readLine()) != null && !line.equals("done")) {
                seen = Integer.parseInt(line);
            }
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return seen;
    }

    private void runToItsEnd(FakeController controller, int from) throws Exception {
        Process process = start(controller, from);
        try (var output = output(process)) {
            assertThat(output.lines()).endsWith("done");
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private Process start(FakeController controller, int from) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledMonitor.class.getName(),
                        directory.toString(),
                        controller.url().toString(),
                        Integer.toString(from),
                        Integer.toString(LAST))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}
