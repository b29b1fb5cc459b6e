// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;

/** {@code /}, {@code /v1} and {@code /migawari/v1}: what clients discover the API's versions from. */
public final class VersionsResource implements Resource {

    private static final String UPDATED = "2016-07-01T11:33:21Z";

    @Override
    public void addTo(Router router) {
        router.add("GET", "/", Access.OPEN, call -> list(call))
                .add("GET", "/v1", Access.OPEN, call -> one(call))
                .add("GET", "/migawari/v1", Access.OPEN, call -> additions());
    }

    private static Reply list(Call call) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("versions").add(version(call));
        return Reply.ok(body);
    }

    private static Reply one(Call call) {
        ObjectNode version = version(call);
        version.withArray("links")
                .addObject()
                .put("rel", "describedby")
                .put("type", "text/html")
                .put("href", "https://docs.openstack.org/");
        version.putArray("media-types")
                .addObject()
                .put("base", "application/json")
                .put("type", "application/vnd.openstack.masakari+json;version=1");
        return Reply.ok(JsonNodeFactory.instance.objectNode().set("version", version));
    }

    /** What we understand beyond Masakari's API; monitors ask before they send what a Masakari would refuse. */
    private static Reply additions() {
        return Reply.ok(JsonNodeFactory.instance.objectNode().put("notification_evidence", true));
    }

    private static ObjectNode version(Call call) {
        ObjectNode version = JsonNodeFactory.instance.objectNode();
        version.put("id", "v1.0");
        version.put("status", "CURRENT");
        version.put("version", "1.3");
        version.put("min_version", "1.0");
        version.put("updated", UPDATED);
        version.putArray("links").addObject().put("rel", "self").put("href", call.baseUrl() + "/v1/");
        return version;
    }
}
