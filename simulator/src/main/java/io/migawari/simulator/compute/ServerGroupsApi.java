// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.nova.ServerGroup;
import io.migawari.simulator.truth.Ids;

/** {@code /os-server-groups}. */
record ServerGroupsApi(SimulatedCloud cloud) {

    Answer list(NovaCall call) {
        call.requireAdmin("os_compute_api:os-server-groups:index:all_projects");
        return cloud.exclusively(nova -> {
            ObjectNode body = ComputeApi.object();
            ArrayNode groups = body.putArray("server_groups");
            nova.serverGroups().forEach(group -> describe(groups.addObject(), group, call.version()));
            return Answer.json(200, body);
        });
    }

    private static void describe(ObjectNode json, ServerGroup group, Microversion version) {
        json.put("id", group.id()).put("name", group.name());
        if (version.isAtLeast(64)) {
            json.put("policy", group.policy().novaName()).putObject("rules");
        } else {
            json.putArray("policies").add(group.policy().novaName());
            json.putObject("metadata");
        }
        ArrayNode members = json.putArray("members");
        group.members().forEach(members::add);
        json.put("project_id", Ids.hex("project", group.project())).put("user_id", Ids.hex("user", group.project()));
    }
}
