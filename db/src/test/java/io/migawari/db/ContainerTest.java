// SPDX-License-Identifier: Apache-2.0
package io.migawari.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.migawari.config.DatabaseSettings;
import io.migawari.config.Secret;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.mariadb.MariaDBContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The schema on the MariaDB versions that our users have, in containers: only where Docker is. Other images can be named in
 * {@code MIGAWARI_TEST_MARIADB_IMAGES}, separated by commas.
 */
class ContainerTest {

    /** The long-term releases that distributions and kolla ship. */
    private static final List<String> IMAGES = List.of("mariadb:10.6", "mariadb:10.11", "mariadb:11.8");

    @BeforeAll
    static void onlyWithDocker() {
        boolean available = DockerClientFactory.instance().isDockerAvailable();
        if (!available) {
            System.out.println("[INFO] No Docker here: the schema is not tested on other MariaDB versions");
        }
        assumeTrue(available, "Docker is not available");
    }

    static Stream<String> images() {
        return Optional.ofNullable(System.getenv("MIGAWARI_TEST_MARIADB_IMAGES"))
                .map(names -> Arrays.stream(names.split(",")))
                .orElseGet(IMAGES::stream);
    }

    @ParameterizedTest
    @MethodSource("images")
    void theSchemaIsCreatedAndItsRulesHold(String image) {
        try (var container = new MariaDBContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("mariadb"))) {
            container.start();
            var settings = new DatabaseSettings(
                    container.getJdbcUrl(),
                    container.getUsername(),
                    new Secret(container.getPassword()),
                    4,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20));
            try (var database = Database.open(settings, "container")) {
                var schema = new Schema(database);
                assertThat(schema.migrate()).isEqualTo(SchemaTest.VERSIONS.size());
                assertThat(schema.state()).isEqualTo(new Schema.State.Current(SchemaTest.NEWEST));
                SchemaRules.check(database);
            }
        }
    }
}
