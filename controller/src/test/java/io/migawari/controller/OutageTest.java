// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.store.Crew;
import io.migawari.controller.store.MariaDbControllers;
import io.migawari.db.Database;
import io.migawari.simulator.http.RequestFault;
import io.migawari.time.SystemTime;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The database is away, or Nova does not answer: what goes on, what waits, and how a controller stops meanwhile. */
class OutageTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** What a stop may take in every state. */
    private static final Duration STOP = Duration.ofSeconds(5);

    private final SystemTime time = new SystemTime();
    private final Wire wire = new Wire();
    private final Trial trial = new Trial("auto", wire::to);

    @AfterEach
    void close() {
        wire.mend();
        trial.close();
        wire.close();
    }

    /** Nova lets such requests wait, and carries them out then, whoever still waits for its answer. */
    private void answersLate(String method, String path, Duration delay) {
        trial.simulator
                .requestFaults()
                .add(new RequestFault(
                        "compute",
                        method,
                        Pattern.compile(path),
                        null,
                        RequestFault.ALWAYS,
                        RequestFault.Effect.delay(delay)));
    }

    private void untilAnswered(String path, int status) {
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> trial.send("GET", path, "").statusCode() == status);
    }

    private long actions() {
        return trial.simulator.calls().stream()
                .filter(call -> call.path().contains("action") && call.method().equals("POST"))
                .mapToLong(call -> call.times())
                .sum();
    }

    /** Evacuations are called for, and Nova has not answered. */
    private void untilCalledFor(int evacuations) {
        await().atMost(SOON).until(() -> {
            int open = 0;
            for (JsonNode entry : trial.incident("compute1").path("journal")) {
                boolean isEvacuation = entry.path("step").asText().contains("vacuat");
                open += isEvacuation && entry.path("outcome").isNull() ? 1 : 0;
            }
            return open == evacuations;
        });
    }

    private Duration stop() {
        long begun = time.nanos();
        trial.stopController();
        return Duration.ofNanos(time.nanos() - begun);
    }

    private Crew crew() {
        try (var database = Database.open(trial.settings.database(), "look")) {
            return new MariaDbControllers(database, "").crew();
        }
    }

    @Test
    void whatWasBegunBeforeTheDatabaseWentAwayIsFinishedOnceAndNothingIsBegunMeanwhile() {
        trial.server("one");
        trial.server("two");
        // the database goes while Nova has both calls and has answered neither
        answersLate("POST", ".*/action", Duration.ofSeconds(3));
        trial.fail("compute1");
        untilCalledFor(2);
        wire.cut();
        untilAnswered("/v1/segments", 503);

        // a monitor keeps what is not taken, and sends it again
        assertThat(trial.sendProcess("compute4", "libvirtd", "STOPPED").statusCode())
                .isEqualTo(503);
        long before = actions();
        await().during(Duration.ofSeconds(9)) // longer than a lease, and than Nova takes to answer
                .atMost(SOON)
                .until(() -> actions() - before <= 2);

        wire.mend();
        untilAnswered("/v1/segments", 200);
        trial.simulator.requestFaults().clear();
        trial.reportProcess("compute4", "libvirtd", "STOPPED");
        trial.untilPhase("compute4", "kept_out");
        trial.untilPhase("compute1", "recovered");
        assertThat(trial.incident("compute1").path("epoch").asInt()).isEqualTo(2);
        assertThat(trial.cloud.servers())
                .allSatisfy(server -> assertThat(server.status()).isEqualTo("ACTIVE"));
        trial.assertNoHarm();
    }

    /** Nova's answer to one call does not come; the incident beside it is over long before. */
    @Test
    void aCallThatHangsHoldsNoOtherIncident() {
        String stuck = trial.server("stuck");
        String well = trial.server("well");
        answersLate("POST", ".*/" + stuck + "/action", Duration.ofSeconds(15));
        trial.cloud.killGuest(stuck);
        JsonNode stuckReport = trial.reportGuest("compute1", stuck);
        await().atMost(SOON)
                .until(() -> !trial.incidentOf(stuckReport).path("journal").isEmpty());

        trial.cloud.killGuest(well);
        trial.untilPhase(trial.reportGuest("compute1", well), "recovered");

        assertThat(trial.incidentOf(stuckReport).path("open").asBoolean()).isTrue();
    }

    @Test
    void aStopInTheMiddleOfCallsThatHangIsQuickAndGivesTheIncidentsBack() {
        trial.server("one");
        trial.server("two");
        answersLate("POST", ".*/action", Duration.ofSeconds(15));
        trial.fail("compute1");
        untilCalledFor(2);

        Duration took = stop();

        Crew crew = crew();
        assertThat(took).isLessThan(STOP);
        assertThat(crew.incidents()).isNotEmpty().allMatch(work -> work.owner().isEmpty());
        assertThat(crew.members()).extracting(crew::state).containsExactly(Crew.State.STOPPED);
        trial.simulator.requestFaults().clear();
        trial.startController();
        trial.untilPhase("compute1", "recovered");
        trial.assertNoHarm();
    }

    @Test
    void aStopWhileNovaAnswersNothingIsQuick() {
        trial.server("one");
        answersLate("GET", ".*", Duration.ofSeconds(15));
        trial.fail("compute1");
        await().atMost(SOON)
                .until(() -> crew().incidents().stream()
                        .anyMatch(work -> work.owner().isPresent()));

        assertThat(stop()).isLessThan(STOP);

        assertThat(crew().incidents())
                .isNotEmpty()
                .allMatch(work -> work.owner().isEmpty());
        trial.simulator.requestFaults().clear();
        trial.startController();
        trial.untilPhase("compute1", "recovered");
    }

    @Test
    void aStopWhileNeitherTheDatabaseNorNovaAnswersIsQuick() {
        trial.server("one");
        answersLate("POST", ".*/action", Duration.ofSeconds(15));
        trial.fail("compute1");
        untilCalledFor(1);
        wire.silence();

        assertThat(stop()).isLessThan(STOP);

        wire.cut();
        wire.mend();
        trial.simulator.requestFaults().clear();
        trial.startController();
        trial.untilPhase("compute1", "recovered");
        trial.assertNoHarm();
    }
}
