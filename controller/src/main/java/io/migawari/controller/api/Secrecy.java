// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What only administrators are shown, taken out of every other answer wherever it stands in it: what might hold the sign-in to
 * a host's BMC, and where fencing devices are, which the words of a fence agent may tell in the story of an incident. Immutable.
 */
final class Secrecy {

    /** Whose values are not shown at all. */
    static final Set<String> KEYS = Set.of("control_attributes");

    private static final String STARS = "***";

    private static final JsonMapper MAPPER = new JsonMapper();

    private final List<String> words;

    /** @param words that are not shown in any text */
    Secrecy(Set<String> words) {
        this.words = words.stream()
                .filter(word -> !word.isBlank())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** What is left of a JSON text. */
    String without(String json) {
        String left = json;
        if (KEYS.stream().anyMatch(json::contains)) {
            left = withoutKeys(json);
        }
        for (String word : words) {
            left = left.replace(word, STARS);
        }
        return left;
    }

    private static String withoutKeys(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            for (String key : KEYS) {
                json.findParents(key).forEach(parent -> ((ObjectNode) parent).remove(key));
            }
            return json.toString();
        } catch (JsonProcessingException e) {
            throw new AssertionError("it was made from JSON", e);
        }
    }
}
