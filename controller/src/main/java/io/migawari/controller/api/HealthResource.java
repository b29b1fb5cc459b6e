// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.ops.CloudWatch;
import io.migawari.controller.ops.Readiness;

/**
 * {@code /healthz} (the process answers) and {@code /readyz} (the database is reachable and has the schema that we know).
 * Readiness never depends on Nova, whose outages the controller is there to wait out; how the cloud does stands beside it.
 */
public final class HealthResource implements Resource {

    private final Readiness readiness;
    private final CloudWatch cloud;

    public HealthResource(Readiness readiness, CloudWatch cloud) {
        this.readiness = readiness;
        this.cloud = cloud;
    }

    @Override
    public void addTo(Router router) {
        router.add("GET", "/healthz", Access.HEALTH, call -> alive())
                .add("GET", "/readyz", Access.HEALTH, call -> ready());
    }

    private static Reply alive() {
        return Reply.ok(JsonNodeFactory.instance.objectNode().put("status", "alive"));
    }

    private Reply ready() {
        Readiness.State state = readiness.look();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("ready", state.isReady());
        body.put("database", state.database());
        CloudWatch.State seen = cloud.state();
        body.putObject("cloud").put("status", seen.words()).put("last_answer_at", Times.write(seen.lastAnswerAt()));
        return Reply.of(state.isReady() ? 200 : 503, body);
    }
}
