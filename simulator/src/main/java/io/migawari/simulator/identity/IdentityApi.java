// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Call;
import io.migawari.simulator.http.RequestIds;
import io.migawari.simulator.http.Routes;
import io.migawari.simulator.http.Stamps;
import io.migawari.simulator.truth.Ids;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Keystone v3: sign-in with a password or an application credential, and the validation of tokens. Its words were seen on
 * Keystone 22. Safe for any thread.
 */
public final class IdentityApi {

    private final Identity identity;
    private final Catalogue catalogue;

    public IdentityApi(Identity identity, Catalogue catalogue) {
        this.identity = identity;
        this.catalogue = catalogue;
    }

    public void addTo(Routes routes) {
        for (String slash : new String[] {"", "/"}) {
            routes.add("GET", "/identity" + slash, call -> finish(Answer.json(300, versions(call))));
            routes.add("GET", "/identity/v3" + slash, call -> finish(Answer.json(200, versionThree(call))));
        }
        routes.add("POST", "/identity/v3/auth/tokens", call -> finish(signIn(call)));
        routes.add("GET", "/identity/v3/auth/tokens", call -> finish(validate(call)));
    }

    private Answer signIn(Call call) {
        JsonNode auth = call.json().map(body -> body.path("auth")).orElseGet(JsonNodeFactory.instance::missingNode);
        JsonNode method = auth.path("identity").path("methods").path(0);
        if (!method.isTextual()) {
            return error(400, "Bad Request", "'identity' is a required property");
        }
        JsonNode proof = auth.path("identity").path(method.textValue());
        return switch (method.textValue()) {
            case "password" -> signInWithPassword(call, auth, proof);
            case "application_credential" -> signInWithCredential(call, proof);
            default -> expecting(method.textValue(), "identity");
        };
    }

    private Answer signInWithPassword(Call call, JsonNode auth, JsonNode proof) {
        JsonNode who = proof.path("user");
        if (!who.isObject()) {
            return expecting("password", "identity");
        }
        if (!who.has("id") && !who.has("domain")) {
            return expecting("domain", "user");
        }
        JsonNode scope = auth.path("scope").path("project");
        boolean isForTheSystem = auth.path("scope").path("system").path("all").asBoolean();
        Token.Scope wanted =
                isForTheSystem ? Token.Scope.SYSTEM : scope.isMissingNode() ? Token.Scope.NONE : Token.Scope.PROJECT;
        return identity.user(user -> is(user, who), who.path("password").asText())
                .filter(user -> scope.isMissingNode() || isProject(user, scope))
                .filter(user -> !isForTheSystem || !user.systemRoles().isEmpty())
                .flatMap(user -> identity.signIn(user, "password", wanted))
                .map(token -> created(call, token))
                .orElseGet(() -> unauthorized(call));
    }

    private Answer signInWithCredential(Call call, JsonNode proof) {
        String id = proof.path("id").asText();
        Optional<ApplicationCredential> credential = proof.has("id")
                ? identity.credential(candidate -> candidate.id().equals(id))
                : identity.credential(
                        candidate -> candidate.name().equals(proof.path("name").asText())
                                && is(candidate.user(), proof.path("user")));
        if (credential.isEmpty()) {
            String which = proof.has("id") ? id : proof.path("name").asText();
            return error(404, "Not Found", "Could not find Application Credential: " + which + ".");
        }
        return credential
                .filter(found -> found.secret().equals(proof.path("secret").asText()))
                .flatMap(found -> identity.signIn(found.user(), "application_credential", Token.Scope.PROJECT))
                .map(token -> created(call, token))
                .orElseGet(() -> unauthorized(call));
    }

    private Answer validate(Call call) {
        if (call.header("X-Auth-Token").flatMap(identity::token).isEmpty()) {
            return unauthorized(call);
        }
        Optional<String> subject = call.header("X-Subject-Token");
        if (subject.isEmpty()) {
            return error(404, "Not Found", "No token in the request");
        }
        return subject.flatMap(identity::token)
                .map(token -> Answer.json(200, describe(call, token)).with("X-Subject-Token", token.value()))
                .orElseGet(() -> error(404, "Not Found", "Could not recognize Fernet token"));
    }

    private Answer created(Call call, Token token) {
        return Answer.json(201, describe(call, token)).with("X-Subject-Token", token.value());
    }

    private ObjectNode describe(Call call, Token token) {
        User user = token.user();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode described = body.putObject("token");
        described.putArray("methods").add(token.method());
        ObjectNode who = described.putObject("user");
        domain(who);
        who.put("id", user.id()).put("name", user.name()).putNull("password_expires_at");
        described.putArray("audit_ids").add(Ids.hex("audit", token.value()).substring(0, 22));
        described
                .put("expires_at", Stamps.stored(token.expiresAt()) + "Z")
                .put("issued_at", Stamps.stored(token.issuedAt()) + "Z");
        if (token.scope() == Token.Scope.SYSTEM) {
            described.putObject("system").put("all", true);
        }
        if (token.scope() == Token.Scope.PROJECT) {
            ObjectNode project = described.putObject("project");
            domain(project);
            project.put("id", user.projectId()).put("name", user.project());
            described.put("is_domain", false);
        }
        if (token.scope() != Token.Scope.NONE) {
            ArrayNode roles = described.putArray("roles");
            for (String role : new TreeSet<>(token.roles())) {
                roles.addObject().put("id", Ids.hex("role", role)).put("name", role);
            }
            if (call.query("nocatalog").isEmpty()) {
                catalogue.describe(described.putArray("catalog"), call.address(), token);
            }
        }
        return body;
    }

    private static void domain(ObjectNode owner) {
        owner.putObject("domain").put("id", "default").put("name", "Default");
    }

    private static boolean is(User user, JsonNode who) {
        return who.has("id")
                ? user.id().equals(who.path("id").asText())
                : user.name().equals(who.path("name").asText()) && isDefaultDomain(who.path("domain"));
    }

    private static boolean isProject(User user, JsonNode project) {
        return project.has("id")
                ? user.projectId().equals(project.path("id").asText())
                : user.project().equals(project.path("name").asText()) && isDefaultDomain(project.path("domain"));
    }

    private static boolean isDefaultDomain(JsonNode domain) {
        return domain.path("id").asText().equals("default")
                || domain.path("name").asText().equals("Default");
    }

    private static ObjectNode versions(Call call) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("versions").putArray("values").add(versionThree(call).path("version"));
        return body;
    }

    private static ObjectNode versionThree(Call call) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode version = body.putObject("version");
        version.put("id", "v3.14").put("status", "stable").put("updated", "2020-04-07T00:00:00Z");
        version.putArray("links").addObject().put("rel", "self").put("href", call.address() + "/identity/v3/");
        version.putArray("media-types")
                .addObject()
                .put("base", "application/json")
                .put("type", "application/vnd.openstack.identity-v3+json");
        return body;
    }

    private static Answer unauthorized(Call call) {
        return error(401, "Unauthorized", "The request you have made requires authentication.")
                .with("WWW-Authenticate", TokenCheck.challenge(call));
    }

    private static Answer expecting(String what, String where) {
        return error(
                400,
                "Bad Request",
                "Expecting to find " + what + " in " + where
                        + ". The server could not comply with the request since it is either malformed or otherwise"
                        + " incorrect. The client is assumed to be in error.");
    }

    private static Answer error(int status, String title, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error").put("code", status).put("message", message).put("title", title);
        return Answer.json(status, body);
    }

    private static Answer finish(Answer answer) {
        return answer.with("Vary", "X-Auth-Token").with("x-openstack-request-id", RequestIds.next());
    }
}
