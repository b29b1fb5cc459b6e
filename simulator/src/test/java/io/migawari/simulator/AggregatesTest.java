// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.simulator.truth.Ids;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AggregatesTest {

    private final World world = new World();
    private final int number = world.cloud.addAggregate("ha", List.of("compute1", "compute2"));

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theListHasNovasKeys() {
        JsonNode aggregates = world.nova.get("/os-aggregates").json().path("aggregates");

        assertThat(aggregates.findValuesAsText("name")).containsExactly("nova2", "ha");
        assertThat(aggregates.path(0).toString()).isEqualTo("""
                        {"id":1,"uuid":"%s","name":"nova2","hosts":["compute4"],\
                        "metadata":{"availability_zone":"nova2"},"created_at":"2026-11-21T00:00:00.000000",\
                        "updated_at":null,"deleted_at":null,"deleted":false,"availability_zone":"nova2"}""".formatted(Ids.uuid("aggregate", 1)));
        assertThat(world.nova
                        .at("2.40")
                        .get("/os-aggregates")
                        .json()
                        .path("aggregates")
                        .path(0)
                        .has("uuid"))
                .isFalse();
    }

    @Test
    void anAggregateIsCreatedOnce() {
        Reply created = world.nova.post(
                "/os-aggregates", "{\"aggregate\": {\"name\": \"new\", \"availability_zone\": \"az\"}}");
        assertThat(created.status()).isEqualTo(200);
        assertThat(created.json().path("aggregate").path("id").asInt()).isEqualTo(3);
        assertThat(created.json().path("aggregate").has("hosts")).isFalse();

        Reply again = world.nova.post("/os-aggregates", "{\"aggregate\": {\"name\": \"new\"}}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.words()).isEqualTo("Aggregate new already exists.");
        assertThat(world.nova.post("/os-aggregates", "{\"aggregate\": {}}").words())
                .isEqualTo("Invalid input for field/attribute aggregate. Value: {}. 'name' is a required property");
    }

    @Test
    void aHostIsAddedAndRemoved() {
        Reply added = act("add_host", "compute3");
        assertThat(added.status()).isEqualTo(200);
        assertThat(hosts(added)).containsExactly("compute1", "compute2", "compute3");

        Reply again = act("add_host", "compute3");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.words()).isEqualTo("Aggregate 2 already has host compute3.");

        assertThat(hosts(act("remove_host", "compute3"))).containsExactly("compute1", "compute2");
        Reply gone = act("remove_host", "compute3");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.words()).isEqualTo("Cannot remove host compute3 in aggregate 2");
    }

    @Test
    void aHostIsInOneZoneOnly() {
        world.nova.post("/os-aggregates", "{\"aggregate\": {\"name\": \"new\", \"availability_zone\": \"az\"}}");

        Reply refused = world.nova.post("/os-aggregates/3/action", "{\"add_host\": {\"host\": \"compute4\"}}");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.words())
                .isEqualTo(
                        "Cannot add host to aggregate 3. Reason: One or more hosts already in availability zone(s) ['nova2'].");
        assertThat(act("add_host", "compute4").status()).isEqualTo(200);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(act("add_host", "nosuch").words()).isEqualTo("Compute host nosuch could not be found.");
        assertThat(world.nova
                        .post("/os-aggregates/99/action", "{\"add_host\": {\"host\": \"compute1\"}}")
                        .words())
                .isEqualTo("Aggregate 99 could not be found.");
        assertThat(world.nova
                        .post("/os-aggregates/99/action", "{\"remove_host\": {\"host\": \"compute1\"}}")
                        .words())
                .isEqualTo("Cannot remove host compute1 in aggregate 99");
        assertThat(world.nova
                        .post("/os-aggregates/x/action", "{\"add_host\": {\"host\": \"compute1\"}}")
                        .words())
                .isEqualTo("Invalid input received: id must be an integer");
    }

    @Test
    void theHypervisorsAreListed() {
        world.addServer("web", "compute1");
        world.cloud.disableService("compute1", "x");

        JsonNode first = world.nova
                .get("/os-hypervisors/detail")
                .json()
                .path("hypervisors")
                .path(0);

        assertThat(first.path("hypervisor_hostname").asText()).isEqualTo("compute1");
        assertThat(first.path("status").asText()).isEqualTo("disabled");
        assertThat(first.path("service").path("id").asText()).isEqualTo(Ids.uuid("service", 3));
        assertThat(first.path("running_vms").asInt()).isEqualTo(1);
        assertThat(world.nova
                        .at("2.88")
                        .get("/os-hypervisors/detail")
                        .json()
                        .path("hypervisors")
                        .path(0)
                        .has("vcpus"))
                .isFalse();
    }

    private Reply act(String action, String host) {
        return world.nova.post(
                "/os-aggregates/" + number + "/action", "{\"%s\": {\"host\": \"%s\"}}".formatted(action, host));
    }

    private static List<String> hosts(Reply reply) {
        List<String> hosts = new ArrayList<>();
        reply.json().path("aggregate").path("hosts").forEach(host -> hosts.add(host.asText()));
        return hosts;
    }
}
