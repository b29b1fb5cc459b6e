// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.http.RequestFault.Effect;
import io.migawari.time.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests from Jetty to their routes and the answers back, past the faults. Runs on Jetty's threads. */
public final class HttpFront extends Handler.Abstract {

    private static final Logger log = LoggerFactory.getLogger(HttpFront.class);

    /** Paths that begin so are the simulator's own: no fault hits them, and they are not counted. */
    private static final String CONTROL = "/simulator/";

    private static final String SIMULATED = "Simulated fault.";

    private final Routes routes;
    private final RequestFaults faults;
    private final CallCounter counter;
    private final Time time;

    public HttpFront(Routes routes, RequestFaults faults, CallCounter counter, Time time) {
        this.routes = routes;
        this.faults = faults;
        this.counter = counter;
        this.time = time;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Call call = read(request);
        Routes.Match match = routes.find(call.method(), call.path())
                .orElseGet(() -> new Routes.Match("(not simulated)", Map.of(), HttpFront::notSimulated));
        Call matched =
                new Call(call.method(), call.path(), call.query(), call.headers(), call.body(), match.parameters());
        if (call.path().startsWith(CONTROL)) {
            send(response, answer(match, matched), callback);
            return true;
        }
        Reply reply = reply(match, matched);
        counter.count(
                matched, match.template(), reply.answer().map(Answer::status).orElse(0));
        if (reply.answer().isEmpty()) {
            hangUp(request, callback);
        } else if (reply.truncated()) {
            sendHalf(request, response, reply.answer().get(), callback);
        } else {
            send(response, reply.answer().get(), callback);
        }
        return true;
    }

    /** @param answer absent: the connection is closed without one */
    private record Reply(Optional<Answer> answer, boolean truncated) {

        static final Reply NONE = new Reply(Optional.empty(), false);

        static Reply of(Answer answer) {
            return new Reply(Optional.of(answer), false);
        }
    }

    private Reply reply(Routes.Match match, Call call) throws InterruptedException {
        Optional<Effect> hit = faults.hit(call);
        if (hit.isEmpty()) {
            return Reply.of(answer(match, call));
        }
        Effect effect = hit.get();
        return switch (effect.kind()) {
            case DELAY -> {
                Hold.of(effect.delay()).sitOut(time);
                yield Reply.of(answer(match, call));
            }
            case REFUSE -> Reply.of(refusal(effect));
            case FAIL_AFTERWARDS -> {
                answer(match, call);
                yield Reply.of(error(effect.status(), SIMULATED));
            }
            case DROP -> Reply.NONE;
            case DROP_AFTERWARDS -> {
                answer(match, call);
                yield Reply.NONE;
            }
            case GARBAGE -> Reply.of(answer(match, call).withBody("<html><body>It works!</body></html>"));
            case TRUNCATE -> new Reply(Optional.of(answer(match, call)), true);
            case EMPTY_LISTS -> {
                Answer answer = answer(match, call);
                yield Reply.of(answer.withBody(emptied(answer.body())));
            }
        };
    }

    private static Answer refusal(Effect effect) {
        Answer error = error(effect.status(), SIMULATED);
        int retryAfter = effect.retryAfterSeconds();
        return retryAfter == 0 ? error : error.with("Retry-After", Integer.toString(retryAfter));
    }

    private Answer answer(Routes.Match match, Call call) throws InterruptedException {
        Answer answer;
        try {
            answer = match.action().answer(call);
        } catch (RuntimeException bug) {
            log.error("The simulator itself failed. method={} path={}", call.method(), call.path(), bug);
            return error(500, "The simulator itself failed; its log says why.");
        }
        if (answer.hold().isPresent()) {
            answer.hold().get().sitOut(time);
        }
        return answer;
    }

    /** Not 404, which would say that something is not there. */
    private static Answer notSimulated(Call call) {
        return error(501, "The simulator has no " + call.method() + " " + call.path() + ".");
    }

    private static Answer error(int status, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error").put("code", status).put("message", message);
        return Answer.json(status, body);
    }

    private static String emptied(String body) {
        try {
            JsonNode json = Call.JSON.readTree(body);
            json.properties().forEach(property -> {
                if (property.getValue().isArray()) {
                    property.setValue(JsonNodeFactory.instance.arrayNode());
                }
            });
            return json.toString();
        } catch (JsonProcessingException notJson) {
            return body;
        }
    }

    private static Call read(Request request) throws IOException {
        Map<String, String> headers = new HashMap<>();
        request.getHeaders().forEach(field -> headers.put(field.getName().toLowerCase(Locale.ROOT), field.getValue()));
        Map<String, String> query = new HashMap<>();
        for (Fields.Field field : Request.extractQueryParameters(request)) {
            query.put(field.getName(), field.getValues().get(field.getValues().size() - 1));
        }
        return new Call(
                request.getMethod(),
                request.getHttpURI().getDecodedPath(),
                query,
                headers,
                Content.Source.asString(request, UTF_8),
                Map.of());
    }

    private static void send(Response response, Answer answer, Callback callback) {
        byte[] body = answer.body().getBytes(UTF_8);
        writeHead(response, answer, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private static void sendHalf(Request request, Response response, Answer answer, Callback callback)
            throws IOException {
        byte[] body = answer.body().getBytes(UTF_8);
        writeHead(response, answer, body.length);
        Content.Sink.write(response, false, ByteBuffer.wrap(Arrays.copyOf(body, body.length / 2)));
        hangUp(request, callback);
    }

    private static void writeHead(Response response, Answer answer, int length) {
        response.setStatus(answer.status());
        answer.headers().forEach(response.getHeaders()::put);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
    }

    private static void hangUp(Request request, Callback callback) {
        request.getConnectionMetaData().getConnection().getEndPoint().close();
        callback.succeeded();
    }
}
