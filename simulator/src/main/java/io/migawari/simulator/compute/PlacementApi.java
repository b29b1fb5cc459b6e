// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Call;
import io.migawari.simulator.http.RequestIds;
import io.migawari.simulator.http.Routes;
import io.migawari.simulator.identity.TokenCheck;
import io.migawari.simulator.nova.Allocations;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.SimulatedHost;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Placement's {@code /allocation_candidates}, for one resource class: what every host has of all classes, and what is used of
 * it. Shapes were seen on Placement 8 (1.39). Safe for any thread.
 */
public final class PlacementApi {

    private static final Pattern VERSION = Pattern.compile("placement 1\\.(\\d{1,3})");
    private static final Pattern RESOURCES = Pattern.compile("([A-Z0-9_]+):([1-9]\\d{0,8})");

    /** From here on a candidate comes with all its resource classes; the answers before are not simulated. */
    private static final int OLDEST = 27;

    private static final int NEWEST = 39;

    private final SimulatedCloud cloud;
    private final TokenCheck tokens;

    public PlacementApi(SimulatedCloud cloud, TokenCheck tokens) {
        this.cloud = cloud;
        this.tokens = tokens;
    }

    public void addTo(Routes routes) {
        routes.add("GET", "/placement/allocation_candidates", this::candidates);
    }

    private Answer candidates(Call call) {
        var token = tokens.token(call);
        if (token.isEmpty()) {
            return TokenCheck.unauthorized(call);
        }
        var version = VERSION.matcher(call.header("OpenStack-API-Version").orElse(""));
        if (!version.matches()
                || Integer.parseInt(version.group(1)) < OLDEST
                || Integer.parseInt(version.group(1)) > NEWEST) {
            return fault(406, "Unacceptable version header: the simulator serves 1." + OLDEST + " to 1." + NEWEST);
        }
        Answer answer = token.get().isAdmin()
                ? candidates(new Query(call).text("resources"))
                : fault(403, "placement:allocation_candidates:list is not allowed to you");
        return answer.with("OpenStack-API-Version", version.group()).with("x-openstack-request-id", RequestIds.next());
    }

    private Answer candidates(Optional<String> resources) {
        var wanted = RESOURCES.matcher(resources.orElse(""));
        if (!wanted.matches()) {
            return fault(400, "The simulator serves exactly one resource class, as in resources=VCPU:1");
        }
        String resourceClass = wanted.group(1);
        long amount = Long.parseLong(wanted.group(2));
        return cloud.exclusively(nova -> {
            ObjectNode body = ComputeApi.object();
            var requests = body.putArray("allocation_requests");
            ObjectNode summaries = body.putObject("provider_summaries");
            Allocations allocations = nova.allocations();
            for (SimulatedHost host : nova.hosts()) {
                if (allocations.free(host, resourceClass) >= amount) {
                    ObjectNode allocation = requests.addObject().putObject("allocations");
                    allocation
                            .putObject(host.hypervisorId())
                            .putObject("resources")
                            .put(resourceClass, amount);
                    describe(summaries.putObject(host.hypervisorId()), host, allocations, nova);
                }
            }
            return Answer.json(200, body);
        });
    }

    private static void describe(ObjectNode json, SimulatedHost host, Allocations allocations, Nova nova) {
        ObjectNode resources = json.putObject("resources");
        for (String resourceClass : Allocations.CLASSES) {
            resources
                    .putObject(resourceClass)
                    .put("capacity", allocations.capacity(host, resourceClass))
                    .put("used", allocations.used(host, resourceClass));
        }
        var traits = json.putArray("traits");
        if (nova.isKeptFromScheduling(host)) {
            traits.add("COMPUTE_STATUS_DISABLED");
        }
    }

    private static Answer fault(int status, String words) {
        ObjectNode body = ComputeApi.object();
        body.putArray("errors").addObject().put("status", status).put("detail", words);
        return Answer.json(status, body);
    }
}
