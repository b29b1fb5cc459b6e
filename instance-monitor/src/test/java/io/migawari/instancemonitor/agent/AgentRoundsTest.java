// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.instancemonitor.agent.GuestAgents.Answer;
import io.migawari.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Agents that are asked every 10 s and may miss two answers: the third one is told. */
class AgentRoundsTest {

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-20T22:00:00Z"));
    private final Map<String, Answer> guests = new HashMap<>(Map.of("a", Answer.ANSWERED));
    private final List<String> asked = new ArrayList<>();
    private final Queue<Runnable> hanging = new ArrayDeque<>();
    private boolean hang;
    private final AgentRounds rounds = new AgentRounds(
            new AgentSettings(true, Duration.ofSeconds(10), Duration.ofSeconds(2), 3),
            (uuid, most) -> {
                asked.add(uuid);
                return guests.getOrDefault(uuid, Answer.NOT_ASKED);
            },
            question -> {
                if (hang) {
                    hanging.add(question);
                } else {
                    question.run();
                }
            },
            time);

    private List<String> seconds(int seconds, String... running) {
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < seconds; i++) {
            time.advance(Duration.ofSeconds(1));
            silent.addAll(rounds.turn(List.of(running)));
        }
        return silent;
    }

    @Test
    void anAgentThatDoesNotAnswerAnyMoreIsToldOnce() {
        assertThat(seconds(60, "a")).isEmpty();
        guests.put("a", Answer.SILENT);
        assertThat(seconds(15, "a")).as("two misses at most").isEmpty();
        assertThat(seconds(20, "a")).containsExactly("a");
        assertThat(seconds(600, "a")).isEmpty();

        guests.put("a", Answer.ANSWERED);
        seconds(11, "a");
        guests.put("a", Answer.SILENT);
        assertThat(seconds(60, "a")).as("it was back in between").containsExactly("a");
    }

    @Test
    void anAgentThatHasNeverAnsweredIsNotMissed() {
        guests.put("a", Answer.SILENT);
        assertThat(seconds(600, "a")).isEmpty();
    }

    @Test
    void anAgentThatCouldNotBeAskedIsNotMissed() {
        seconds(20, "a");
        guests.put("a", Answer.NOT_ASKED);
        assertThat(seconds(600, "a")).isEmpty();
    }

    @Test
    void anotherLifeOfTheGuestBeginsAnew() {
        seconds(20, "a");
        guests.put("a", Answer.SILENT);
        seconds(21, "a");
        rounds.forget("a");
        assertThat(seconds(600, "a")).isEmpty();
    }

    @Test
    void oneThatDoesNotRunIsNotAsked() {
        seconds(60);
        assertThat(asked).isEmpty();
    }

    @Test
    void aQuestionThatHangsIsNotAskedAgainAndKeepsNobodyWaiting() {
        guests.put("b", Answer.ANSWERED);
        seconds(20, "a", "b");
        asked.clear();
        hang = true;
        seconds(100, "a", "b");
        assertThat(hanging).hasSize(2);
        assertThat(asked).isEmpty();

        hang = false;
        hanging.forEach(Runnable::run);
        seconds(20, "a", "b");
        assertThat(asked).contains("a", "b");
    }
}
