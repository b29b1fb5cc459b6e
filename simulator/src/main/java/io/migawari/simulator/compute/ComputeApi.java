// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Call;
import io.migawari.simulator.http.RequestIds;
import io.migawari.simulator.http.Routes;
import io.migawari.simulator.identity.Token;
import io.migawari.simulator.identity.TokenCheck;
import io.migawari.simulator.nova.Refusal;
import java.util.Optional;

/**
 * Nova's API v2.1 with microversions, as far as a high-availability controller uses it. Shapes and words were seen on Nova
 * 26.2 (2.93); what is newer was read in Nova's code. Anything that is not served is refused with 501, not answered with
 * less. Safe for any thread.
 */
public final class ComputeApi {

    private static final String ROOT = "/compute/v2.1";

    private final SimulatedCloud cloud;
    private final TokenCheck tokens;

    public ComputeApi(SimulatedCloud cloud, TokenCheck tokens) {
        this.cloud = cloud;
        this.tokens = tokens;
    }

    public void addTo(Routes routes) {
        VersionDocuments documents = new VersionDocuments(cloud.options().newestMicroversion());
        for (String slash : new String[] {"", "/"}) {
            routes.add("GET", "/compute" + slash, documents::all);
            routes.add("GET", ROOT + slash, call -> finish(documents.one(call), new Microversion(1)));
        }
        ServicesApi services = new ServicesApi(cloud);
        add(routes, "GET", "/os-services", services::list);
        add(routes, "PUT", "/os-services/{id}", services::update);
        ServersApi servers = new ServersApi(cloud);
        add(routes, "GET", "/servers/detail", servers::list);
        add(routes, "GET", "/servers/{id}", servers::show);
        add(routes, "DELETE", "/servers/{id}", servers::delete);
        add(routes, "POST", "/servers/{id}/action", new ServerActionsApi(cloud)::act);
        add(routes, "GET", "/servers/{id}/os-instance-actions", servers::actions);
        ServerMigrationsApi serverMigrations = new ServerMigrationsApi(cloud);
        add(routes, "GET", "/servers/{id}/migrations", serverMigrations::list);
        add(routes, "DELETE", "/servers/{id}/migrations/{number}", serverMigrations::abort);
        add(routes, "POST", "/servers/{id}/migrations/{number}/action", serverMigrations::act);
        add(routes, "GET", "/os-migrations", new MigrationsApi(cloud)::list);
        AggregatesApi aggregates = new AggregatesApi(cloud);
        add(routes, "GET", "/os-aggregates", aggregates::list);
        add(routes, "POST", "/os-aggregates", aggregates::create);
        add(routes, "POST", "/os-aggregates/{id}/action", aggregates::act);
        add(routes, "GET", "/os-hypervisors/detail", new HypervisorsApi(cloud)::list);
        add(routes, "GET", "/os-server-groups", new ServerGroupsApi(cloud)::list);
    }

    /** One call, past the token and the version. */
    @FunctionalInterface
    private interface NovaAction {
        Answer answer(NovaCall call);
    }

    private void add(Routes routes, String method, String path, NovaAction action) {
        routes.add(method, ROOT + path, call -> answer(call, action));
    }

    private Answer answer(Call call, NovaAction action) {
        Optional<Token> token = tokens.token(call);
        if (token.isEmpty()) {
            return TokenCheck.unauthorized(call);
        }
        int newest = cloud.options().newestMicroversion();
        Microversion version;
        try {
            version = Microversion.askedFor(call, newest);
        } catch (Refusal malformed) {
            return withRequestId(NovaFault.answer(malformed.status(), malformed.words()), RequestIds.next());
        }
        if (version.minor() < 1 || version.minor() > newest) {
            String words = "Version " + version + " is not supported by the API. Minimum is 2.1 and maximum is 2."
                    + newest + ".";
            return finish(NovaFault.answer(406, words), version);
        }
        String requestId = RequestIds.next();
        try {
            return finish(action.answer(new NovaCall(call, token.get(), version, requestId)), version, requestId);
        } catch (Refusal refusal) {
            return finish(NovaFault.answer(refusal.status(), refusal.words()), version, requestId);
        }
    }

    private static Answer finish(Answer answer, Microversion version) {
        return finish(answer, version, RequestIds.next());
    }

    private static Answer finish(Answer answer, Microversion version, String requestId) {
        return withRequestId(
                answer.with("OpenStack-API-Version", "compute " + version)
                        .with("X-OpenStack-Nova-API-Version", version.toString())
                        .with("Vary", "OpenStack-API-Version, X-OpenStack-Nova-API-Version"),
                requestId);
    }

    private static Answer withRequestId(Answer answer, String id) {
        return answer.with("x-openstack-request-id", id).with("x-compute-request-id", id);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
