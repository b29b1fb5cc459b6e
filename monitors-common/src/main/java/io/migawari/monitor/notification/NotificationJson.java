// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.notification;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Notifications as the API takes them, which is also how they are kept. */
public final class NotificationJson {

    /** As Masakari's monitors write it: UTC, microseconds, and no letter that says so. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private NotificationJson() {}

    /** The body of a request. */
    public static String write(Notification notification, boolean withEvidence) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", notification.type().name());
        fields.put("hostname", notification.host());
        fields.put("generated_time", time(notification.generatedTime()));
        fields.put("payload", notification.payload());
        if (withEvidence && !notification.evidence().isEmpty()) {
            fields.put("evidence", notification.evidence());
        }
        return Json.write(Map.of("notification", fields));
    }

    /** @throws IOException if the text is not a notification */
    public static Notification read(String text) throws IOException {
        Json json = Json.parse(text).at("notification");
        try {
            return new Notification(
                    Notification.Type.valueOf(json.at("type").text()),
                    json.at("hostname").text(),
                    LocalDateTime.parse(json.at("generated_time").text()).toInstant(ZoneOffset.UTC),
                    texts(json.at("payload")),
                    texts(json.at("evidence")));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IOException("not a notification: " + e.getMessage(), e);
        }
    }

    public static String time(Instant instant) {
        return TIME.format(instant.truncatedTo(ChronoUnit.MICROS));
    }

    private static Map<String, String> texts(Json json) {
        Map<String, String> texts = new HashMap<>();
        json.fields().forEach((key, value) -> texts.put(key, value.text()));
        return texts;
    }
}
