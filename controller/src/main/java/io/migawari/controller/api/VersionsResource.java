// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import java.util.regex.Pattern;

/** {@code /}, {@code /v1} and {@code /migawari/v1}: what clients discover the API's versions from. */
public final class VersionsResource implements Resource {

    private static final Pattern OTHER_VERSION = Pattern.compile("^/v[0-9.]+(?=/|$)");

    private static final String ID = "v1.0";
    private static final String STATUS = "CURRENT";
    private static final String UPDATED = "2016-07-01T11:33:21Z";

    @Override
    public void addTo(Router router) {
        router.add("GET", "/", Access.OPEN, call -> list(call))
                .add("GET", "/v1", Access.OPEN, call -> one(call))
                .add("GET", "/migawari/v1", Access.OPEN, call -> additions())
                .elsewhere(VersionsResource::choices);
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
        mediaTypes(version);
        return Reply.ok(JsonNodeFactory.instance.objectNode().set("version", version));
    }

    /** Where the same might be found in the version that there is. */
    private static Reply choices(Call call) {
        String resource = OTHER_VERSION.matcher(call.pathValue("path")).replaceFirst("");
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode choice = body.putArray("choices").addObject();
        choice.put("id", ID).put("status", STATUS);
        choice.putArray("links").addObject().put("rel", "self").put("href", call.baseUrl() + "/v1" + resource);
        mediaTypes(choice);
        return Reply.of(300, body);
    }

    private static void mediaTypes(ObjectNode version) {
        version.putArray("media-types")
                .addObject()
                .put("base", "application/json")
                .put("type", "application/vnd.openstack.masakari+json;version=1");
    }

    /** What we understand beyond Masakari's API; monitors ask before they send what a Masakari would refuse. */
    private static Reply additions() {
        return Reply.ok(JsonNodeFactory.instance.objectNode().put("notification_evidence", true));
    }

    private static ObjectNode version(Call call) {
        ObjectNode version = JsonNodeFactory.instance.objectNode();
        version.put("id", ID);
        version.put("status", STATUS);
        version.put("version", Microversion.NEWEST.toString());
        version.put("min_version", Microversion.OLDEST.toString());
        version.put("updated", UPDATED);
        version.putArray("links").addObject().put("rel", "self").put("href", call.baseUrl() + "/v1/");
        return version;
    }
}
