// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.identity.User;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.truth.Guest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StorageTest {

    private final World world = new World();
    private final String server =
            world.cloud.addServer(ServerSpec.active("web", "compute1").withKind(ServerSpec.Kind.VOLUME));
    private final Client cinder = new Client(
            world.simulator.address(), "/volume/v3/" + User.ADMIN.projectId(), Map.of("X-Auth-Token", world.token()));

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aVolumeStaysAttachedAtItsDeadHostUntilItsServerIsEvacuated() {
        world.loseHost("compute1");
        world.passSeconds(60);
        assertThat(volume()).isEqualTo("in-use at compute1");
        String before = attachment().path("id").asText();

        world.nova.evacuate(server, "compute2");
        world.passMillis(600);
        assertThat(volume()).isEqualTo("reserved");
        assertThat(attachment().path("status").asText()).isEqualTo("reserved");
        world.passMillis(200);
        assertThat(volume()).isEqualTo("attaching");
        world.passSeconds(2);

        assertThat(volume()).isEqualTo("in-use at compute2");
        assertThat(attachment().path("id").asText()).isNotEqualTo(before);
        assertThat(attachment().path("instance").asText()).isEqualTo(server);
        assertThat(world.cloud.ledger().withoutTheirVolume()).isEmpty();
    }

    @Test
    void anUnfencedGuestLosesItsVolumeToTheNewOne() {
        world.cloud.killService("compute1");
        world.change("compute1", "{\"forced_down\": true}");

        world.nova.evacuate(server, "compute2");
        world.passSeconds(2);

        assertThat(world.cloud.ledger().withoutTheirVolume()).containsExactly(new Guest(server, "compute1", true));
    }

    @Test
    void deletingTheServerFreesItsVolume() {
        world.loseHost("compute1");

        world.nova.delete("/servers/" + server);

        assertThat(volume()).isEqualTo("available");
    }

    @Test
    void cinderSpeaksItsOwnVersionsToItsOwnProjects() {
        assertThat(cinder.get("/volumes/detail").json().path("volumes")).isEmpty();
        assertThat(cinder.get("/attachments/detail?all_tenants=1").status()).isEqualTo(404);
        assertThat(cinder.with("OpenStack-API-Version", "volume 3.71")
                        .get("/volumes/detail")
                        .words())
                .isEqualTo("Version 3.71 is not supported by the API. Minimum is 3.0 and maximum is 3.70.");
        Client stranger =
                new Client(world.simulator.address(), "/volume/v3/other", Map.of("X-Auth-Token", world.token()));
        assertThat(stranger.get("/volumes/detail").words()).isEqualTo("Malformed request url");
        assertThat(cinder.with("X-Auth-Token", "bad").get("/volumes/detail").status())
                .isEqualTo(401);
    }

    @Test
    void glanceHasAnImage() {
        Client glance = new Client(world.simulator.address(), "/image/v2", Map.of("X-Auth-Token", world.token()));

        assertThat(glance.get("/images").json().path("images").findValuesAsText("status"))
                .containsExactly("active");
        assertThat(glance.with("X-Auth-Token", "bad").get("/images").status()).isEqualTo(401);
    }

    private String volume() {
        JsonNode volume = cinder.get("/volumes/detail?all_tenants=1")
                .json()
                .path("volumes")
                .path(0);
        JsonNode attachment = volume.path("attachments").path(0);
        return volume.path("status").asText()
                + (attachment.isMissingNode()
                        ? ""
                        : " at " + attachment.path("host_name").asText());
    }

    private JsonNode attachment() {
        return cinder.with("OpenStack-API-Version", "volume 3.27")
                .get("/attachments/detail?all_tenants=1&instance_id=" + server)
                .json()
                .path("attachments")
                .path(0);
    }
}
