// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Phase;
import io.migawari.controller.store.Event;
import io.migawari.controller.store.StoryLine;
import io.migawari.time.ManualTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** What one who watches is told, and for how long. */
class WatcherTest {

    private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");
    private static final IncidentId INCIDENT = IncidentId.random();

    private final ManualTime time = new ManualTime(NOW);
    private final Response response = mock(Response.class);
    private final List<String> written = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private final List<Callback> pending = new ArrayList<>();
    private boolean takes = true;

    private Watcher watcher(long from) {
        doAnswer(call -> {
                    written.add(StandardCharsets.UTF_8
                            .decode(call.<ByteBuffer>getArgument(1))
                            .toString());
                    Callback callback = call.getArgument(2);
                    if (takes) {
                        callback.succeeded();
                    } else {
                        pending.add(callback);
                    }
                    return null;
                })
                .when(response)
                .write(anyBoolean(), any(), any());
        Callback whole = Callback.from(() -> ends.add("in order"), why -> ends.add(why.getMessage()));
        return new Watcher(from, response, whole, json -> json.replace("bmc1", "***"), time);
    }

    private static List<Event> lines(long... numbers) {
        return LongStream.of(numbers)
                .mapToObj(number -> new Event(
                        new StoryLine(number, NOW, Optional.empty(), "line " + number + " of bmc1"),
                        INCIDENT,
                        "host",
                        new HostName("compute1"),
                        Phase.PROVING,
                        Optional.empty()))
                .toList();
    }

    private List<String> told(String what) {
        return Pattern.compile(what)
                .matcher(String.join("", written))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void everyLineIsToldOnceAlsoOneThatIsSeenLate() {
        Watcher watcher = watcher(10);

        watcher.tell(lines(9, 10, 12));
        watcher.tell(lines(9, 10, 11, 12));
        watcher.tell(lines(9, 10, 11, 12, 13));

        assertThat(told("line \\d+")).containsExactly("line 12", "line 11", "line 13");
        assertThat(told("id: \\d+")).containsExactly("id: 12", "id: 12", "id: 13");
    }

    @Test
    void whatWasThereBeforeIsNotToldThoughItCouldNotBeReadAtFirst() {
        Watcher watcher = watcher(10);

        watcher.tellNothing();
        watcher.tell(lines(9, 10, 11));

        assertThat(told("line \\d+")).containsExactly("line 11");
    }

    @Test
    void whatIsReadAgainIsNoMoreThanMayComeLate() {
        Watcher watcher = watcher(0);
        assertThat(watcher.readsFrom()).isZero();

        watcher.tell(lines(1, 1000));

        assertThat(watcher.readsFrom()).isEqualTo(1000 - Watcher.OVERLAP);
    }

    @Test
    void whatMayNotBeShownIsNot() {
        watcher(0).tell(lines(1));

        assertThat(written).singleElement().asString().contains("line 1 of ***").doesNotContain("bmc1");
    }

    @Test
    void silenceIsBrokenBeforeAnybodyTakesItForTheEnd() {
        Watcher watcher = watcher(0);
        watcher.tell(List.of());
        watcher.tell(List.of());
        assertThat(written).containsExactly(":\n\n");

        time.advance(Duration.ofSeconds(10));
        watcher.tell(List.of());

        assertThat(written).containsExactly(":\n\n", ":\n\n");
    }

    @Test
    void afterAMinuteItEndsInOrder() {
        Watcher watcher = watcher(0);
        time.advance(Watcher.LONGEST.minusSeconds(1));
        watcher.tell(lines(1));
        assertThat(watcher.isOver()).isFalse();

        time.advance(Duration.ofSeconds(1));
        watcher.tell(lines(1));

        assertThat(watcher.isOver()).isTrue();
        assertThat(ends).containsExactly("in order");
    }

    @Test
    void whoDoesNotTakeWhatHeIsToldIsCutOff() {
        takes = false;
        Watcher watcher = watcher(0);
        watcher.tell(lines(1));
        assertThat(watcher.isReady()).isFalse();
        time.advance(Duration.ofSeconds(29));
        assertThat(watcher.isReady()).isFalse();
        assertThat(watcher.isOver()).isFalse();

        time.advance(Duration.ofSeconds(1));

        assertThat(watcher.isReady()).isFalse();
        assertThat(watcher.isOver()).isTrue();
        assertThat(ends).containsExactly("the watcher does not take what he is told");
    }

    @Test
    void whoHasGoneIsOver() {
        takes = false;
        Watcher watcher = watcher(0);
        watcher.tell(lines(1));

        pending.get(0).failed(new IllegalStateException("gone"));

        assertThat(watcher.isOver()).isTrue();
        assertThat(ends).containsExactly("gone");
    }
}
