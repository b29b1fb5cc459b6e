// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.config.OpenStackSettings;
import io.migawari.config.TrustedCertificates;
import io.migawari.controller.cloud.CloudException.Kind;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.ZoneStep;
import io.migawari.controller.model.cloud.Aggregate;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.InstanceAction;
import io.migawari.controller.model.cloud.Migration;
import io.migawari.controller.model.cloud.Server;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.openstack4j.api.types.Facing;
import org.openstack4j.core.transport.HttpMethod;
import org.openstack4j.model.compute.HostAggregate;
import org.openstack4j.openstack.OSFactory;
import org.openstack4j.openstack.identity.v3.domain.KeystoneToken;

/**
 * OpenStack, through openstack4j where it knows how, and by requests of our own where it does not. The only package that
 * knows either. Safe for any thread.
 */
public final class OpenStackCloud implements Cloud {

    /** Older records are not looked at: Nova keeps all that there ever were of a host. */
    private static final Duration LONGEST_LIVE_MIGRATION = Duration.ofDays(2);

    private final JdkTransport transport = new JdkTransport();
    private final CallConfig config;
    private final KeystoneSession session;
    private final KeystoneIdentity identity;
    private final CatalogueResolver catalogue;
    private final Calls calls;
    private final OpenStackZoneMoves zoneMoves;
    private final Facing facing;
    private final Time time;

    /** Nova's ids of the services, from the newest list. */
    private final Map<HostName, String> serviceIds = new ConcurrentHashMap<>();

    public OpenStackCloud(OpenStackSettings settings, Time time) {
        this.catalogue = new CatalogueResolver(settings);
        this.facing = Facing.value(settings.endpointInterface());
        this.config = new CallConfig(catalogue, settings.caFile().map(TrustedCertificates::in));
        this.session = new KeystoneSession(settings, transport, config, time);
        this.identity = new KeystoneIdentity(settings, transport, config, session, time);
        this.calls = new Calls(transport, config, session, catalogue);
        this.zoneMoves = new OpenStackZoneMoves(
                calls, project -> new Calls(transport, config, session.ofProject(project), catalogue), time);
        this.time = time;
    }

    /** What is asked before anything has failed. */
    public Survey survey() {
        return new OpenStackSurvey(calls, time);
    }

    /** What only planned moves ask. */
    public Migrations migrations() {
        return new OpenStackMigrations(calls, time);
    }

    /** What only moves into another zone ask and do. */
    public ZoneMoves zoneMoves() {
        return zoneMoves;
    }

    /** A token for calling other services in the same name. Not to be logged. */
    public String token(Duration patience) throws CloudException, InterruptedException {
        return session.token(patience).getId();
    }

    /** Nova's endpoint, as the catalogue or the settings have it. */
    public String novaUrl(Duration patience) throws CloudException, InterruptedException {
        return catalogue.nova(session.token(patience));
    }

    /** Keystone, asked with the same sign-in. */
    public Identity identity() {
        return identity;
    }

    @Override
    public List<ComputeService> computeServices(Duration patience) throws CloudException, InterruptedException {
        JsonNode answer = get("/os-services", Map.of("binary", "nova-compute"), time.deadlineAfter(patience));
        List<ComputeService> services = new ArrayList<>();
        for (JsonNode json : Calls.array(answer, "services")) {
            ComputeService service = NovaReader.computeService(json);
            serviceIds.put(service.host(), NovaReader.text(json, "id"));
            services.add(service);
        }
        return services;
    }

    @Override
    public List<Server> serversOn(HostName host, Duration patience) throws CloudException, InterruptedException {
        return servers(Map.of("all_tenants", "1", "host", host.value()), patience);
    }

    @Override
    public List<Server> serversChangedSince(Instant since, Duration patience)
            throws CloudException, InterruptedException {
        return servers(
                Map.of(
                        "all_tenants",
                        "1",
                        "changes-since",
                        since.truncatedTo(ChronoUnit.SECONDS).toString()),
                patience);
    }

    private List<Server> servers(Map<String, String> query, Duration patience)
            throws CloudException, InterruptedException {
        List<Server> servers = new ArrayList<>();
        calls.list("/servers/detail", query, "servers", time.deadlineAfter(patience), json -> {
            servers.add(NovaReader.server(json));
            return true;
        });
        return servers;
    }

