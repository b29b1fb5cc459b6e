// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.storage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Call;
import io.migawari.simulator.http.Routes;
import io.migawari.simulator.identity.TokenCheck;
import io.migawari.simulator.truth.Ids;

/** Glance v2 with the one image from which all servers are made. Safe for any thread. */
public final class ImageApi {

    private final TokenCheck tokens;

    public ImageApi(TokenCheck tokens) {
        this.tokens = tokens;
    }

    public void addTo(Routes routes) {
        routes.add("GET", "/image/v2/images", this::list);
    }

    private Answer list(Call call) {
        if (tokens.token(call).isEmpty()) {
            return Answer.html(401, "<html><head><title>401 Unauthorized</title></head></html>")
                    .with("WWW-Authenticate", TokenCheck.challenge(call));
        }
        String id = Ids.uuid("image", 1);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("images")
                .addObject()
                .put("name", "tiny")
                .put("disk_format", "raw")
                .put("container_format", "bare")
                .put("visibility", "public")
                .put("size", 1200)
                .put("status", "active")
                .put("protected", false)
                .put("id", id)
                .put("self", "/v2/images/" + id)
                .put("file", "/v2/images/" + id + "/file")
                .put("schema", "/v2/schemas/image")
                .putArray("tags");
        body.put("first", "/v2/images").put("schema", "/v2/schemas/images");
        return Answer.json(200, body);
    }
}
