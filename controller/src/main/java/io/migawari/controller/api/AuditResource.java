// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.store.Audit;
import io.migawari.controller.store.AuditLine;
import io.migawari.controller.store.ListRequest;
import java.time.Instant;
import java.util.Optional;

/** {@code /migawari/v1/audit}: what people have asked of the controller, and what they were answered. */
public final class AuditResource implements Resource {

    private final Audit audit;

    public AuditResource(Audit audit) {
        this.audit = audit;
    }

    @Override
    public void addTo(Router router) {
        router.add("GET", "/migawari/v1/audit", Access.ADMIN, this::list);
    }

    private Reply list(Call call) throws ApiException {
        Optional<String> text = call.parameter("since");
        Optional<Instant> since =
                text.isPresent() ? Optional.of(Times.read("since", TextNode.valueOf(text.get()))) : Optional.empty();
        int limit = Math.min(call.listRequest().limit(), ListRequest.MOST);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode all = body.putArray("audit");
        audit.list(since, limit).forEach(line -> all.add(view(line)));
        return Reply.ok(body);
    }

    static ObjectNode view(AuditLine line) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("number", line.number());
        json.put("at", Times.write(line.asked().at()));
        json.put("who", line.asked().who());
        json.put("who_id", line.asked().whoId().orElse(null));
        json.put("address", line.asked().address());
        json.put("what", line.asked().what());
        json.put("target", line.asked().target().orElse(null));
        json.put(
                "target_name", line.targetName().or(() -> line.asked().target()).orElse(null));
        json.put("incident", line.asked().incident().map(IncidentId::toString).orElse(null));
        json.put("why", line.asked().why().orElse(null));
        json.put("details", line.asked().details());
        json.put("request_id", line.asked().requestId());
        line.answer()
                .ifPresentOrElse(
                        answer -> json.put("status", answer.status())
                                .put("result", answer.isDone() ? "done" : "refused")
                                .put("message", answer.words().orElse(null)),
                        () -> json.putNull("status")
                                .put("result", "cut off")
                                .put("message", "the controller was stopped meanwhile"));
        return json;
    }
}
