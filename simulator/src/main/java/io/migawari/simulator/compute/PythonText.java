// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;

/** JSON as Python prints it, which is how Nova quotes a caller's mistakes. */
final class PythonText {

    private PythonText() {}

    /** As inside of a list or an object: texts have quotes. */
    static String repr(JsonNode value) {
        if (value.isTextual()) {
            return "'" + value.textValue() + "'";
        }
        if (value.isObject()) {
            StringJoiner entries = new StringJoiner(", ", "{", "}");
            value.properties().forEach(entry -> entries.add("'" + entry.getKey() + "': " + repr(entry.getValue())));
            return entries.toString();
        }
        if (value.isArray()) {
            StringJoiner entries = new StringJoiner(", ", "[", "]");
            value.forEach(entry -> entries.add(repr(entry)));
            return entries.toString();
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "True" : "False";
        }
        return value.isNull() ? "None" : value.asText();
    }

    /** As when printed by itself: a text has no quotes. */
    static String str(JsonNode value) {
        return value.isTextual() ? value.textValue() : repr(value);
    }
}
