// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.migawari.controller.decision.Seen;
import io.migawari.controller.decision.operation.OrderCheck.Checked;
import io.migawari.controller.decision.operation.OrderCheck.Word;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Removal;
import io.migawari.controller.model.cloud.Removal.Quota;
import io.migawari.controller.model.cloud.Resident;
import io.migawari.controller.model.cloud.Room;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.ServerGroup;
import io.migawari.controller.model.cloud.VmState;
import io.migawari.controller.model.operation.Order;
import io.migawari.controller.model.operation.Transfer;
import io.migawari.controller.model.operation.Way;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is refused before it is begun: moves into another zone, and all of a dead host. */
class OrderCheckTest {

    private static final HostName HERE = new HostName("compute1");
    private static final HostName THERE = new HostName("compute4");
    private static final ServerId WEB = new ServerId(new UUID(1, 1));
    private static final ServerId DB = new ServerId(new UUID(1, 2));
    private static final Instant NOW = Instant.parse("2026-11-22T04:00:00Z");
    private static final Word WORD = new Word(true, true);

    private boolean hereUp = true;
    private boolean thereTakes = true;
    private VmState web = VmState.ACTIVE;
    private VmState db = VmState.STOPPED;
    private long freeThere = 4096;
    private final Map<HostName, String> zones = new HashMap<>(Map.of(HERE, "nova", THERE, "zone2"));
    private final Map<String, Quota> quotas = new HashMap<>(Map.of("instances", new Quota(10, 1)));
    private Optional<String> whyNotOurs = Optional.empty();
    private boolean flavorExists = true;
    private final List<ServerGroup> groups = new ArrayList<>();
    private Vicinity vicinity = new Vicinity(Map.of(), Set.of(), Map.of());
    private Seen<Removal> removal = new Seen.NotAsked<>();
    private Optional<String> task = Optional.empty();
    private Seen<Map<ServerId, HostName>> liveMigrations = new Seen.NotAsked<>();

    private Server server(ServerId id, String name, VmState state) {
        return new Server(
                id,
                name,
                Optional.of(HERE),
                state,
                id.equals(WEB) ? task : Optional.empty(),
                state == VmState.ACTIVE,
                true,
                false,
                Map.of(),
                Map.of(),
                Optional.empty());
    }

    private Prospect prospect(List<Server> servers) {
        List<Resident> residents = servers.stream()
                .map(server -> new Resident(
                        server,
                        Map.of("MEMORY_MB", 2048L),
                        Optional.empty(),
                        server.id().equals(DB),
                        Optional.of("nova"),
                        NOW))
                .toList();
        return new Prospect(
                List.of(
                        new ComputeService(HERE, true, hereUp, false, Optional.empty(), Optional.of(NOW)),
                        new ComputeService(THERE, thereTakes, true, false, Optional.empty(), Optional.of(NOW))),
                servers,
                known(zones),
                known(residents),
                known(List.of(new Room(THERE, Map.of("MEMORY_MB", freeThere)))),
                vicinity,
                Power.none(),
                liveMigrations,
                removal,
                known(groups));
    }

    private static <T> Seen<T> known(T value) {
        return new Seen.Known<>(value, NOW);
    }

    private Checked moveZone(String zone, boolean delete) {
        if (!(removal instanceof Seen.Unknown)) {
            removal = known(new Removal(
                    "p1",
                    whyNotOurs,
                    "m1.tiny",
                    flavorExists,
                    Optional.empty(),
                    1,
                    false,
                    true,
                    Map.of("instances", 1L),
                    quotas));
        }
        return OrderCheck.check(
                new Order.MoveZone(WEB, zone, false, delete),
                prospect(List.of(server(WEB, "web", web))),
                List.of(),
                Word.none(),
                NOW);
    }

    private void assertRefused(Checked checked, String why) {
        assertThat(checked.refusals()).singleElement().asString().contains(why);
    }

    @Test
    void aMoveIntoAnotherZoneThatCanBeDoneIsPlannedAndExplained() {
        Checked checked = moveZone("zone2", false);

        assertThat(checked.refusals()).isEmpty();
        assertThat(checked.transfers())
                .singleElement()
                .matches(transfer -> transfer.way() == Way.ZONE && transfer.runs());
        assertThat(String.join(" ", checked.remarks()))
                .contains("another id")
                .contains("stays, stopped")
                .contains("It is locked")
                .contains("other volumes (1)");
        assertThat(String.join(" ", moveZone("zone2", true).remarks())).contains("is deleted when the new one runs");
    }

    @Test
    void theZoneHasToBeAnotherOneThatTakesInstances() {
        assertRefused(moveZone("zone9", false), "no availability zone zone9 with compute hosts; there are nova, zone2");
        assertRefused(moveZone("nova", false), "in nova already");
        freeThere = 1024;
        assertRefused(moveZone("zone2", false), "No host in zone2 has room for web");
        thereTakes = false;
        assertRefused(moveZone("zone2", false), "all of them are down or disabled");
    }

