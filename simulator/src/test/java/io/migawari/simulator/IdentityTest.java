// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.identity.ApplicationCredential;
import io.migawari.simulator.identity.User;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdentityTest {

    private final World world = new World();
    private final Client keystone = new Client(world.simulator.address(), "/identity/v3", Map.of());

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aPasswordGivesATokenWithRolesAndCatalogue() {
        Reply reply = Client.signIn(world.simulator, "admin", "admin-secret", "admin");

        assertThat(reply.status()).isEqualTo(201);
        JsonNode token = reply.json().path("token");
        assertThat(token.path("roles").findValuesAsText("name")).containsExactly("admin", "member", "reader");
        assertThat(token.path("project").path("name").asText()).isEqualTo("admin");
        assertThat(token.path("expires_at").asText()).isEqualTo("2026-11-22T00:00:00.000000Z");
        assertThat(url(token, "compute", "public")).isEqualTo(world.simulator.address() + "/compute/v2.1");
        assertThat(url(token, "volumev3", "internal"))
                .isEqualTo(world.simulator.address() + "/volume/v3/"
                        + token.path("project").path("id").asText());
        assertThat(url(token, "identity", "admin"))
                .isEqualTo(world.simulator.identityAddress().toString());
        assertThat(url(token, "instance-ha", "public")).isEmpty();
    }

    @Test
    void theCatalogueShowsTheInstanceHaServiceOnceItIsPublished() {
        world.simulator.publishInstanceHa(URI.create("http://127.0.0.1:15868/v1"));

        JsonNode token = Client.signIn(world.simulator, "admin", "admin-secret", "admin")
                .json()
                .path("token");

        assertThat(url(token, "instance-ha", "internal")).isEqualTo("http://127.0.0.1:15868/v1");
    }

    @Test
    void aWrongPasswordAnUnknownUserAndAWrongProjectAreTheSame401() {
        for (Reply reply : new Reply[] {
            Client.signIn(world.simulator, "admin", "wrong", "admin"),
            Client.signIn(world.simulator, "nobody", "admin-secret", "admin"),
            Client.signIn(world.simulator, "admin", "admin-secret", "nosuch")
        }) {
            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.words()).isEqualTo("The request you have made requires authentication.");
            assertThat(reply.header("WWW-Authenticate"))
                    .isEqualTo("Keystone uri=\"" + world.simulator.identityAddress() + "\"");
        }
        assertThat(world.simulator.identity().signIns()).isEqualTo(1);
    }

    @Test
    void anApplicationCredentialSignsIn() {
        world.simulator
                .identity()
                .addApplicationCredential(new ApplicationCredential("credential1", "mine", "its-secret", User.ADMIN));

        assertThat(signInWithCredential("credential1", "its-secret").status()).isEqualTo(201);
        assertThat(signInWithCredential("credential1", "other").status()).isEqualTo(401);
        assertThat(signInWithCredential("credential2", "its-secret").words())
                .isEqualTo("Could not find Application Credential: credential2.");
    }

    @Test
    void anIncompleteSignInIsABadRequest() {
        assertThat(keystone.post("/auth/tokens", "{\"auth\": {}}").status()).isEqualTo(400);
        assertThat(keystone.post("/auth/tokens", "{\"auth\": {\"identity\": {\"methods\": [\"foo\"]}}}")
                        .words())
                .startsWith("Expecting to find foo in identity.");
        assertThat(keystone.post("/auth/tokens", """
                                {"auth": {"identity": {"methods": ["password"],
                                  "password": {"user": {"name": "admin", "password": "admin-secret"}}}}}""").words()).startsWith("Expecting to find domain in user.");
    }

    @Test
    void aTokenIsValidatedUntilItExpires() {
        world.simulator.identity().setTokenLifetime(Duration.ofMinutes(5));
        String token = world.token();
        world.simulator.identity().setTokenLifetime(Duration.ofHours(1));
        String asker = world.token();

        assertThat(validate(asker, token).status()).isEqualTo(200);
        world.pass(Duration.ofMinutes(5));
        assertThat(validate(asker, token).status()).isEqualTo(404);
        assertThat(validate(token, asker).status()).isEqualTo(401);
        assertThat(keystone.with("X-Auth-Token", asker).get("/auth/tokens").words())
                .isEqualTo("No token in the request");
    }

    @Test
    void aServiceRefusesAnExpiredAndARevokedToken() {
        world.simulator.identity().setTokenLifetime(Duration.ofMinutes(5));
        Client nova = world.novaFor(world.token());
        assertThat(nova.get("/os-services").status()).isEqualTo(200);

        world.pass(Duration.ofMinutes(5));

        Reply reply = nova.get("/os-services");
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.words()).isEqualTo("The request you have made requires authentication.");
        assertThat(world.nova.get("/os-services").status()).isEqualTo(200);

        world.simulator.identity().revokeAllTokens();

        assertThat(world.nova.get("/os-services").status()).isEqualTo(401);
    }

    @Test
    void signInsCanBeRefused() {
        world.simulator.identity().refuseSignIns(true);
        assertThat(Client.signIn(world.simulator, "admin", "admin-secret", "admin")
                        .status())
                .isEqualTo(401);

        world.simulator.identity().refuseSignIns(false);
        assertThat(Client.signIn(world.simulator, "admin", "admin-secret", "admin")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aUserWithoutTheRoleAdminSeesOnlyItsOwnProject() {
        world.simulator.identity().addUser(new User("clerk", "pw", "demo", Set.of("member")));
        Client clerk = world.novaFor(
                Client.signIn(world.simulator, "clerk", "pw", "demo").header("X-Subject-Token"));
        String own = world.addServer("own", "compute1");

        Reply services = clerk.get("/os-services");
        assertThat(services.status()).isEqualTo(403);
        assertThat(services.words()).isEqualTo("Policy doesn't allow os_compute_api:os-services:list to be performed.");
        assertThat(clerk.get("/servers/detail?all_tenants=1").status()).isEqualTo(403);
        assertThat(clerk.get("/servers/detail").json().path("servers").findValuesAsText("name"))
                .containsExactly("own");
        assertThat(clerk.get("/servers/" + own).json().path("server").has("OS-EXT-SRV-ATTR:host"))
                .isFalse();
        assertThat(clerk.evacuate(own, "compute2").words())
                .isEqualTo("Policy doesn't allow os_compute_api:os-evacuate to be performed.");
        assertThat(world.nova.get("/servers/detail").json().path("servers")).isEmpty();
    }

    private Reply validate(String asker, String subject) {
        return keystone.with("X-Auth-Token", asker)
                .with("X-Subject-Token", subject)
                .get("/auth/tokens");
    }

    private Reply signInWithCredential(String id, String secret) {
        return keystone.post("/auth/tokens", """
                {"auth": {"identity": {"methods": ["application_credential"],
                  "application_credential": {"id": "%s", "secret": "%s"}}}}""".formatted(id, secret));
    }

    private static String url(JsonNode token, String type, String kind) {
        for (JsonNode service : token.path("catalog")) {
            for (JsonNode endpoint : service.path("endpoints")) {
                if (service.path("type").asText().equals(type)
                        && endpoint.path("interface").asText().equals(kind)
                        && endpoint.path("region").asText().equals("RegionOne")) {
                    return endpoint.path("url").asText();
                }
            }
        }
        return "";
    }
}
