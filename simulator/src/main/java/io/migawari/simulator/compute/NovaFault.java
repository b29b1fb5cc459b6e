// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.http.Answer;

/** Nova's way to write an error. */
final class NovaFault {

    private NovaFault() {}

    static Answer answer(int status, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject(name(status)).put("code", status).put("message", message);
        return Answer.json(status, body).with("Content-Type", "application/json; charset=UTF-8");
    }

    private static String name(int status) {
        return switch (status) {
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
            default -> "computeFault";
        };
    }
}
