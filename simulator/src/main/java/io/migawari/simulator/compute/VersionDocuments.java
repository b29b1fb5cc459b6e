// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Call;

/** What Nova tells about itself before anybody signs in. */
record VersionDocuments(int newest) {

    Answer all(Call call) {
        ObjectNode body = ComputeApi.object();
        var versions = body.putArray("versions");
        describe(
                versions.addObject(),
                "v2.0",
                "SUPPORTED",
                "",
                "",
                "2011-01-21T11:33:21Z",
                call.address() + "/compute/v2/");
        describeCurrent(versions.addObject(), call);
        return Answer.json(200, body);
    }

    Answer one(Call call) {
        ObjectNode body = ComputeApi.object();
        ObjectNode version = body.putObject("version");
        describeCurrent(version, call);
        version.withArray("links")
                .addObject()
                .put("rel", "describedby")
                .put("type", "text/html")
                .put("href", "http://docs.openstack.org/");
        version.putArray("media-types")
                .addObject()
                .put("base", "application/json")
                .put("type", "application/vnd.openstack.compute+json;version=2.1");
        return Answer.json(200, body);
    }

    private void describeCurrent(ObjectNode version, Call call) {
        String url = call.address() + "/compute/v2.1/";
        describe(version, "v2.1", "CURRENT", "2." + newest, "2.1", "2013-07-23T11:33:21Z", url);
    }

    private static void describe(
            ObjectNode version, String id, String status, String newest, String oldest, String updated, String url) {
        version.put("id", id)
                .put("status", status)
                .put("version", newest)
                .put("min_version", oldest)
                .put("updated", updated)
                .putArray("links")
                .addObject()
                .put("rel", "self")
                .put("href", url);
    }
}
