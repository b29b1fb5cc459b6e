// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.config.OpenStackSettings;
import io.migawari.config.OpenStackSettings.Credentials;
import io.migawari.controller.cloud.CloudException.Kind;
import io.migawari.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.openstack4j.core.transport.HttpMethod;
import org.openstack4j.core.transport.HttpRequest;
import org.openstack4j.openstack.identity.v3.domain.KeystoneToken;

/**
 * The one token that all calls for a project share. It is renewed when four fifths of its life are over, or when a service does not
 * accept it any more; one thread renews it while the others wait. Never logged: {@link KeystoneToken#toString} would print
 * it. Safe for any thread.
 */
final class KeystoneSession {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A token, the catalogue that came with it, and when it should be replaced. */
    record Session(KeystoneToken token, Instant renewAt) {}

    private final OpenStackSettings settings;
    private final JdkTransport transport;
    private final CallConfig config;
    private final Time time;
    private final @Nullable String project;
    private final ReentrantLock renewing = new ReentrantLock();
    private volatile @Nullable Session session;

    KeystoneSession(OpenStackSettings settings, JdkTransport transport, CallConfig config, Time time) {
        this(settings, transport, config, time, null);
    }

    private KeystoneSession(
            OpenStackSettings settings,
            JdkTransport transport,
            CallConfig config,
            Time time,
            @Nullable String project) {
        this.settings = settings;
        this.transport = transport;
        this.config = config;
        this.time = time;
        this.project = project;
    }

    /**
     * A session of the same account for another project. Keystone refuses its token where the account has no role in it, and to an
     * application credential, which belongs to one project.
     *
     * @param id Keystone's
     */
    KeystoneSession ofProject(String id) {
        return new KeystoneSession(settings, transport, config, time, id);
    }

    /** A token that should be good. Signs in if there is none; waits for at most {@code patience} in all. */
    KeystoneToken token(Duration patience) throws CloudException, InterruptedException {
        Session known = session;
        if (known != null && time.now().isBefore(known.renewAt())) {
            return known.token();
        }
        return signIn(known, patience);
    }

    /** Says that a service refused this token, so that nobody uses it again. */
    void refused(KeystoneToken token) {
        Session known = session;
        if (known != null && known.token() == token) {
            session = null;
        }
    }

    private KeystoneToken signIn(@Nullable Session old, Duration patience) throws CloudException, InterruptedException {
        var deadline = time.deadlineAfter(patience);
        if (!renewing.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new CloudException(Kind.TIMED_OUT, "Keystone: somebody else has been signing in for too long");
        }
        try {
            Session renewed = session;
            if (renewed != null && !renewed.equals(old)) {
                return renewed.token(); // by somebody else, while we waited
            }
            Session fresh = post(deadline.left());
            session = fresh;
            return fresh.token();
        } finally {
            renewing.unlock();
        }
    }

    private Session post(Duration patience) throws CloudException, InterruptedException {
        Instant asked = time.now();
        HttpRequest<KeystoneToken> request = HttpRequest.builder(KeystoneToken.class)
                .endpoint(settings.authUrl().toString())
                .method(HttpMethod.POST)
                .path("/auth/tokens")
                .json(authentication().toString())
                .config(config.lasting(patience))
                .build();
        try {
            var answer = transport.execute(request);
            String id = answer.header("X-Subject-Token");
            if (id == null) {
                throw new CloudException(Kind.GARBLED, "Keystone's answer has no X-Subject-Token");
            }
            JsonNode token = MAPPER.readTree(answer.getInputStream()).path("token");
            Instant expires = Instant.parse(token.path("expires_at").asText());
            KeystoneToken keystoneToken = answer.readEntity(KeystoneToken.class);
            keystoneToken.setId(id);
            return new Session(
                    keystoneToken,
                    asked.plus(Duration.between(asked, expires).multipliedBy(4).dividedBy(5)));
        } catch (JdkTransport.Failure failure) {
            throw failure.what();
        } catch (JdkTransport.Interrupted e) {
            throw new InterruptedException();
        } catch (IOException | UncheckedIOException | DateTimeParseException e) {
            throw new CloudException(
                    Kind.GARBLED,
                    "Keystone's answer is not a token: " + e.getClass().getSimpleName());
        }
    }

    private ObjectNode authentication() {
        ObjectNode auth = JsonNodeFactory.instance.objectNode();
        ObjectNode identity = auth.putObject("auth").putObject("identity");
        if (settings.credentials() instanceof Credentials.Password password) {
            identity.putArray("methods").add("password");
            ObjectNode user = identity.putObject("password").putObject("user");
            user.put("name", password.username())
                    .put("password", password.password().reveal());
            user.putObject("domain").put("name", password.userDomain());
            ObjectNode project = auth.withObject("/auth").putObject("scope").putObject("project");
            if (this.project == null) {
                project.put("name", password.projectName());
                project.putObject("domain").put("name", password.projectDomain());
            } else {
                project.put("id", this.project);
            }
        } else if (settings.credentials() instanceof Credentials.ApplicationCredential credential) {
            identity.putArray("methods").add("application_credential");
            identity.putObject("application_credential")
                    .put("id", credential.id())
                    .put("secret", credential.secret().reveal());
        } else {
            throw new AssertionError(settings.credentials().getClass());
        }
        return auth;
    }
}
