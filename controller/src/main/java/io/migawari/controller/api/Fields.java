// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The fields of one object in a request's body, read as strictly as Masakari's schemas: what is unknown, missing or of
 * another form is refused with the field's name, its value and what was expected.
 */
final class Fields {

    private static final int LONGEST_NAME = 255;
    /** Of any text, as the database counts. */
    private static final int MOST_BYTES = 65_535;

    /** The texts that stand for a boolean in Masakari's schemas, and no others. */
    private static final List<String> TRUE =
            List.of("True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes");

    private static final List<String> FALSE =
            List.of("False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no");

    /** The name of the object; empty: it is the whole of what is checked, and faults do not name it. */
    private final String object;

    private final JsonNode json;
    private final Set<String> known = new TreeSet<>();

    private Fields(String object, JsonNode json) {
        this.object = object;
        this.json = json;
    }

    /** The object under the one key that a body must have. */
    static Fields under(String key, JsonNode body) throws ApiException {
        Fields whole = whole(body);
        Fields fields = of(key, whole.value(key));
        whole.refuseUnknown();
        return fields;
    }

    static Fields of(String name, JsonNode object) throws ApiException {
        Fields fields = new Fields(name, object);
        if (!object.isObject()) {
            throw fields.fault(ShownValue.quoted(object) + " is not of type 'object'");
        }
        return fields;
    }

    /** An object that has no name of its own. */
    static Fields whole(JsonNode object) throws ApiException {
        return of("", object);
    }

    /** To be called when all fields were asked for. */
    void refuseUnknown() throws ApiException {
        List<String> unknown = json.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !known.contains(name))
                .sorted()
                .map(name -> ShownValue.quoted(TextNode.valueOf(name)))
                .toList();
        if (!unknown.isEmpty()) {
            throw fault("Additional properties are not allowed (" + String.join(", ", unknown)
                    + (unknown.size() == 1 ? " was" : " were") + " unexpected)");
        }
    }

    void requireOne() throws ApiException {
        if (json.isEmpty()) {
            throw fault("{} is not valid under any of the given schemas");
        }
    }

    boolean has(String field) {
        known.add(field);
        return json.has(field);
    }

    JsonNode value(String field) throws ApiException {
        if (!has(field)) {
            throw fault("'" + field + "' is a required property");
        }
        return json.get(field);
    }

    /** 1 to 255 printable characters, without a blank at either end. */
    String name(String field) throws ApiException {
        String text = text(field, 1, LONGEST_NAME);
        int first = text.codePointAt(0);
        int last = text.codePointBefore(text.length());
        if (Character.isSpaceChar(first)
                || Character.isSpaceChar(last)
                || !text.codePoints().allMatch(Fields::isPrintable)) {
            throw ApiException.badRequest("An invalid '" + field + "' value was provided. The name must be: "
                    + "printable characters. Can not start or end with whitespace.");
        }
        return text;
    }

    /** Printable characters and line feeds; null is no text. */
    Optional<String> findProse(String field) throws ApiException {
        return findProse(field, MOST_BYTES);
    }

    Optional<String> findProse(String field, int longest) throws ApiException {
        Optional<String> prose = findText(field, longest);
        if (prose.isPresent() && !prose.get().codePoints().allMatch(c -> c == '\n' || isPrintable(c))) {
            throw invalid(field, value(field), "expected printable characters and line feeds");
        }
        return prose;
    }

    /** Printable characters and line feeds, at least one. */
    String prose(String field, int longest) throws ApiException {
        text(field, 1, longest);
        return findProse(field, longest).orElseThrow();
    }

    /**
     * Letters, marks, digits, signs, blanks: nothing that steers a terminal, or that nobody sees; and, as Masakari has it, only
     * of Unicode's first plane.
     */
    private static boolean isPrintable(int codePoint) {
        return Character.isBmpCodePoint(codePoint)
                && switch (Character.getType(codePoint)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR -> false;
                    default -> true;
                };
    }

    String text(String field, int shortest, int longest) throws ApiException {
        return text(field, "'string'", shortest, longest);
    }

    private String text(String field, String types, int shortest, int longest) throws ApiException {
        JsonNode value = value(field);
        if (!value.isTextual()) {
            throw invalid(field, value, ShownValue.quoted(value) + " is not of type " + types);
        }
        String text = value.asText();
        int length = text.codePointCount(0, text.length());
        if (length < shortest) {
            throw invalid(field, value, ShownValue.quoted(value) + " is too short");
        }
        if (length > longest || text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw invalid(field, value, ShownValue.quoted(value) + " is too long");
        }
        return text;
    }

    /** @param form as of {@link Pattern}, from the first character to the last */
    String matching(String field, Pattern form, int shortest, int longest) throws ApiException {
        String text = text(field, shortest, longest);
        if (!form.matcher(text).matches()) {
            throw invalid(field, value(field), ShownValue.quoted(value(field)) + " does not match '^" + form + "$'");
        }
        return text;
    }

    /** Null is no text. */
    Optional<String> findText(String field, int longest) throws ApiException {
        return has(field) && !json.get(field).isNull()
                ? Optional.of(text(field, "'string', 'null'", 0, longest))
                : Optional.empty();
    }

    /** One constant of an enum, written in lower case. */
    <E extends Enum<E>> E choice(String field, Class<E> type) throws ApiException {
        String text = text(field, 0, LONGEST_NAME);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        throw invalid(
                field,
                value(field),
                ShownValue.quoted(value(field)) + " is not one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(constant -> "'" + constant.name().toLowerCase(Locale.ROOT) + "'")
                                .collect(Collectors.joining(", ", "[", "]")));
    }

    /** One of some texts. */
    String oneOf(String field, String... allowed) throws ApiException {
        String text = text(field, 0, LONGEST_NAME);
        if (!Arrays.asList(allowed).contains(text)) {
            throw invalid(
                    field,
                    value(field),
                    ShownValue.quoted(value(field)) + " is not one of ('" + String.join("', '", allowed) + "')");
        }
        return text;
    }

    /** A JSON boolean, or one of the texts that OpenStack's clients send in its place. */
    boolean flag(String field) throws ApiException {
        JsonNode value = value(field);
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        if (!value.isTextual()) {
            throw invalid(field, value, ShownValue.quoted(value) + " is not of type 'boolean', 'string'");
        }
        if (!TRUE.contains(value.asText()) && !FALSE.contains(value.asText())) {
            throw invalid(
                    field,
                    value,
                    ShownValue.quoted(value) + " is not one of [True, '" + String.join("', '", TRUE) + "', False, '"
                            + String.join("', '", FALSE) + "']");
        }
        return TRUE.contains(value.asText());
    }

    boolean flag(String field, boolean fallback) throws ApiException {
        return has(field) ? flag(field) : fallback;
    }

    /** An object of texts of at most 255 characters. */
    Map<String, String> texts(String field) throws ApiException {
        JsonNode value = value(field);
        Map<String, String> texts = new HashMap<>();
        Fields inner = of(field, value);
        for (var entry : value.properties()) {
            texts.put(entry.getKey(), inner.text(entry.getKey(), 0, LONGEST_NAME));
        }
        return texts;
    }

    private ApiException fault(String reason) {
        return object.isEmpty() ? ApiException.badRequest(reason) : invalid(object, json, reason);
    }

    static ApiException invalid(String field, JsonNode value, String reason) {
        return ApiException.badRequest(
                "Invalid input for field/attribute " + field + ". Value: " + ShownValue.plain(value) + ". " + reason);
    }
}
