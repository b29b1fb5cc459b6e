// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.SignOfLife;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignsOfLifeTest extends StoreTest {

    private static final HostName COMPUTE1 = new HostName("compute1");

    private final SignsOfLife signs = new MariaDbSignsOfLife(database);

    private Optional<SignOfLife> newest() {
        accept(stopped("compute1", NOW, "NORMAL"));
        Incident incident = incidents.list(true, 10).stream()
                .flatMap(id -> incidents.find(id).stream())
                .filter(found -> found.subject().kind().equals("host"))
                .findFirst()
                .orElseThrow();
        return incidents.surroundings(incident).signOfLife();
    }

    private void said(Instant at) {
        signs.given(COMPUTE1, "host-monitor");
        database.inTransaction(handle -> handle.execute("UPDATE sign_of_life SET at = ?", at));
    }

    @Test
    void aHostThatSaysNothingHasNoSign() {
        signs.given(new HostName("compute2"), "host-monitor");

        assertThat(newest()).isEmpty();
    }

    @Test
    void theNewestOfTheMonitorsCounts() {
        said(NOW.minusSeconds(60));
        assertThat(newest()).contains(new SignOfLife(NOW.minusSeconds(60), "host-monitor"));

        assertThat(signs.given(COMPUTE1, "process-monitor")).isTrue();

        assertThat(newest()).hasValueSatisfying(sign -> {
            assertThat(sign.by()).isEqualTo("process-monitor");
            assertThat(sign.at()).isAfter(NOW.minusSeconds(60));
        });
    }

    @Test
    void aHostOfNoSegmentIsNotTaken() {
        assertThat(signs.given(new HostName("compute77"), "host-monitor")).isFalse();
    }

    @Test
    void whatItsMonitorsReportOfInstancesAndProcessesIsASignToo() {
        said(NOW.minusSeconds(60));
        accept(ServerId.random(), "compute1", NOW.plusSeconds(7));
        acceptProcess("compute1", "libvirtd", NOW.plusSeconds(3));
        acceptProcess("compute2", "libvirtd", NOW.plusSeconds(30));

        assertThat(newest()).contains(new SignOfLife(NOW.plusSeconds(7), "report about an instance"));
    }

    @Test
    void aReportFromTheFutureCountsFromWhenItCameIn() {
        var server = ServerId.random();
        accept(server, "compute1", NOW);
        database.inTransaction(
                handle -> handle.execute("UPDATE notification SET generated_time = ?", NOW.plus(Duration.ofHours(1))));

        assertThat(newest()).contains(new SignOfLife(NOW, "report about an instance"));
    }

    @Test
    void reportsOfLongAgoAreNotLookedAt() {
        acceptProcess("compute1", "libvirtd", NOW.minus(Duration.ofHours(1)));

        assertThat(newest()).isEmpty();
    }
}
