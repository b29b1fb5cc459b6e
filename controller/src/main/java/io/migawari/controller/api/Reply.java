// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An answer: a status, and a body unless it has none.
 *
 * @param fault what is wrong, if it is a fault
 */
record Reply(int status, String contentType, Optional<String> body, Optional<String> fault) {

    /** The header with which every answer can be told from others, as with all OpenStack services. */
    static final String REQUEST_ID = "x-openstack-request-id";

    private static final String JSON = "application/json";

    static Reply ok(JsonNode body) {
        return of(200, body);
    }

    static Reply of(int status, JsonNode body) {
        return new Reply(status, JSON, Optional.of(body.toString()), Optional.empty());
    }

    static Reply text(String contentType, String body) {
        return new Reply(200, contentType, Optional.of(body), Optional.empty());
    }

    static Reply noContent() {
        return new Reply(204, JSON, Optional.empty(), Optional.empty());
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
        return new Reply(status, JSON, Optional.of(body.toString()), Optional.of(message));
    }

    /** Writes it, and completes the callback. */
    void send(Response response, Callback callback) {
        response.setStatus(status);
        if (body.isEmpty()) {
            callback.succeeded();
            return;
        }
        byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }
}
