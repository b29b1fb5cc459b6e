// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One event as a message of RFC 5424: who and when in its header, the event's id as MSGID, what it is about as structured data, and
 * as its text the line that stands in a file, too, with the pairs in it, since most servers write the text and nothing else.
 *
 * <p>The text has no byte order mark, which the RFC wants in front of UTF-8: rsyslog and syslog-ng would write it into every line.
 *
 * @param host the machine
 * @param identity the program
 * @param process its number
 * @param facility RFC 5424's code
 */
record SyslogMessage(String host, String identity, long process, int facility) {

    /**
     * Whose names of structured data these are has to be said by a number that the IANA gives to enterprises. We have none; this is
     * the one that RFC 5612 reserves for documentation, which nobody else's messages can rightly bear either.
     */
    static final String OURS = "migawari@32473";

    /** What rsyslog takes as it comes; the RFC asks receivers for 2048 bytes. */
    static final int LONGEST = 8_000;

    /** Of which the structured data may be so much; what does not fit any more is left out, and still stands in the text. */
    private static final int LONGEST_DATA = 5_000;

    private static final int LONGEST_VALUE = 1_000;
    private static final int LONGEST_STACK_TRACE = 3_000;

    byte[] of(ILoggingEvent event, LogEvents events) {
        String header = "<" + (facility * 8 + LogLine.severity(event.getLevel())) + ">1 "
                + JsonLine.TIME.format(event.getInstant()) + " " + word(host, 255) + " " + word(identity, 48) + " "
                + process + " " + word(events.idOf(event).orElse(""), 32) + " ";
        String data = data(event);
        byte[] front = (header + data + " ").getBytes(StandardCharsets.UTF_8);
        byte[] text = LogLine.words(event).getBytes(StandardCharsets.UTF_8);
        return joined(front, text);
    }

    private static byte[] joined(byte[] front, byte[] text) {
        byte[] mark = "…".getBytes(StandardCharsets.UTF_8);
        boolean fits = front.length + text.length <= LONGEST;
        int end = fits ? text.length : LONGEST - front.length - mark.length;
        while (!fits && (text[end] & 0xc0) == 0x80) {
            end--; // not within a character
        }
        byte[] whole = new byte[front.length + end + (fits ? 0 : mark.length)];
        System.arraycopy(front, 0, whole, 0, front.length);
        System.arraycopy(text, 0, whole, front.length, end);
        if (!fits) {
            System.arraycopy(mark, 0, whole, front.length + end, mark.length);
        }
        return whole;
    }

    private static String data(ILoggingEvent event) {
        Map<String, String> all = new LinkedHashMap<>();
        Pairs.of(event).byKey().forEach((key, text) -> all.put(key, Escaped.of(text, LONGEST_VALUE)));
        all.put("logger", event.getLoggerName());
        all.put("thread", Escaped.of(event.getThreadName(), LONGEST_VALUE));
        String stackTrace = LogLine.stackTrace(event);
        if (!stackTrace.isEmpty()) {
            all.put("stack_trace", Escaped.of(stackTrace, LONGEST_STACK_TRACE));
        }
        var data = new StringBuilder("[" + OURS);
        int size = data.length() + 1;
        for (Map.Entry<String, String> pair : all.entrySet()) {
            String parameter = " " + word(pair.getKey(), 32) + "=\"" + value(pair.getValue()) + '"';
            size += parameter.getBytes(StandardCharsets.UTF_8).length;
            if (size <= LONGEST_DATA) {
                data.append(parameter);
            } else {
                size -= parameter.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return data.append(']').toString();
    }

    /** What RFC 5424, section 6.3.3, wants escaped. */
    private static String value(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("]", "\\]");
    }

    /** For header and names, where only printable ASCII may stand, and what is missing is a dash. */
    private static String word(String text, int longest) {
        String word = text.replaceAll("[^!-~]|[=\\]\"]", "_");
        return word.isEmpty() ? "-" : word.substring(0, Math.min(word.length(), longest));
    }
}
