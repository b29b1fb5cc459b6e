// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import java.util.List;

/** {@code /v1/extensions}: the parts of Masakari's API by name, as it lists them itself. */
public final class ExtensionsResource implements Resource {

    private record Extension(String name, String alias, String description) {

        ObjectNode json() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("name", name).put("alias", alias).put("description", description);
            json.put("namespace", "").put("updated", "").putArray("links");
            return json;
        }
    }

    private static final List<Extension> ALL = List.of(
            new Extension("Extensions", "extensions", "Extension information."),
            new Extension("Notifications", "notifications", "Notifications support."),
            new Extension("Hosts", "os-hosts", "Hosts controller"),
            new Extension("Segments", "segments", "Segments Extension."),
            new Extension("Versions", "versions", "API Version information."),
            new Extension("VM moves", "vmoves", "What became of each instance of a failed host."));

    @Override
    public void addTo(Router router) {
        router.add("GET", "/v1/extensions", Access.LOOK, call -> list())
                .add("GET", "/v1/extensions/{alias}", Access.LOOK, ExtensionsResource::one);
    }

    private static Reply list() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode extensions = body.putArray("extensions");
        ALL.forEach(extension -> extensions.add(extension.json()));
        return Reply.ok(body);
    }

    private static Reply one(Call call) throws ApiException {
        String alias = call.pathValue("alias");
        return ALL.stream()
                .filter(extension -> extension.alias().equals(alias))
                .findFirst()
                .map(extension -> Reply.ok(JsonNodeFactory.instance.objectNode().set("extension", extension.json())))
                .orElseThrow(() -> ApiException.notFound("The resource could not be found."));
    }
}
