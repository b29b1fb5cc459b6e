// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.config.OpenStackSettings;
import io.migawari.controller.cloud.CloudException.Kind;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.openstack4j.core.transport.HttpMethod;
import org.openstack4j.core.transport.HttpRequest;
import org.openstack4j.openstack.identity.v3.domain.KeystoneToken;

/** {@link Identity} by asking Keystone ({@code GET /v3/auth/tokens}) with our own token. */
final class KeystoneIdentity implements Identity {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final OpenStackSettings settings;
    private final JdkTransport transport;
    private final CallConfig config;
    private final KeystoneSession session;
    private final Time time;

    KeystoneIdentity(
            OpenStackSettings settings, JdkTransport transport, CallConfig config, KeystoneSession session, Time time) {
        this.settings = settings;
        this.transport = transport;
        this.config = config;
        this.session = session;
        this.time = time;
    }

    @Override
    public URI signInAddress() {
        return settings.authUrl();
    }

    @Override
    public Optional<Caller> callerOf(String token, Duration patience) throws CloudException, InterruptedException {
        Deadline deadline = time.deadlineAfter(patience);
        KeystoneToken ours = session.token(deadline.left());
        try {
            return Optional.of(ask(ours, token, deadline));
        } catch (CloudException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            if (e.kind() != Kind.UNAUTHORIZED) {
                throw e;
            }
        }
        session.refused(ours);
        try {
            return Optional.of(ask(session.token(deadline.left()), token, deadline));
        } catch (CloudException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Caller ask(KeystoneToken ours, String token, Deadline deadline)
            throws CloudException, InterruptedException {
        var request = HttpRequest.builder(Void.class)
                .endpoint(settings.authUrl().toString())
                .method(HttpMethod.GET)
                .path("/auth/tokens")
                .queryParam("nocatalog", "1")
                .header("X-Auth-Token", ours.getId())
                .header("X-Subject-Token", token)
                .config(config.lasting(deadline.left()))
                .build();
        try {
            JsonNode answer = MAPPER.readTree(((Answer) transport.execute(request)).body())
                    .path("token");
            Set<String> roles = new HashSet<>();
            answer.path("roles").forEach(role -> roles.add(role.path("name").asText()));
            return new Caller(
                    answer.path("user").path("name").asText(),
                    answer.path("user").path("id").asText(),
                    scope(answer, ours),
                    roles,
                    Instant.parse(answer.path("expires_at").asText()));
        } catch (JdkTransport.Failure failure) {
            throw failure.what();
        } catch (JdkTransport.Interrupted e) {
            throw new InterruptedException();
        } catch (IOException | DateTimeParseException e) {
            throw new CloudException(Kind.GARBLED, "Keystone's answer about a token cannot be understood");
        }
    }

    private static Scope scope(JsonNode token, KeystoneToken ours) {
        JsonNode project = token.path("project");
        if (project.isObject()) {
            String id = project.path("id").asText();
            boolean isOurs = ours.getProject() != null
                    && !id.isEmpty()
                    && id.equals(ours.getProject().getId());
            return new Scope.Project(id, project.path("name").asText(), isOurs);
        }
        return token.path("system").path("all").asBoolean() ? new Scope.WholeSystem() : new Scope.Other();
    }
}
