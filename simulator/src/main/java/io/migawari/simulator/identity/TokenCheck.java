// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.identity;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Call;
import io.migawari.simulator.http.RequestIds;
import java.util.Optional;

/** What stands before each service but Keystone: it lets only calls with a good token through. Safe for any thread. */
public final class TokenCheck {

    private final Identity identity;

    public TokenCheck(Identity identity) {
        this.identity = identity;
    }

    public Optional<Token> token(Call call) {
        return call.header("X-Auth-Token").flatMap(identity::token);
    }

    /** What Nova and Cinder answer without one (seen on Nova 26.2). */
    public static Answer unauthorized(Call call) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("code", 401)
                .put("title", "Unauthorized")
                .put("message", "The request you have made requires authentication.");
        String requestId = RequestIds.next();
        return Answer.json(401, body)
                .with("WWW-Authenticate", challenge(call))
                .with("x-openstack-request-id", requestId)
                .with("x-compute-request-id", requestId);
    }

    /** The header WWW-Authenticate that goes with a 401. */
    public static String challenge(Call call) {
        return "Keystone uri=\"" + call.address() + "/identity/v3\"";
    }
}