    @Test
    void itsProjectHasToBeOpenToUsAndToHaveRoomForBoth() {
        whyNotOurs = Optional.of("give it a role there");
        assertRefused(moveZone("zone2", false), "give it a role there");
        whyNotOurs = Optional.empty();
        quotas.put("instances", new Quota(1, 1));
        assertRefused(moveZone("zone2", false), "too few instances: 1 needed while both exist, 0 of 1 free");
        quotas.put("instances", new Quota(-1, 1));
        assertThat(moveZone("zone2", false).refusals()).isEmpty();
        flavorExists = false;
        assertRefused(moveZone("zone2", false), "no flavor m1.tiny");
        removal = new Seen.Unknown<>("Cinder is away");
        assertRefused(moveZone("zone2", false), "Cinder is away");
    }

    @Test
    void itsStateItsHostAndItsGroupHaveToAllowIt() {
        web = VmState.PAUSED;
        assertRefused(moveZone("zone2", false), "paused");
        web = VmState.ACTIVE;
        groups.add(new ServerGroup("near", ServerGroup.Policy.AFFINITY, Set.of(WEB, DB)));
        assertRefused(moveZone("zone2", false), "server group near");
        groups.clear();
        groups.add(new ServerGroup("apart", ServerGroup.Policy.ANTI_AFFINITY, Set.of(WEB, DB)));
        assertThat(moveZone("zone2", false).refusals()).isEmpty();
        vicinity = new Vicinity(Map.of(HERE, new Vicinity.Failure(IncidentId.random(), false)), Set.of(), Map.of());
        assertRefused(moveZone("zone2", false), "is about the failure of compute1");
        vicinity = new Vicinity(Map.of(), Set.of(), Map.of());
        hereUp = false;
        assertRefused(moveZone("zone2", false), "takes compute1 for down");
    }

    private Checked evacuateHost(Word word) {
        return OrderCheck.check(
                new Order.EvacuateHost(HERE, List.of(THERE)),
                prospect(List.of(server(WEB, "web", web), server(DB, "db", db))),
                List.of(),
                word,
                NOW);
    }

    @Test
    void allOfADeadHostIsPlannedWhenAPersonVouchesForItsDeath() {
        zones.put(THERE, "nova");
        hereUp = false;
        Checked checked = evacuateHost(WORD);

        assertThat(checked.refusals()).isEmpty();
        assertThat(checked.transfers())
                .extracting(Transfer::serverName, Transfer::way, Transfer::runs)
                .containsExactly(tuple("web", Way.EVACUATE, true), tuple("db", Way.EVACUATE, false));
    }

    @Test
    void aHostThatMayLiveIsNotEvacuated() {
        zones.put(THERE, "nova");
        assertRefused(
                evacuateHost(WORD), "compute1 is alive, as Nova sees it: evacuated from there, its instances would");
        hereUp = false;
        assertRefused(evacuateHost(new Word(false, true)), "--confirm-dead");
        assertRefused(evacuateHost(new Word(true, false)), "The root disk of web is no volume");
        vicinity = new Vicinity(Map.of(HERE, new Vicinity.Failure(IncidentId.random(), false)), Set.of(), Map.of());
        assertRefused(evacuateHost(WORD), "is about the failure of compute1");
    }

    @Test
    void whatCannotBeEvacuatedIsLeftAndNamed() {
        zones.put(THERE, "nova");
        hereUp = false;
        web = VmState.SUSPENDED;
        Checked checked = evacuateHost(new Word(true, false));

        assertThat(checked.refusals()).isEmpty();
        assertThat(checked.remarks()).anyMatch(remark -> remark.startsWith("web is left where it is"));
        assertThat(checked.transfers())
                .extracting(Transfer::state)
                .containsExactlyInAnyOrder(Transfer.State.LEFT, Transfer.State.PLANNED);
    }

    private Checked evacuateWeb(Optional<HostName> to) {
        return OrderCheck.check(
                new Order.MoveServer(Way.EVACUATE, WEB, to),
                prospect(List.of(server(WEB, "web", web))),
                List.of(),
                WORD,
                NOW);
    }

    @Test
    void oneThatWasMigratingLiveGoesOnlyWhereItWasGoing() {
        zones.put(THERE, "nova");
        hereUp = false;
        task = Optional.of("migrating");
        assertRefused(evacuateWeb(Optional.empty()), "it cannot be seen where to");

        liveMigrations = known(Map.of(WEB, THERE));
        assertThat(evacuateWeb(Optional.empty()).transfers())
                .singleElement()
                .matches(transfer -> transfer.wishes().equals(List.of(THERE)));
        assertThat(evacuateWeb(Optional.of(THERE)).refusals()).isEmpty();
        assertRefused(evacuateWeb(Optional.of(new HostName("compute5"))), "could run twice. Use --to compute4");

        Checked all = evacuateHost(WORD);
        assertThat(all.refusals()).isEmpty();
        assertThat(all.transfers()).allMatch(transfer -> transfer.wishes().equals(List.of(THERE)));
        assertThat(all.remarks()).anyMatch(remark -> remark.contains("web was migrating live to compute4"));

        liveMigrations = known(Map.of());
        assertThat(evacuateWeb(Optional.empty()).transfers())
                .singleElement()
                .matches(transfer -> transfer.wishes().isEmpty());
    }
}
