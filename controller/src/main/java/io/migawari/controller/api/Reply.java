// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;

/** An answer: a status, and a body unless it has none. */
record Reply(int status, Optional<JsonNode> body) {

    static Reply ok(JsonNode body) {
        return new Reply(200, Optional.of(body));
    }

    static Reply of(int status, JsonNode body) {
        return new Reply(status, Optional.of(body));
    }

    static Reply noContent() {
        return new Reply(204, Optional.empty());
    }

    /** A fault as all OpenStack services of this kind write it: one key that names it, with code and message. */
    static Reply fault(int status, String message) {
        String name = switch (status) {
            case 400 -> "badRequest";
            case 401 -> "unauthorized";
            case 403 -> "forbidden";
            case 404 -> "itemNotFound";
            case 405 -> "badMethod";
            case 409 -> "conflictingRequest";
            case 413, 429 -> "overLimit";
            case 415 -> "badMediaType";
            case 501 -> "notImplemented";
            case 503 -> "serviceUnavailable";
            default -> "masakariFault";
        };
        var body = JsonNodeFactory.instance.objectNode();
        body.putObject(name).put("code", status).put("message", message);
        return new Reply(status, Optional.of(body));
    }
}