    @Override
    public List<Evacuation> evacuationsFrom(HostName source, Instant since, Duration patience)
            throws CloudException, InterruptedException {
        List<Evacuation> evacuations = new ArrayList<>();
        calls.list(
                "/os-migrations",
                Map.of("migration_type", "evacuation", "source_compute", source.value()),
                "migrations",
                time.deadlineAfter(patience),
                json -> {
                    // Newest first. (changes-since would not do: it leaves out records that were never updated.)
                    Evacuation evacuation = NovaReader.evacuation(json);
                    boolean wanted = !evacuation.createdAt().isBefore(since);
                    if (wanted) {
                        evacuations.add(evacuation);
                    }
                    return wanted;
                });
        return evacuations;
    }

    @Override
    public Map<ServerId, HostName> liveMigrationsFrom(HostName source, Duration patience)
            throws CloudException, InterruptedException {
        Map<ServerId, HostName> destinations = new HashMap<>();
        Set<ServerId> seen = new HashSet<>();
        calls.list(
                "/os-migrations",
                Map.of("migration_type", "live-migration", "source_compute", source.value()),
                "migrations",
                time.deadlineAfter(patience),
                json -> {
                    Migration migration = NovaReader.migration(json);
                    boolean newest = seen.add(migration.server()); // newest first
                    boolean mayHaveArrived = migration.status() == Migration.Status.UNDER_WAY
                            || migration.status() == Migration.Status.DONE;
                    if (newest && mayHaveArrived) {
                        migration.destination().ifPresent(host -> destinations.put(migration.server(), host));
                    }
                    return migration.createdAt().isAfter(time.now().minus(LONGEST_LIVE_MIGRATION));
                });
        return destinations;
    }

    @Override
    public List<Aggregate> aggregates(Duration patience) throws CloudException, InterruptedException {
        return typed(
                        time.deadlineAfter(patience),
                        client -> client.compute().hostAggregates().list())
                .stream()
                .map(OpenStackCloud::aggregate)
                .toList();
    }

    private static Aggregate aggregate(HostAggregate found) {
        return new Aggregate(
                Long.parseLong(found.getId()),
                found.getName(),
                found.getHosts().stream()
                        .filter(HostName::isValid)
                        .map(HostName::new)
                        .collect(Collectors.toSet()));
    }

    @Override
    public Server server(ServerId id, Duration patience) throws CloudException, InterruptedException {
        JsonNode answer = get("/servers/" + id, Map.of(), time.deadlineAfter(patience));
        return NovaReader.server(answer.path("server"));
    }

    @Override
    public List<InstanceAction> actions(ServerId server, Duration patience)
            throws CloudException, InterruptedException {
        JsonNode answer = get("/servers/" + server + "/os-instance-actions", Map.of(), time.deadlineAfter(patience));
        List<InstanceAction> actions = new ArrayList<>();
        for (JsonNode json : Calls.array(answer, "instanceActions")) {
            actions.add(NovaReader.instanceAction(json));
        }
        return actions;
    }

    @Override
    public Outcome carryOut(Step step, Duration patience) throws InterruptedException {
        Deadline deadline = time.deadlineAfter(patience);
        try {
            return new Outcome.Accepted(request(step, deadline));
        } catch (CloudException e) {
            return e.outcome();
        }
    }

