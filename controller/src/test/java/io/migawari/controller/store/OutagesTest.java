// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Deaths;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.store.Registry.NewHost;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who counts as out, in a cloud of two segments with many hosts. */
class OutagesTest extends StoreTest {

    private static final int HOSTS = 300;

    private final Segment rack2 = segment("rack2");

    OutagesTest() {
        for (int i = 1; i <= HOSTS; i++) {
            done(registry.create(
                    rack2.id(), new NewHost(new HostName("other" + i), "COMPUTE", "none", false, false), NOW));
        }
        accept(stopped("compute1", NOW, "UNKNOWN"));
    }

    private Surroundings around() {
        IncidentId first = incidents.list(false, HOSTS).stream()
                .reduce((newer, older) -> older)
                .orElseThrow();
        return incidents.surroundings(incidents.find(first).orElseThrow());
    }

    private void close(String host, String kind) {
        database.inTransaction(handle -> handle.execute(
                "UPDATE incident i JOIN host h ON h.number = i.host SET i.phase = 'RECOVERED', i.closed_at = ? "
                        + "WHERE h.name = ? AND i.kind = ?",
                NOW,
                host,
                kind));
    }

    private void awaitReturn(String host) {
        database.inTransaction(handle -> handle.execute(
                "INSERT INTO incident (id, host, kind, failure, opened_at, phase, words) "
                        + "SELECT ?, i.host, 'RETURN', i.number, ?, 'AWAY', 'away' FROM incident i "
                        + "JOIN host h ON h.number = i.host WHERE h.name = ? AND i.kind = 'HOST'",
                IncidentId.random().toString(),
                NOW,
                host));
    }

    @Test
    void aHostIsOutFromItsFirstReportUntilItIsBack() {
        for (int i = 1; i <= 40; i++) {
            accept(stopped("other" + i, NOW, "NORMAL"));
        }
        accept(stopped("compute2", NOW, "NORMAL"));
        assertThat(around().outages()).isEqualTo(new Outages(2, 3, 42, 3 + HOSTS, Optional.empty()));

        close("compute2", "HOST");
        awaitReturn("compute2");
        assertThat(around().outages().inSegment()).isEqualTo(2);

        close("compute2", "RETURN");
        assertThat(around().outages().inSegment()).isEqualTo(1);
    }

    @Test
    void aHostWithTwoIncidentsIsOutOnce() {
        accept(stopped("compute2", NOW, "NORMAL"));
        awaitReturn("compute2");

        assertThat(around().outages().inSegment()).isEqualTo(2);
    }

    @Test
    void instancesAndProcessesThatAreDownMakeNoHostOut() {
        accept(ServerId.random(), "compute2", NOW);
        acceptProcess("compute2", "libvirtd", NOW);

        assertThat(around().outages().inSegment()).isEqualTo(1);
    }

    @Test
    void aHostThatIsNobodysAnyMoreDoesNotCount() {
        done(registry.delete(
                registry.hostByName(new HostName("compute2")).orElseThrow().id(), NOW));

        assertThat(around().outages()).isEqualTo(new Outages(1, 2, 1, 2 + HOSTS, Optional.empty()));
    }

    @Test
    void aStormThatHasHeldAnIncidentOfTheSegmentIsRememberedAndNotOneElsewhere() {
        accept(stopped("compute2", NOW, "NORMAL"));
        accept(stopped("other1", NOW, "NORMAL"));
        database.inTransaction(handle -> handle.execute(
                "UPDATE incident i JOIN host h ON h.number = i.host SET i.storm_seen_at = ? + INTERVAL IF(h.name = 'other1', 60, 0) SECOND "
                        + "WHERE h.name IN ('compute2', 'other1')",
                NOW.plusSeconds(7)));
        close("compute2", "HOST");

        assertThat(around().outages().stormSeenAt()).contains(NOW.plusSeconds(7));
    }

    @Test
    void openIncidentsAreFoundByAnIndexAndNotByReadingAllOfThem() {
        String plan = database.inTransaction(handle -> handle
                .select("EXPLAIN SELECT DISTINCT host FROM incident WHERE open AND kind IN ('HOST', 'RETURN')")
                .mapToMap()
                .stream()
                .map(String::valueOf)
                .collect(Collectors.joining()));
        assertThat(plan).contains("incident_open");
        String storm = database.inTransaction(handle -> handle
                .select("EXPLAIN SELECT MAX(i.storm_seen_at) FROM incident i JOIN host s ON s.number = i.host "
                        + "WHERE i.kind = 'HOST' AND i.storm_seen_at IS NOT NULL AND s.segment = 1")
                .mapToMap()
                .stream()
                .map(String::valueOf)
                .collect(Collectors.joining()));
        assertThat(storm).contains("incident_storm");
    }

    @Test
    void instancesThatDiedOfLateAreCountedForAnInstance() {
        java.time.Instant now = new io.migawari.time.SystemTime().now();
        for (int i = 0; i < 5; i++) {
            accept(ServerId.random(), "compute2", now.minusSeconds(10));
        }
        accept(ServerId.random(), "compute2", now.minusSeconds(70));
        accept(ServerId.random(), "other1", now);
        acceptProcess("compute2", "libvirtd", now);
        ServerId server = ServerId.random();
        accept(server, "compute1", now);
        IncidentId newest = incidents.list(true, 1).get(0);

        assertThat(incidents.surroundings(incidents.find(newest).orElseThrow()).deaths())
                .isEqualTo(new Deaths(6, Optional.empty()));
        assertThat(around().deaths()).isEqualTo(Deaths.none()); // it is about a host
    }

    @Test
    void formerFailuresAreThoseThatWereNotCalledOffNewestFirst() {
        accept(stopped("compute2", NOW, "NORMAL"));
        for (int i = 1; i <= 3; i++) {
            close("compute2", "HOST");
            accept(stopped("compute2", NOW.plusSeconds(60L * i), "NORMAL"));
        }
        database.inTransaction(handle -> handle.execute(
                "UPDATE incident i JOIN host h ON h.number = i.host SET i.phase = 'DISMISSED' "
                        + "WHERE h.name = 'compute2' AND i.opened_at = ?",
                NOW.plusSeconds(60)));
        IncidentId newest = incidents.list(true, 1).get(0);

        assertThat(incidents.surroundings(incidents.find(newest).orElseThrow()).formerFailures())
                .containsExactly(NOW.plusSeconds(120), NOW);
    }
}
