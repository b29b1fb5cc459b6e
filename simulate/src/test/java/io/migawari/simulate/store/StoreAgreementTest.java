// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.DatabaseSettings;
import io.migawari.config.Secret;
import io.migawari.controller.decision.Decision;
import io.migawari.controller.decision.Inputs;
import io.migawari.controller.decision.Surroundings;
import io.migawari.controller.model.Cancellation;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.Lease;
import io.migawari.controller.store.LeaseLostException;
import io.migawari.controller.store.MariaDbIncidents;
import io.migawari.controller.store.MariaDbNotifications;
import io.migawari.controller.store.MariaDbRegistry;
import io.migawari.controller.store.Meaning;
import io.migawari.controller.store.Notifications;
import io.migawari.controller.store.Registry;
import io.migawari.controller.store.Report;
import io.migawari.db.Database;
import io.migawari.db.Schema;
import io.migawari.embeddeddb.EmbeddedMariaDb;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the store of scenarios to the one in MariaDB: told the same, both answer the same. */
class StoreAgreementTest {

    private static final Instant NOW = Instant.parse("2026-11-20T03:00:00Z");
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final ServerId SERVER = ServerId.parse("11111111-1111-1111-1111-111111111111");

    private record Side(Notifications notifications, Incidents incidents) {}

    private static Side inMariaDb(Database database) {
        new Schema(database).migrate();
        var registry = new MariaDbRegistry(database);
        var segment = ((Registry.Change.Done<io.migawari.controller.model.Segment>) registry.create(
                        new Registry.NewSegment("rack1", RecoveryMethod.AUTO, "compute", true, Optional.empty()), NOW))
                .value();
        for (int i = 1; i <= 4; i++) {
            registry.create(
                    segment.id(),
                    new Registry.NewHost(new HostName("compute" + i), "COMPUTE", "none", i == 3, i == 4),
                    NOW);
        }
        return new Side(new MariaDbNotifications(database), new MariaDbIncidents(database));
    }

    private static Side inMemory() {
        var store = new MemoryStore(() -> NOW, new MemoryStore.Watcher() {
            @Override
            public void told(Incident incident, String words) {}

            @Override
            public void intended(Incident incident, JournalEntry entry) {}

            @Override
            public void ended(Incident incident, JournalEntry entry) {}

            @Override
            public void changed(Incident after) {}
        });
        var segment = store.addSegment("rack1", RecoveryMethod.AUTO, true);
        for (int i = 1; i <= 4; i++) {
            store.addHost(segment.id(), new HostName("compute" + i), i == 3, i == 4);
        }
        return new Side(new MemoryNotifications(store), new MemoryIncidents(store));
    }

    private static String host(Side side, String host, int second, String event, String status) {
        Instant at = NOW.plusSeconds(second);
        var report = new Report(
                NotificationType.COMPUTE_HOST,
                new HostName(host),
                at,
                Map.of("event", event, "host_status", status),
                Map.of());
        var kind = event.equals("STARTED") ? Evidence.Kind.REPORTED_STARTED : Evidence.Kind.POWER_READ_AS_OFF;
        var evidence = new Evidence(kind, "monitor", at, event + status);
        return words(side.notifications()
                .accept(
                        report,
                        event.equals("STARTED") ? new Meaning.HostRuns(evidence) : new Meaning.HostFailed(evidence),
                        at));
    }

    private static String process(Side side, String host, int second, boolean stopped) {
        Instant at = NOW.plusSeconds(second);
        var report = new Report(
                NotificationType.PROCESS,
                new HostName(host),
                at,
                Map.of("event", stopped ? "STOPPED" : "STARTED", "process_name", "libvirtd"),
                Map.of());
        var evidence = new Evidence(
                stopped ? Evidence.Kind.PROCESS_STOPPED : Evidence.Kind.PROCESS_STARTED,
                "monitor",
                at,
                "said so",
                Optional.of("libvirtd"));
        return words(side.notifications()
                .accept(
                        report,
                        stopped ? new Meaning.ProcessStopped(evidence) : new Meaning.ProcessRuns(evidence),
                        at));
    }

    private static String guest(Side side, String host, int second) {
        Instant at = NOW.plusSeconds(second);
        var report = new Report(
                NotificationType.VM,
                new HostName(host),
                at,
                Map.of("instance_uuid", SERVER.toString(), "event", "X"),
                Map.of());
        var evidence = new Evidence(Evidence.Kind.INSTANCE_FAILED, "monitor", at, "has died");
        return words(side.notifications().accept(report, new Meaning.InstanceFailed(SERVER, evidence), at));
    }

    private static String words(Acceptance acceptance) {
        return acceptance instanceof Acceptance.Stored stored
                ? "stored " + stored.notification().status() + " "
                        + stored.notification().incident().isPresent()
                : acceptance.getClass().getSimpleName();
    }

    private static String words(Surroundings around) {
        return around.reportedDead().stream().sorted().toList() + " " + around.provenDead() + " "
                + around.takenByOthers() + " " + around.usedByOthers() + " " + around.withProcessesDown() + " "
                + around.outages() + " " + around.deaths().stormSeenAt() + " " + around.formerFailures() + " "
                + around.restarts() + " " + around.hosts().size();
    }

