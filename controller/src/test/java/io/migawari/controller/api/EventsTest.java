// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.controller.Trial;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What happens, told as it happens, to a client over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class EventsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Trial trial = new Trial("auto");
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterAll
    void close() {
        trial.close();
    }

    private HttpResponse<Stream<String>> watch(String query, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(trial.url() + "/migawari/v1/events" + query));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofLines());
    }

    /** An event's lines up to the empty one; comments are skipped. */
    private record Told(long id, String event, JsonNode data) {

        static Told next(Iterator<String> lines) throws IOException {
            long id = -1;
            String event = "";
            while (true) {
                String line = lines.next();
                if (line.startsWith("id: ")) {
                    id = Long.parseLong(line.substring(4));
                } else if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    return new Told(id, event, MAPPER.readTree(line.substring(6)));
                }
            }
        }
    }

    @Test
    void whoWatchesHearsWhatComesAndWhoComesAgainWhatHeHasMissed() throws Exception {
        String earlier = trial.incidentOf(trial.report("compute4", "UNKNOWN"))
                .path("uuid")
                .asText();
        try (var lines = watch("").body()) {
            Iterator<String> told = lines.iterator();
            String incident = trial.incidentOf(trial.report("compute3", "UNKNOWN"))
                    .path("uuid")
                    .asText();

            Told first = Told.next(told);
            while (!first.data().path("incident_uuid").asText().equals(incident)) {
                first = Told.next(told); // of the earlier one, which goes on meanwhile
            }
            assertThat(first.event()).isEqualTo("story");
            assertThat(first.id()).isEqualTo(first.data().path("number").asLong());
            assertThat(first.data().path("host").asText()).isEqualTo("compute3");
            assertThat(first.data().path("kind").asText()).isEqualTo("host");
            assertThat(first.data().path("open").asBoolean()).isTrue();
            assertThat(first.data().path("message").asText()).contains("reports the host as stopped");
        }
        try (var lines = watch("", "Last-Event-ID", "0").body()) {
            Told first = Told.next(lines.iterator());
            assertThat(first.id()).isEqualTo(1);
            assertThat(first.data().path("incident_uuid").asText()).isEqualTo(earlier);
        }
        try (var lines = watch("?after=1").body()) {
            assertThat(Told.next(lines.iterator()).id()).isGreaterThan(1);
        }
    }

    @Test
    void whatIsNoNumberIsRefused() throws Exception {
        var answer = watch("?after=-1");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).singleElement().asString().contains("after is '-1'; expected the number of an event");
    }

    @Test
    void theHeadAloneDoesNotGoOn() throws Exception {
        var answer = http.send(
                HttpRequest.newBuilder(URI.create(trial.url() + "/migawari/v1/events"))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }
}
