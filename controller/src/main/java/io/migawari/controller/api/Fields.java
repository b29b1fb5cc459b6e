// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.model.Booleans;
import java.util.Arrays;
import java.util.HashMap;
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

    private final String object;
    private final JsonNode json;
    private final Set<String> known = new TreeSet<>();

    private Fields(String object, JsonNode json) {
        this.object = object;
        this.json = json;
    }

    /** The object under the one key that a body must have. */
    static Fields under(String key, JsonNode body) throws ApiException {
        if (!body.isObject()) {
            throw ApiException.badRequest(
                    "Invalid input for field/attribute body. Value: " + shown(body) + ". It is not of type 'object'");
        }
        if (!body.has(key)) {
            throw invalid("body", body, "'" + key + "' is a required property");
        }
        if (body.size() > 1) {
            throw invalid("body", body, "Additional properties are not allowed beside '" + key + "'");
        }
        return of(key, body.get(key));
    }

    static Fields of(String name, JsonNode object) throws ApiException {
        if (!object.isObject()) {
            throw invalid(name, object, shown(object) + " is not of type 'object'");
        }
        return new Fields(name, object);
    }

    /** To be called when all fields were asked for. */
    void refuseUnknown() throws ApiException {
        for (var field : json.properties()) {
            if (!known.contains(field.getKey())) {
                throw invalid(
                        object,
                        json,
                        "Additional properties are not allowed ('" + field.getKey() + "' was unexpected)");
            }
        }
    }

    void requireOne() throws ApiException {
        if (json.isEmpty()) {
            throw invalid(object, json, "{} does not have enough properties");
        }
    }

    boolean has(String field) {
        known.add(field);
        return json.has(field);
    }

    JsonNode value(String field) throws ApiException {
        if (!has(field)) {
            throw invalid(object, json, "'" + field + "' is a required property");
        }
        return json.get(field);
    }

    /** 1 to 255 printable characters, without a blank at either end. */
    String name(String field) throws ApiException {
        String text = text(field, 1, LONGEST_NAME);
        boolean printable = text.codePoints().noneMatch(c -> Character.isISOControl(c) || !Character.isDefined(c));
        if (!text.equals(text.strip()) || !printable) {
            throw invalid(
                    field, json.get(field), "expected printable characters without a blank at the start or the end");
        }
        return text;
    }

    String text(String field, int shortest, int longest) throws ApiException {
        JsonNode value = value(field);
        if (!value.isTextual()) {
            throw invalid(field, value, shown(value) + " is not of type 'string'");
        }
        if (value.asText().length() < shortest || value.asText().length() > longest) {
            throw invalid(field, value, "expected " + shortest + " to " + longest + " characters");
        }
        return value.asText();
    }

    String matching(String field, Pattern form, int longest) throws ApiException {
        String text = text(field, 0, longest);
        if (!form.matcher(text).matches()) {
            throw invalid(field, value(field), "'" + text + "' does not match '" + form + "'");
        }
        return text;
    }

    Optional<String> findText(String field, int longest) throws ApiException {
        return has(field) && !json.get(field).isNull() ? Optional.of(text(field, 0, longest)) : Optional.empty();
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
                "'" + text + "' is not one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(constant -> "'" + constant.name().toLowerCase(Locale.ROOT) + "'")
                                .collect(Collectors.joining(", ", "[", "]")));
    }

    /** One of some texts. */
    String oneOf(String field, String... allowed) throws ApiException {
        String text = text(field, 0, LONGEST_NAME);
        if (!Arrays.asList(allowed).contains(text)) {
            throw invalid(field, value(field), "'" + text + "' is not one of ['" + String.join("', '", allowed) + "']");
        }
        return text;
    }

    /** A JSON boolean, or one of the texts that OpenStack's clients send in its place. */
    boolean flag(String field) throws ApiException {
        JsonNode value = value(field);
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        return Optional.of(value)
                .filter(JsonNode::isTextual)
                .flatMap(text -> Booleans.find(text.asText()))
                .orElseThrow(() -> invalid(field, value, shown(value) + " is not a boolean"));
    }

    boolean flag(String field, boolean fallback) throws ApiException {
        return has(field) ? flag(field) : fallback;
    }

    /** An object of texts of at most 255 characters. */
    Map<String, String> texts(String field) throws ApiException {
        JsonNode value = value(field);
        if (!value.isObject() || value.isEmpty()) {
            throw invalid(field, value, "expected an object with at least one property");
        }
        Map<String, String> texts = new HashMap<>();
        Fields inner = new Fields(field, value);
        for (var entry : value.properties()) {
            texts.put(entry.getKey(), inner.text(entry.getKey(), 0, LONGEST_NAME));
        }
        return texts;
    }

    static ApiException invalid(String field, JsonNode value, String reason) {
        return ApiException.badRequest(
                "Invalid input for field/attribute " + field + ". Value: " + shown(value) + ". " + reason);
    }

    /** Values can be long and come from anybody. */
    private static String shown(JsonNode value) {
        String text = value.isTextual() ? value.asText() : value.toString();
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
