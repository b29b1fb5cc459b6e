// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Holds what the API answers against its description, so that this cannot say anything else than the API does. */
public final class AsDescribed {

    private static final Router ROUTER = EveryResource.router();
    static final ObjectNode DOCUMENT = OpenApi.of(ROUTER, EveryResource.ALL);

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

    /** The project's id may stand in a path. */
    private static final Pattern PROJECT = Pattern.compile("^/v1/[0-9a-f]{8}-?[0-9a-f-]{23,27}(?=/)");

    private AsDescribed() {}

    public static void check(HttpResponse<String> answer) {
        check(
                answer.request().method(),
                answer.uri().getRawPath(),
                answer.statusCode(),
                answer.headers().firstValue("Content-Type").orElse(""),
                answer.body());
    }

    /** @param path without its query */
    static void check(String method, String path, int status, String contentType, String body) {
        String what = method + " " + path + " answered " + status + ": " + body;
        Optional<String> route = route(method, path);
        // what is no route is no part of the description, but is refused in the same form, or answered with what there
        // is
        JsonNode response = route.isPresent()
                ? dereferenced(DOCUMENT.path("paths")
                        .path(route.get())
                        .path(method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT))
                        .path("responses")
                        .path(String.valueOf(status)))
                : DOCUMENT.path("components").path("responses").path(String.valueOf(status));
        if (route.isEmpty() && status == 300) {
            return;
        }
        assertThat(response.isMissingNode())
                .as("A status that is not described: " + what)
                .isFalse();
        if (method.equals("HEAD") || !response.has("content")) {
            assertThat(body).as(what).isEmpty();
            return;
        }
        String type = contentType.split(";", 2)[0];
        JsonNode content = response.path("content").path(type);
        assertThat(content.isMissingNode())
                .as("The type " + contentType + " is not described: " + what)
                .isFalse();
        if (type.equals("application/json")) {
            Schema schema = SCHEMAS.computeIfAbsent(route.orElse("") + " " + method + status, key -> whole(content));
            assertThat(schema.validate(body, InputFormat.JSON)).as(what).isEmpty();
        }
    }

    private static Optional<String> route(String method, String path) {
        try {
            String template = ROUTER.find(method, PROJECT.matcher(path).replaceFirst("/v1"))
                    .template();
            return Optional.of(template).filter(found -> found.startsWith("/"));
        } catch (ApiException e) {
            return Optional.empty();
        }
    }

    private static JsonNode dereferenced(JsonNode node) {
        return node.has("$ref") ? DOCUMENT.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** A schema together with what it refers to. */
    private static Schema whole(JsonNode content) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.putArray("allOf").add(content.get("schema"));
        schema.putObject("components")
                .set("schemas", DOCUMENT.path("components").path("schemas"));
        return REGISTRY.getSchema(schema);
    }
}
