// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.notification;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON document. What is not there reads as an empty document, so that a path into an answer of another shape
 * ends in nothing instead of an exception. Jackson's own tree would do the same for some 8 MB more in every monitor.
 */
public final class Json {

    private static final int DEEPEST = 50;
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();
    private static final Json NOTHING = new Json(null);

    /** A map, a list, a text (numbers and booleans are texts too), or nothing. */
    private final @Nullable Object value;

    private Json(@Nullable Object value) {
        this.value = value;
    }

    /** @throws IOException if the text is not one whole JSON document */
    public static Json parse(String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new IOException("empty, expected JSON");
            }
            Json document = read(parser);
            if (parser.nextToken() != null) {
                throw new IOException("more than one JSON document");
            }
            return document;
        }
    }

    /** @param document maps, iterables, booleans, and texts */
    public static String write(Object document) {
        var text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(json, document);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter throws none
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (var entry : map.entrySet()) {
                json.writeFieldName((String) entry.getKey());
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof Iterable<?> items) {
            json.writeStartArray();
            for (Object item : items) {
                write(json, item);
            }
            json.writeEndArray();
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else {
            json.writeString((String) value);
        }
    }

    private static Json read(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Json> fields = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                fields.put(name, read(parser));
            }
            return new Json(fields);
        }
        if (token == JsonToken.START_ARRAY) {
            List<Json> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(read(parser));
            }
            return new Json(items);
        }
        return token == JsonToken.VALUE_NULL ? NOTHING : new Json(parser.getText());
    }

    public Json at(String field) {
        return fields().getOrDefault(field, NOTHING);
    }

    /** The text, the number or boolean as written, or an empty text. */
    public String text() {
        return value instanceof String text ? text : "";
    }

    public List<Json> items() {
        List<Json> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> items.add((Json) item));
        }
        return items;
    }

    public Map<String, Json> fields() {
        Map<String, Json> fields = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> fields.put((String) name, (Json) field));
        }
        return fields;
    }
}
