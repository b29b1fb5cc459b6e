// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.notification;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * One report, as Masakari's v1 API takes it. The same fact told twice must be equal in all but its evidence, for that is
 * how the controller knows that it is one: {@code generatedTime} is therefore when the fact came about or was first seen,
 * never when it is told.
 *
 * @param host Nova's name of the host
 * @param payload what happened, with the keys that the type asks for
 * @param evidence why that is believed; only a controller that understands it is sent it
 */
public record Notification(
        Type type, String host, Instant generatedTime, Map<String, String> payload, Map<String, String> evidence) {

    /** What a notification is about. */
    public enum Type {
        COMPUTE_HOST,
        VM,
        PROCESS
    }

    /** Masakari takes no longer text in a payload, our controller none in the evidence. */
    public static final int LONGEST_TEXT = 255;

    public Notification {
        if (!host.matches("[a-zA-Z0-9._-]{1,255}")) {
            throw new IllegalArgumentException("host: \"" + host + "\" is not a name that the API takes");
        }
        payload = sorted(payload);
        evidence = sorted(evidence);
    }

    private static Map<String, String> sorted(Map<String, String> texts) {
        var sorted = new TreeMap<String, String>();
        texts.forEach((key, text) ->
                sorted.put(key, text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…"));
        return Collections.unmodifiableMap(sorted);
    }

    /** What of the host it is about: two notifications with one subject follow each other, the later one supersedes. */
    public String subject() {
        return type + " " + host + " "
                + switch (type) {
                    case COMPUTE_HOST -> "";
                    case VM -> payload.getOrDefault("instance_uuid", "");
                    case PROCESS -> payload.getOrDefault("process_name", "");
                };
    }

    /** The same for the same fact, everywhere and at any time. */
    public String id() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((type + "\n" + host + "\n" + generatedTime + "\n" + payload)
                            .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every Java runtime has it
        }
    }
}
