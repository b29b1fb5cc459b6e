// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The whole API in the form of OpenAPI 3.1. Methods, paths, their variables, who may take them and which faults that can lead to
 * come from the routes themselves; what goes in and out stands in a file beside each resource that has its name, such as
 * {@code SegmentsResource.yaml}. How those are written, {@code Resource.yaml} says.
 */
final class OpenApi {

    private static final YAMLMapper MAPPER = new YAMLMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final Set<String> BASIC = Set.of("string", "integer", "number", "boolean");
    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z]+)}");
    private static final String OR_NULL = " or null";
    private static final String AS_ANOTHER = "...";
    private static final String JSON = "application/json";
    private static final String TOKEN = "token";

    private final ObjectNode schemas = NODES.objectNode();
    private final ObjectNode objects = NODES.objectNode();
    private final ObjectNode operations = NODES.objectNode();

    private OpenApi(List<Resource> resources) {
        JsonNode shared = read(Resource.class);
        shared.path("types").properties().forEach(type -> schemas.set(type.getKey(), type.getValue()));
        for (Resource resource : resources) {
            JsonNode file = read(resource.getClass());
            file.path("objects").properties().forEach(object -> objects.set(object.getKey(), object.getValue()));
            file.path("operations").properties().forEach(one -> operations.set(one.getKey(), one.getValue()));
        }
        objects.properties().forEach(object -> schemas.set(object.getKey(), schema(object.getValue())));
    }

    /**
     * What is described and is no route is left out: it may be switched off.
     *
     * @throws IllegalStateException if a route is not described
     */
    static ObjectNode of(Router router, List<Resource> resources) {
        return new OpenApi(resources).document(router.policies());
    }

    /** The method and the route of all that is described. */
    static Set<String> described(List<Resource> resources) {
        Set<String> described = new TreeSet<>();
        new OpenApi(resources).operations.fieldNames().forEachRemaining(described::add);
        return described;
    }

    private static JsonNode read(Class<?> resource) {
        try (InputStream file = resource.getResourceAsStream(resource.getSimpleName() + ".yaml")) {
            if (file == null) {
                throw new IllegalStateException(
                        "There is no " + resource.getSimpleName() + ".yaml that describes what goes in and out");
            }
            return MAPPER.readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode document(List<Router.Policy> policies) {
        ObjectNode document = NODES.objectNode().put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Migawari")
                .put("version", Microversion.NEWEST.toString())
                .put(
                        "description",
                        "Masakari's v1 API, and Migawari's own beside it. HEAD is GET without the body. Everything that is "
                                + "refused is a fault: one member that names it, with code and message.");
        ObjectNode paths = document.putObject("paths");
        for (Router.Policy policy : policies) {
            String name = policy.method() + " " + policy.template();
            if (!operations.has(name)) {
                throw new IllegalStateException(name + " is a route, and nothing describes it");
            }
            paths.withObjectProperty(policy.template())
                    .set(policy.method().toLowerCase(Locale.ROOT), operation(policy, operations.get(name)));
        }
        ObjectNode components = document.putObject("components");
        components.set("schemas", schemas);
        ObjectNode responses = components.putObject("responses");
        new TreeMap<>(Reply.FAULTS).forEach((status, fault) -> responses.set(String.valueOf(status), response(fault)));
        components
                .putObject("securitySchemes")
                .putObject(TOKEN)
                .put("type", "apiKey")
                .put("in", "header")
                .put("name", "X-Auth-Token")
                .put("description", "A token of Keystone; one of the named roles is needed.");
        return document;
    }

    private ObjectNode operation(Router.Policy policy, JsonNode said) {
        ObjectNode operation = NODES.objectNode();
        operation.put("summary", said.path("says").asText());
        parameters(policy, said, operation);
        if (said.has("body")) {
            ObjectNode body = operation.putObject("requestBody").put("required", true);
            body.putObject("content").putObject(JSON).set("schema", schema(said.get("body")));
        }
        answers(policy, said, operation);
        ArrayNode security = operation.putArray("security");
        policy.access().roles().stream()
                .sorted()
                .forEach(role -> security.addObject().putArray(TOKEN).add(role.word()));
        return operation;
    }

    private void parameters(Router.Policy policy, JsonNode said, ObjectNode operation) {
        ArrayNode parameters = operation.putArray("parameters");
        Matcher variable = VARIABLE.matcher(policy.template());
        while (variable.find()) {
            parameter(parameters, variable.group(1), "path", schema(NODES.textNode("string")))
                    .put("required", true);
        }
        said.path("query")
                .properties()
                .forEach(query -> parameter(parameters, query.getKey(), "query", schema(query.getValue())));
        if (said.has("filters")) {
            said.get("filters").forEach(filter -> parameter(parameters, filter.asText(), "query", string()));
            parameter(parameters, "limit", "query", NODES.objectNode().put("type", "integer"));
            parameter(parameters, "marker", "query", string());
            ObjectNode keys = NODES.objectNode().put("type", "array");
            keys.set("items", string());
            parameter(parameters, "sort_key", "query", keys);
            ObjectNode directions = NODES.objectNode().put("type", "array");
            directions.set("items", schema(NODES.textNode("asc | desc")));
            parameter(parameters, "sort_dir", "query", directions);
        }
        if (Microversion.appliesTo(policy.template())) {
            parameter(parameters, Microversion.HEADER, "header", string());
        }
    }

    private static ObjectNode parameter(ArrayNode all, String name, String where, JsonNode schema) {
        ObjectNode parameter = all.addObject().put("name", name).put("in", where);
        parameter.set("schema", schema);
        return parameter;
    }

    private void answers(Router.Policy policy, JsonNode said, ObjectNode operation) {
        ObjectNode responses = operation.putObject("responses");
        said.path("answers").properties().forEach(answer -> responses.set(answer.getKey(), answer(answer.getValue())));
        Set<String> faults = faults(policy);
        said.path("faults").forEach(status -> faults.add(status.asText()));
        for (String status : faults) {
            if (!responses.has(status)) {
                responses.putObject(status).put("$ref", "#/components/responses/" + status);
                continue;
            }
            // what the resource says itself, or the fault of those who keep requests from it
            ObjectNode content = (ObjectNode) responses.at("/" + status + "/content/application~1json");
            ArrayNode either = NODES.arrayNode().add(content.get("schema"));
            either.add(fault(Reply.faultName(Integer.parseInt(status))));
            content.putObject("schema").set("anyOf", either);
        }
    }

    /** What {@link ApiServer} answers before the resource is asked, or when it cannot be. */
    private static Set<String> faults(Router.Policy policy) {
        Set<String> faults = new TreeSet<>(Set.of("400", "414", "417", "431", "503"));
        if (!policy.access().roles().isEmpty()) {
            faults.addAll(Set.of("401", "403", "413", "429"));
        }
        if (policy.access() == Router.Access.OLD_MONITOR) {
            faults.addAll(Set.of("403", "413", "429"));
        }
        if (policy.template().contains("{")) {
            faults.add("404");
        }
        if (Microversion.appliesTo(policy.template())) {
            faults.add("406");
        }
        if (policy.method().equals("POST") || policy.method().equals("PUT")) {
            faults.add("415");
        }
        return faults;
    }

    private ObjectNode answer(JsonNode said) {
        if (said.isNull()) {
            return NODES.objectNode().put("description", "Nothing.");
        }
        ObjectNode answer = NODES.objectNode().put("description", "The answer.");
        boolean isMediaType = said.isTextual() && said.asText().contains("/");
        answer.putObject("content")
                .putObject(isMediaType ? said.asText() : JSON)
                .set("schema", isMediaType ? string() : schema(said));
        return answer;
    }

    private static ObjectNode response(String fault) {
        ObjectNode response = NODES.objectNode().put("description", fault);
        response.putObject("content").putObject(JSON).set("schema", fault(fault));
        return response;
    }

    private static ObjectNode fault(String name) {
        ObjectNode schema = NODES.objectNode().put("type", "object");
        schema.putObject("properties").set(name, reference("Fault"));
        schema.putArray("required").add(name);
        return schema.put("additionalProperties", false);
    }

    private static ObjectNode string() {
        return NODES.objectNode().put("type", "string");
    }

    private static ObjectNode reference(String name) {
        return NODES.objectNode().put("$ref", "#/components/schemas/" + name);
    }

    /** What our short form means, as a JSON schema. */
    private ObjectNode schema(JsonNode said) {
        if (said.isObject()) {
            return object(said);
        }
        if (said.isArray()) {
            ObjectNode array = NODES.objectNode().put("type", "array");
            array.set("items", schema(said.get(0)));
            return array;
        }
        String word = said.asText();
        if (word.endsWith(OR_NULL)) {
            ObjectNode either = NODES.objectNode();
            either.putArray("anyOf")
                    .add(schema(NODES.textNode(word.substring(0, word.length() - OR_NULL.length()))))
                    .addObject()
                    .put("type", "null");
            return either;
        }
        if (word.contains("|")) {
            ObjectNode choice = string();
            ArrayNode choices = choice.putArray("enum");
            new LinkedHashSet<>(List.of(word.split("\\|"))).forEach(one -> choices.add(one.strip()));
            return choice;
        }
        return BASIC.contains(word) ? NODES.objectNode().put("type", word) : reference(word);
    }

    private ObjectNode object(JsonNode said) {
        ObjectNode object = NODES.objectNode().put("type", "object");
        members(said, object.putObject("properties"), object.putArray("required"));
        return object.put("additionalProperties", false);
    }

    private void members(JsonNode said, ObjectNode properties, ArrayNode required) {
        said.properties().forEach(member -> {
            String name = member.getKey().replace("*", "");
            if (name.equals(AS_ANOTHER)) {
                members(objects.get(member.getValue().asText()), properties, required);
                return;
            }
            properties.set(name, schema(member.getValue()));
            if (name.equals(member.getKey())) {
                required.add(name);
            }
        });
    }
}
