// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.http.Call;
import io.migawari.simulator.nova.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON object that a caller sent, checked as Nova's schemas check it and with their words (seen on Nova 26.2).
 *
 * @param where Nova's name of the object; empty: the whole body
 */
record Body(String where, JsonNode json) {

    private static final int MOST_CHARACTERS = 255;

    private static final List<Object> BOOLEANS = List.of(
            true, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes", false, "False", "FALSE", "false",
            "0", "OFF", "Off", "off", "NO", "No", "no");

    /** The whole body of a call. */
    static Body of(Call call) {
        if (call.body().isEmpty()) {
            throw Refusal.badRequest("None is not of type 'object'");
        }
        return new Body("", call.json().orElseThrow(Body::malformed));
    }

    static Refusal malformed() {
        return Refusal.badRequest("Malformed request body");
    }

    /** An object inside. */
    Body object(String name) {
        JsonNode value = json.path(name);
        if (value.isMissingNode()) {
            throw missing(name);
        }
        Body inside = new Body(name, value);
        if (!value.isObject()) {
            throw inside.refuse(PythonText.repr(value) + " is not of type 'object'");
        }
        return inside;
    }

    Body allowOnly(Set<String> names) {
        List<String> others = new ArrayList<>();
        json.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                others.add("'" + name + "'");
            }
        });
        if (!others.isEmpty()) {
            throw refuse("Additional properties are not allowed (" + String.join(", ", others)
                    + (others.size() == 1 ? " was" : " were") + " unexpected)");
        }
        return this;
    }

    /** A text of 1 to 255 characters. */
    Optional<String> text(String name) {
        JsonNode value = json.path(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        Body inside = new Body(name, value);
        if (!value.isTextual()) {
            throw inside.refuse(PythonText.repr(value) + " is not of type 'string'");
        }
        if (value.textValue().isEmpty()) {
            throw inside.refuse("'' is too short");
        }
        if (value.textValue().length() > MOST_CHARACTERS) {
            throw inside.refuse("'" + value.textValue() + "' is too long");
        }
        return Optional.of(value.textValue());
    }

    String requiredText(String name) {
        return text(name).orElseThrow(() -> missing(name));
    }

    /** The refusal of an object that lacks something. */
    Refusal missing(String name) {
        return refuse("'" + name + "' is a required property");
    }

    Optional<String> oneOf(String name, List<String> allowed) {
        Optional<String> value = text(name);
        if (value.isPresent() && !allowed.contains(value.get())) {
            throw new Body(name, json.path(name)).refuse("'" + value.get() + "' is not one of " + listed(allowed));
        }
        return value;
    }

    Optional<Boolean> bool(String name) {
        JsonNode value = json.path(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        int index = BOOLEANS.indexOf(value.isBoolean() ? (Object) value.booleanValue() : value.asText());
        if (index < 0) {
            throw new Body(name, value).refuse(PythonText.repr(value) + " is not one of " + listed(BOOLEANS));
        }
        return Optional.of(index < BOOLEANS.indexOf(false));
    }

    private Refusal refuse(String why) {
        return Refusal.badRequest(
                where.isEmpty()
                        ? why
                        : "Invalid input for field/attribute " + where + ". Value: " + PythonText.str(json) + ". "
                                + why);
    }

    private static String listed(List<?> allowed) {
        List<String> quoted = new ArrayList<>();
        for (Object value : allowed) {
            quoted.add(value instanceof Boolean truth ? (truth ? "True" : "False") : "'" + value + "'");
        }
        return "[" + String.join(", ", quoted) + "]";
    }
}
