// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.Trial;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What Prometheus finds at the door. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsTest {

    private final Trial trial = new Trial("auto");

    @AfterAll
    void close() {
        trial.close();
    }

    @Test
    void everyGateAndEveryEndIsThereBeforeItsFirstTime() {
        var answer = trial.send("GET", "/metrics", "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(answer.body())
                .contains(
                        "migawari_incidents_waiting{gate=\"no_proof\"} ",
                        "migawari_incidents_ended_lately{end=\"failed\",kind=\"vm\"} ",
                        "migawari_hosts_out{segment=\"rack1\"} ",
                        "migawari_reserved_hosts_free{segment=\"rack1\"} 0.0",
                        "migawari_database_up 1.0",
                        "migawari_leases_held ",
                        "migawari_build_info{version=",
                        "jvm_memory_used_bytes");
    }
}
