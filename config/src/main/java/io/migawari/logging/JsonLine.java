// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event as one line that is a JSON object: when, how important, what happened, and each thing that it is about under its own
 * name. Written with Jackson rather than by logback's JsonEncoder, which puts the pairs into a list, the time into milliseconds
 * since 1970, and the stack trace into objects of objects. Safe for any thread.
 */
final class JsonLine extends LayoutBase<ILoggingEvent> {

    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final int LONGEST_STACK_TRACE = 16_000;

    /** JSON's own, and what would steer a terminal that shows the line. */
    private static final class Escapes extends CharacterEscapes {

        private static final long serialVersionUID = 1;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[0x7f] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            boolean isHalf = Character.isSurrogate((char) c); // of a character that is fine as a whole
            return Escaped.mustBe(c) && !isHalf ? new SerializedString(String.format("\\u%04x", c)) : null;
        }
    }

    private final JsonFactory factory =
            new JsonFactoryBuilder().characterEscapes(new Escapes()).build();
    private final LogEvents events;

    JsonLine(LogEvents events) {
        this.events = events;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        var line = new StringWriter();
        try (JsonGenerator json = factory.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("time", TIME.format(event.getInstant()));
            json.writeStringField("level", event.getLevel().toString());
            json.writeStringField("message", Escaped.cut(event.getFormattedMessage(), Escaped.LONGEST_MESSAGE));
            var id = events.idOf(event);
            if (id.isPresent()) {
                json.writeStringField("event", id.get());
            }
            for (Map.Entry<String, String> pair : Pairs.of(event).byKey().entrySet()) {
                json.writeStringField(pair.getKey(), Escaped.cut(pair.getValue(), Escaped.LONGEST_VALUE));
            }
            json.writeStringField("thread", event.getThreadName());
            json.writeStringField("logger", event.getLoggerName());
            String stackTrace = LogLine.stackTrace(event);
            if (!stackTrace.isEmpty()) {
                json.writeStringField("stack_trace", Escaped.cut(stackTrace, LONGEST_STACK_TRACE));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string takes everything
        }
        return line.append('\n').toString();
    }
}