    /** Of a host that was reported, of one with failures of another sort, of one that is not there. */
    private static String openFailures(Side side) {
        return Stream.of("compute1", "compute2", "compute9")
                .map(host -> side.incidents().openFailureOf(new HostName(host)))
                .map(failure -> failure.map(incident -> incident.host() + " " + incident.phase())
                        .orElse("none"))
                .collect(Collectors.joining(", ", "open failures: ", ""));
    }

    /** Everything that a report can meet, and what two controllers can do to each other. */
    private static List<String> play(Side side) throws LeaseLostException {
        List<String> said = new ArrayList<>();
        said.add(host(side, "compute1", 0, "STARTED", "NORMAL"));
        said.add(host(side, "compute1", 1, "STOPPED", "UNKNOWN"));
        said.add(host(side, "compute1", 1, "STOPPED", "UNKNOWN"));
        said.add(host(side, "compute1", 2, "STOPPED", "UNKNOWN"));
        said.add(host(side, "compute1", 3, "STOPPED", "NORMAL"));
        said.add(host(side, "compute1", 4, "STARTED", "NORMAL"));
        said.add(host(side, "compute4", 4, "STOPPED", "NORMAL"));
        said.add(host(side, "compute9", 4, "STOPPED", "NORMAL"));
        said.add(process(side, "compute2", 5, true));
        said.add(process(side, "compute2", 6, true));
        said.add(process(side, "compute2", 7, false));
        said.add(process(side, "compute2", 8, false));
        said.add(process(side, "compute4", 8, false));
        said.add(guest(side, "compute2", 9));
        said.add(guest(side, "compute2", 10));
        List<Lease> leases = new ArrayList<>(side.incidents().claim("north", LONG));
        leases.sort(Comparator.comparing(
                lease -> side.incidents().find(lease.incident()).orElseThrow().openedAt()));
        said.add("dead since " + side.notifications().deadSince(new HostName("compute1")) + " "
                + side.notifications().deadSince(new HostName("compute2")) + " "
                + side.notifications().deadSince(new HostName("compute9")) + " "
                + side.notifications().lastSignOfLife(new HostName("compute1")));
        said.add("claimed " + leases.size() + " and "
                + side.incidents().claim("south", LONG).size());
        said.add(openFailures(side));
        for (Lease lease : leases) {
            Incident incident = side.incidents().read(lease);
            said.add(incident.host() + " " + incident.phase() + " "
                    + incident.evidence().size() + " " + incident.subject().kind());
            said.add(words(side.incidents().surroundings(incident)));
        }
        Lease ofGuest = leases.get(2);
        Incident incident = side.incidents().read(ofGuest);
        List<JournalEntry> entries = side.incidents()
                .record(
                        ofGuest,
                        incident,
                        new Decision(
                                incident,
                                List.of(new Step.Start(SERVER)),
                                List.of(),
                                Duration.ZERO,
                                new Inputs(Map.of())),
                        NOW.plusSeconds(12));
        side.incidents()
                .recordOutcome(
                        ofGuest,
                        entries.get(0).number(),
                        new Outcome.Accepted(Optional.of("req-1")),
                        NOW.plusSeconds(13));
        said.add(guest(side, "compute2", 11));
        said.add(guest(side, "compute2", 14));
        said.add(side.incidents().read(ofGuest).journal().get(0).outcome().toString());
        Lease ofHost = leases.get(0);
        Incident closing =
                side.incidents().read(ofHost).edit().phase(Phase.CLOSING).done();
        side.incidents()
                .record(
                        ofHost,
                        side.incidents().read(ofHost),
                        new Decision(closing, List.of(), List.of(), Duration.ZERO, new Inputs(Map.of())),
                        NOW.plusSeconds(14));
        said.add(words(side.incidents().surroundings(incident)));
        said.add("called off "
                + side.incidents().cancel(ofHost.incident(), new Cancellation("ann", "no", NOW))
                + side.incidents().cancel(ofHost.incident(), new Cancellation("ben", "no", NOW)));
        said.add(words(side.incidents().surroundings(incident)));
        said.add(openFailures(side));
        side.incidents().release("north");
        said.add("again " + side.incidents().claim("south", LONG).size());
        try {
            side.incidents().read(ofHost);
            said.add("read by one who has lost it");
        } catch (LeaseLostException e) {
            said.add("lost");
        }
        side.incidents().story(ofHost.incident(), 0).forEach(line -> said.add(line.words()));
        return said;
    }

    @Test
    void bothStoresAnswerTheSame() throws LeaseLostException {
        try (var server = EmbeddedMariaDb.start(Path.of("target/mariadb"))) {
            server.createDatabase("agreement");
            var settings = new DatabaseSettings(
                    server.url("agreement"),
                    server.user(),
                    new Secret(server.password()),
                    4,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20));
            try (var database = Database.open(settings, "agreement")) {
                assertThat(play(inMemory())).isEqualTo(play(inMariaDb(database)));
            }
        }
    }
}
