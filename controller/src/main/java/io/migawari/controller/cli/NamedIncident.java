// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The id of the incident that a person means by a name: its own id, or its host's or its instance's name. */
final class NamedIncident {

    private NamedIncident() {}

    /** The newest. A host's name means the one about the whole host, if there is one, before those about what is on it. */
    static String find(ApiClient client, String name) throws ApiFailure, InterruptedException {
        JsonNode all = client.get(IncidentCommand.PATH).path("incidents");
        Predicate<JsonNode> itself = incident -> is(incident, "uuid", name)
                || is(incident, "instance_uuid", name)
                || is(incident, "instance_name", name);
        return first(all, List.of(itself, aboutHost(name, "host"), onHost(name)))
                .orElseThrow(() -> notFound(name));
    }

    private static ApiFailure notFound(String name) {
        return new ApiFailure(
                Failures.REFUSED,
                "No incident with the id, or about the host or instance, " + name
                        + ". An instance is known by its name as soon as Nova was asked for it; until then by its UUID.");
    }

    /** Of several about a host, the one that waits for an approval: it may be its return. */
    static String findWaiting(ApiClient client, String name) throws ApiFailure, InterruptedException {
        Predicate<JsonNode> approvable =
                incident -> incident.at("/waiting/approvable").asBoolean();
        Optional<String> waiting = first(open(client), List.of(onHost(name).and(approvable)));
        return waiting.isPresent() ? waiting.get() : find(client, name);
    }

    /** Of several about a host, the one that can still be called off: its failure, or else its return. */
    static String findOpen(ApiClient client, String name) throws ApiFailure, InterruptedException {
        Optional<String> open = first(open(client), List.of(aboutHost(name, "host"), aboutHost(name, "return")));
        return open.isPresent() ? open.get() : find(client, name);
    }

    private static JsonNode open(ApiClient client) throws ApiFailure, InterruptedException {
        return client.get(IncidentCommand.PATH + "?open=true").path("incidents");
    }

    /** @param meanings of the name, the likeliest first */
    private static Optional<String> first(JsonNode incidents, List<Predicate<JsonNode>> meanings) {
        for (Predicate<JsonNode> meaning : meanings) {
            for (JsonNode incident : incidents) {
                if (meaning.test(incident)) {
                    return Optional.of(incident.path("uuid").asText());
                }
            }
        }
        return Optional.empty();
    }

    private static Predicate<JsonNode> onHost(String name) {
        return incident -> is(incident, "host", name);
    }

    private static Predicate<JsonNode> aboutHost(String name, String kind) {
        return onHost(name).and(incident -> is(incident, "kind", kind));
    }

    private static boolean is(JsonNode incident, String field, String value) {
        return incident.path(field).asText().equals(value);
    }
}