    /** @return Nova's id of the request */
    private Optional<String> request(Step step, Deadline deadline) throws CloudException, InterruptedException {
        if (step instanceof Step.ForceDown s) {
            return changeService(s.host(), object().put("forced_down", true), deadline);
        }
        if (step instanceof Step.LiftForceDown s) {
            return changeService(s.host(), object().put("forced_down", false), deadline);
        }
        if (step instanceof Step.DisableService s) {
            return changeService(
                    s.host(), object().put("status", "disabled").put("disabled_reason", s.reason()), deadline);
        }
        if (step instanceof Step.EnableService s) {
            return changeService(s.host(), object().put("status", "enabled"), deadline);
        }
        if (step instanceof Step.AddToAggregate s) {
            typed(
                    deadline,
                    client -> client.compute()
                            .hostAggregates()
                            .addHost(String.valueOf(s.aggregate()), s.host().value()));
            return Optional.empty();
        }
        if (step instanceof Step.RemoveFromAggregate s) {
            typed(
                    deadline,
                    client -> client.compute()
                            .hostAggregates()
                            .removeHost(String.valueOf(s.aggregate()), s.host().value()));
            return Optional.empty();
        }
        if (step instanceof Step.Evacuate s) {
            ObjectNode body = object();
            s.destination().ifPresent(host -> body.put("host", host.value()));
            return act(s.server(), object().set("evacuate", body), deadline);
        }
        if (step instanceof Step.Stop s) {
            return act(s.server(), object().putNull("os-stop"), deadline);
        }
        if (step instanceof Step.Start s) {
            return act(s.server(), object().putNull("os-start"), deadline);
        }
        if (step instanceof Step.ResetToError s) {
            return act(s.server(), object().set("os-resetState", object().put("state", "error")), deadline);
        }
        if (step instanceof Step.LiveMigrate s) {
            ObjectNode body = object().put("block_migration", "auto")
                    .put("host", s.destination().map(HostName::value).orElse(null));
            return act(s.server(), object().set("os-migrateLive", body), deadline);
        }
        if (step instanceof Step.ColdMigrate s) {
            JsonNode body = s.destination()
                    .<JsonNode>map(host -> object().put("host", host.value()))
                    .orElseGet(JsonNodeFactory.instance::nullNode);
            return act(s.server(), object().set("migrate", body), deadline);
        }
        if (step instanceof Step.ConfirmMigration s) {
            return act(s.server(), object().putNull("confirmResize"), deadline);
        }
        if (step instanceof Step.RevertMigration s) {
            return act(s.server(), object().putNull("revertResize"), deadline);
        }
        if (step instanceof Step.AbortLiveMigration s) {
            String path = "/servers/" + s.server() + "/migrations/" + s.migration();
            return requestId(call(HttpMethod.DELETE, path, Map.of(), Optional.empty(), deadline));
        }
        if (step instanceof Step.ForceComplete s) {
            String path = "/servers/" + s.server() + "/migrations/" + s.migration() + "/action";
            Optional<JsonNode> body = Optional.of(object().putNull("force_complete"));
            return requestId(call(HttpMethod.POST, path, Map.of(), body, deadline));
        }
        if (step instanceof ZoneStep s) {
            return zoneMoves.request(s, deadline);
        }
        throw new AssertionError(step);
    }

    private Optional<String> changeService(HostName host, ObjectNode change, Deadline deadline)
            throws CloudException, InterruptedException {
        String id = serviceIds.get(host);
        if (id == null) {
            computeServices(deadline.left());
            id = serviceIds.get(host);
        }
        if (id == null) {
            throw new CloudException(Kind.NOT_FOUND, "Nova has no nova-compute service on " + host);
        }
        return requestId(call(HttpMethod.PUT, "/os-services/" + id, Map.of(), Optional.of(change), deadline));
    }

    private Optional<String> act(ServerId server, JsonNode action, Deadline deadline)
            throws CloudException, InterruptedException {
        return requestId(
                call(HttpMethod.POST, "/servers/" + server + "/action", Map.of(), Optional.of(action), deadline));
    }

    private static Optional<String> requestId(Answer answer) {
        return Optional.ofNullable(answer.header("x-openstack-request-id"));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private JsonNode get(String path, Map<String, String> query, Deadline deadline)
            throws CloudException, InterruptedException {
        return calls.get(Calls.Service.NOVA, path, query, deadline);
    }

    private Answer call(
            HttpMethod method, String path, Map<String, String> query, Optional<JsonNode> body, Deadline deadline)
            throws CloudException, InterruptedException {
        return calls.call(Calls.Service.NOVA, method, path, query, body, deadline);
    }

    /** A call of the library's own. */
    private interface Typed<T> {
        T call(org.openstack4j.api.OSClient.OSClientV3 client);
    }

    private <T> T typed(Deadline deadline, Typed<T> call) throws CloudException, InterruptedException {
        KeystoneToken token = session.token(deadline.left());
        try {
            return once(token, deadline, call);
        } catch (CloudException e) {
            if (e.kind() != Kind.UNAUTHORIZED) {
                throw e;
            }
            session.refused(token);
            return once(session.token(deadline.left()), deadline, call);
        }
    }

    private <T> T once(KeystoneToken token, Deadline deadline, Typed<T> call)
            throws CloudException, InterruptedException {
        try {
            // A client belongs to the thread that made it; making one costs no I/O.
            return call.call(OSFactory.clientFromToken(token, facing, config.lasting(deadline.left())));
        } catch (JdkTransport.Failure failure) {
            throw failure.what();
        } catch (JdkTransport.Interrupted e) {
            throw new InterruptedException();
        }
    }
}
