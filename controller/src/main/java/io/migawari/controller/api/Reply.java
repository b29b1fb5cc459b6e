// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.migawari.controller.intake.Doubt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An answer: a status, and a body unless it has none.
 *
 * @param fault what is wrong, if it is a fault
 * @param headers beside those about the body
 * @param stream what follows the head instead of a body
 * @param doubt why what was reported is not simply believed; it is kept in the audit
 */
record Reply(
        int status,
        String contentType,
        Optional<String> body,
        Optional<String> fault,
        Map<String, String> headers,
        Optional<Doubt> doubt,
        Optional<EventFeed.Stream> stream) {

    /** The header with which every answer can be told from others, as with all OpenStack services. */
    static final String REQUEST_ID = "x-openstack-request-id";

    private static final String DOUBT = "Migawari-Doubt";

    private static final String JSON = "application/json";
    static final String FAULT = "application/json; charset=UTF-8";

    private static final String OTHER = "masakariFault";

    /** The names of faults, by their status. */
    static final Map<Integer, String> FAULTS = Map.ofEntries(
            Map.entry(400, "badRequest"),
            Map.entry(401, "unauthorized"),
            Map.entry(403, "forbidden"),
            Map.entry(404, "itemNotFound"),
            Map.entry(405, "badMethod"),
            Map.entry(406, OTHER),
            Map.entry(409, "conflictingRequest"),
            Map.entry(413, "overLimit"),
            Map.entry(414, OTHER),
            Map.entry(415, "badMediaType"),
            Map.entry(417, OTHER),
            Map.entry(429, "overLimit"),
            Map.entry(431, OTHER),
            Map.entry(501, "notImplemented"),
            Map.entry(503, "serviceUnavailable"));

    Reply {
        headers = Map.copyOf(headers);
    }

    private Reply(int status, String contentType, Optional<String> body, Optional<String> fault) {
        this(status, contentType, body, fault, Map.of(), Optional.empty(), Optional.empty());
    }

    /** A new value of {@link #REQUEST_ID}. */
    static String newRequestId() {
        return "req-" + UUID.randomUUID();
    }

    static Reply ok(JsonNode body) {
        return of(200, body);
    }

    static Reply of(int status, JsonNode body) {
        return new Reply(status, JSON, Optional.of(body.toString()), Optional.empty());
    }

    static Reply text(String contentType, String body) {
        return new Reply(200, contentType, Optional.of(body), Optional.empty());
    }

    /** Lines that go on as long as something happens and somebody listens. */
    static Reply stream(EventFeed.Stream stream) {
        return new Reply(
                200,
                "text/event-stream",
                Optional.empty(),
                Optional.empty(),
                Map.of("Cache-Control", "no-store", "X-Accel-Buffering", "no"),
                Optional.empty(),
                Optional.of(stream));
    }

    /** The head alone. */
    Reply withoutStream() {
        return new Reply(status, contentType, body, fault, headers, doubt, Optional.empty());
    }

    static Reply noContent() {
        return new Reply(204, JSON, Optional.empty(), Optional.empty());
    }

    static String faultName(int status) {
        return FAULTS.getOrDefault(status, OTHER);
    }

    /** A fault as all OpenStack services of this kind write it: one key that names it, with code and message. */
    static Reply fault(int status, String message) {
        var body = JsonNodeFactory.instance.objectNode();
        body.putObject(faultName(status)).put("code", status).put("message", message);
        return new Reply(status, FAULT, Optional.of(body.toString()), Optional.of(message));
    }

    /** The same with another header. */
    Reply with(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Reply(status, contentType, body, fault, more, doubt, stream);
    }

    /** The same about a report that is not simply believed; Masakari's bodies have no place for that. */
    Reply doubting(Doubt why) {
        Reply told = with(DOUBT, why.words());
        return new Reply(status, contentType, body, fault, told.headers, Optional.of(why), stream);
    }

    /** The same without what only administrators are shown. */
    Reply without(Secrecy secrecy) {
        Optional<EventFeed.Stream> less =
                stream.map(all -> (response, callback, shown) -> all.begin(response, callback, secrecy::without));
        return contentType.equals(JSON) || less.isPresent()
                ? new Reply(status, contentType, body.map(secrecy::without), fault, headers, doubt, less)
                : this;
    }

    /** Writes it, and completes the callback. */
    void send(Response response, Callback callback) {
        response.setStatus(status);
        headers.forEach(response.getHeaders()::put);
        if (stream.isPresent()) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
            stream.get().begin(response, callback, UnaryOperator.identity());
            return;
        }
        if (!response.getRequest().consumeAvailable()) {
            // Jetty closes the connection of one whose body has not come, but does not say so beforehand
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        }
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
