// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.migawari.monitor.notification.Json;
import io.migawari.monitor.notification.Notification;
import io.migawari.monitor.notification.NotificationJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is in a spooled file or an answer of the controller is understood, or refused with words (see CONTRIBUTING). */
class ReadersFuzzTest {

    private static final Notification ONE = new Notification(
            Notification.Type.COMPUTE_HOST,
            "compute2",
            Instant.parse("2026-11-20T22:06:20Z"),
            Map.of("event", "STOPPED", "host_status", "NORMAL"),
            Map.of("fenced_by", "compute3"));

    private static Stream<Arguments> records() {
        return Stream.of(
                Arguments.of(new String(SpoolRecord.write(ONE), StandardCharsets.UTF_8)),
                Arguments.of("{}\n00000000\n"));
    }

    private static Stream<Arguments> documents() {
        return Stream.of(
                Arguments.of(NotificationJson.write(ONE, true)),
                Arguments.of("{\"segments\":[{\"uuid\":\"s\",\"id\":1,\"enabled\":true,\"description\":null}]}"),
                Arguments.of("{\"token\":{\"catalog\":[{\"type\":\"instance-ha\",\"endpoints\":[]}]}}"),
                Arguments.of("[[1.5e3,-2,\"\\u0041\"]]"));
    }

    private static void refuse(IOException e) {
        if (e.getMessage() == null || e.getMessage().isBlank()) {
            throw new AssertionError("refused without words", e);
        }
    }

    @MethodSource("records")
    @FuzzTest(maxDuration = "2m")
    void whateverIsInASpooledFile(@NotNull String content) {
        try {
            Notification read = SpoolRecord.read(content.getBytes(StandardCharsets.UTF_8));
            if (!SpoolRecord.read(SpoolRecord.write(read)).equals(read)) {
                throw new AssertionError("not what was written: " + read);
            }
        } catch (IOException e) {
            refuse(e);
        }
    }

    @MethodSource("documents")
    @FuzzTest(maxDuration = "2m")
    void whateverIsSaidToBeANotification(@NotNull String content) {
        try {
            Notification read = NotificationJson.read(content);
            if (!NotificationJson.read(NotificationJson.write(read, true)).id().equals(read.id())) {
                throw new AssertionError("another notification after it was written: " + read);
            }
        } catch (IOException e) {
            refuse(e);
        }
    }

    @MethodSource("documents")
    @FuzzTest(maxDuration = "2m")
    void whateverIsSaidToBeJson(@NotNull String content) {
        try {
            Json json = Json.parse(content);
            json.at("token")
                    .at("catalog")
                    .items()
                    .forEach(entry -> entry.at("type").text());
        } catch (IOException e) {
            refuse(e);
        }
    }
}
