// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamesTest {

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private List<String> named(String pattern) {
        return world.nova
                .get("/servers/detail?all_tenants=1&name=" + pattern)
                .json()
                .path("servers")
                .findValuesAsText("name");
    }

    @Test
    void aNameIsLookedForAsARegularExpressionInAnyCase() {
        world.addServer("web1", "compute1");
        world.addServer("WEB2", "compute1");
        world.addServer("db", "compute1");

        assertThat(named("web")).containsExactly("WEB2", "web1");
        assertThat(named("%5Eweb1%24")).containsExactly("web1");
        assertThat(named("e.1")).containsExactly("web1");
        assertThat(world.nova.get("/servers/detail?name=(").status()).isEqualTo(400);
    }
}
