// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;

/**
 * How a value of a request is shown in a fault: as Masakari shows it, which writes what Python would, because clients' tests and
 * scripts look for these words. Values can be long and come from anybody, so they are cut.
 */
final class ShownValue {

    private static final int LONGEST = 200;

    private ShownValue() {}

    /** A text by itself. */
    static String plain(JsonNode value) {
        return cut(value.isTextual() ? value.asText() : literal(value));
    }

    /** A text in quotes. */
    static String quoted(String value) {
        return cut(literal(value));
    }

    /** A text in quotes. */
    static String quoted(JsonNode value) {
        return cut(literal(value));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    private static String literal(JsonNode value) {
        if (value.isTextual()) {
            return literal(value.asText());
        }
        if (value.isObject()) {
            return value.properties().stream()
                    .map(property -> literal(property.getKey()) + ": " + literal(property.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value.isArray()) {
            return value.valueStream().map(ShownValue::literal).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value.isBoolean()) {
            return value.asBoolean() ? "True" : "False";
        }
        return value.isNull() ? "None" : value.asText();
    }

    private static String literal(String text) {
        char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
        var literal = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> literal.append("\\n");
                case '\r' -> literal.append("\\r");
                case '\t' -> literal.append("\\t");
                case '\\' -> literal.append("\\\\");
                default -> {
                    if (c == quote) {
                        literal.append('\\');
                    }
                    literal.appendCodePoint(c);
                }
            }
        });
        return literal.append(quote).toString();
    }
}
