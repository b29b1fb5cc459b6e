// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.NotificationStatus;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.store.Registry.NewHost;
import io.migawari.time.SystemTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PausesTest extends StoreTest {

    private final Pauses pauses = new MariaDbPauses(database);
    /** The database's own clock decides what an incident is shown. */
    private final Instant now = new SystemTime().now();

    private Pause pause(Pause.Scope scope, Pause.Mode mode, Duration lasting) {
        var pause = new Pause(
                PauseId.random(), scope, mode, "ann", "switch is replaced", now.minusSeconds(5), now.plus(lasting));
        assertThat(pauses.begin(pause)).isTrue();
        return pause;
    }

    private Pause.Scope rack1() {
        return new Pause.Scope.OfSegment(segment.id(), segment.name());
    }

    private static Pause.Scope host(String name) {
        return new Pause.Scope.OfHost(new HostName(name));
    }

    private List<PauseId> seenByCompute1() throws LeaseLostException {
        Lease lease = incidents.claim("me", LONG).get(0);
        return incidents.surroundings(incidents.read(lease)).pauses().stream()
                .map(Pause::id)
                .toList();
    }

    @Test
    void aRecoverySeesThePausesThatCoverItsHostAndNoOthers() throws LeaseLostException {
        Segment rack2 = segment("rack2");
        done(registry.create(rack2.id(), new NewHost(new HostName("compute9"), "COMPUTE", "none", false, false), NOW));
        Pause all = pause(new Pause.Scope.Everything(), Pause.Mode.FREEZE, Duration.ofHours(1));
        Pause ours = pause(rack1(), Pause.Mode.FREEZE, Duration.ofHours(2));
        Pause its = pause(host("compute1"), Pause.Mode.FREEZE, Duration.ofHours(3));
        pause(new Pause.Scope.OfSegment(rack2.id(), "rack2"), Pause.Mode.FREEZE, Duration.ofHours(1));
        pause(host("compute2"), Pause.Mode.FREEZE, Duration.ofHours(1));
        pause(host("compute1"), Pause.Mode.FREEZE, Duration.ofSeconds(-1));
        accept(stopped("compute1", now, "NORMAL"));

        assertThat(seenByCompute1()).containsExactly(its.id(), ours.id(), all.id());
    }

    @Test
    void aPauseThatWasEndedIsOverButNeverForgotten() throws LeaseLostException {
        Pause pause = pause(rack1(), Pause.Mode.FREEZE, Duration.ofHours(1));
        accept(stopped("compute1", now, "NORMAL"));
        var ending = new Pauses.Ending("bob", Optional.of("done"), now);

        assertThat(pauses.end(pause.id(), ending)).isTrue();

        assertThat(pauses.end(pause.id(), ending)).isFalse();
        assertThat(pauses.list(false, now, 10)).isEmpty();
        assertThat(pauses.list(true, now, 10))
                .containsExactly(new Pauses.Kept(truncated(pause), Optional.of(truncated(ending))));
        assertThat(seenByCompute1()).isEmpty();
    }

    /** As the database keeps it. */
    private static Pause truncated(Pause pause) {
        return new Pause(
                pause.id(),
                pause.scope(),
                pause.mode(),
                pause.by(),
                pause.reason(),
                micros(pause.from()),
                micros(pause.until()));
    }

    private static Pauses.Ending truncated(Pauses.Ending ending) {
        return new Pauses.Ending(ending.by(), ending.reason(), micros(ending.at()));
    }

    private static Instant micros(Instant time) {
        return time.truncatedTo(java.time.temporal.ChronoUnit.MICROS);
    }

    @Test
    void aPauseThatIsOverByItsTimeCannotBeEndedAnyMore() {
        Pause pause = pause(rack1(), Pause.Mode.FREEZE, Duration.ofSeconds(-1));

        assertThat(pauses.end(pause.id(), new Pauses.Ending("bob", Optional.empty(), now)))
                .isFalse();
        assertThat(pauses.list(false, now, 10)).isEmpty();
    }

    @Test
    void whatIsNotRegisteredCannotBePaused() {
        assertThat(pauses.begin(new Pause(
                        PauseId.random(), host("compute77"), Pause.Mode.FREEZE, "ann", "x", now, now.plusSeconds(60))))
                .isFalse();
    }

    @Test
    void aHostThatIsRemovedAndMadeAnewComesWithoutItsOldPause() throws LeaseLostException {
        pause(host("compute1"), Pause.Mode.FREEZE, Duration.ofHours(1));
        done(registry.delete(
                registry.hostByName(new HostName("compute1")).orElseThrow().id(), now));
        host("compute1", false);
        accept(stopped("compute1", now, "NORMAL"));

        assertThat(seenByCompute1()).isEmpty();
    }

    @Test
    void whileReportsAreIgnoredTheyAreKeptWithTheReasonAndOpenNothing() {
        Pause pause = pause(rack1(), Pause.Mode.IGNORE, Duration.ofHours(1));

        List<Notification> ignored = List.of(
                stored(accept(stopped("compute1", now, "NORMAL"))),
                stored(accept(ServerId.random(), "compute1", now)),
                stored(acceptProcess("compute1", "libvirtd", now)));

        assertThat(incidents.list(false, 10)).isEmpty();
        assertThat(ignored).allSatisfy(notification -> {
            assertThat(notification.status()).isEqualTo(NotificationStatus.IGNORED);
            assertThat(notification.message())
                    .hasValueSatisfying(words -> assertThat(words)
                            .contains("ann", pause.until().toString().substring(0, 19), "switch"));
        });
        assertThat(pauses.meanwhile(pause.id()).ignored()).isEqualTo(ignored);
        // nor afterwards
        pauses.end(pause.id(), new Pauses.Ending("bob", Optional.empty(), now));
        assertThat(accept(stopped("compute1", now, "NORMAL"))).isEqualTo(new Acceptance.Duplicate());
        assertThat(accept(stopped("compute1", now.plusSeconds(1), "NORMAL"))).isInstanceOf(Acceptance.Stored.class);
        assertThat(incidents.list(true, 10)).hasSize(1);
    }

    private static Notification stored(Acceptance acceptance) {
        return ((Acceptance.Stored) acceptance).notification();
    }

    @Test
    void whatWasOpenBeforeHearsTheReportsThatOthersAreNotOpenedFor() throws LeaseLostException {
        accept(stopped("compute1", now, "UNKNOWN"));
        acceptProcess("compute2", "libvirtd", now);
        pause(new Pause.Scope.Everything(), Pause.Mode.IGNORE, Duration.ofHours(1));

        Notification joined = stored(accept(stopped("compute1", now.plusSeconds(1), "NORMAL")));
        Notification runs = stored(acceptProcess("compute2", "libvirtd", now.plusSeconds(1), false));

        assertThat(joined.incident()).isPresent();
        assertThat(runs.incident()).isPresent();
    }

    @Test
    void aPauseOfOneHostDoesNotIgnoreTheReportsAboutItsNeighbours() {
        pause(host("compute1"), Pause.Mode.IGNORE, Duration.ofHours(1));

        accept(stopped("compute2", now, "NORMAL"));

        assertThat(incidents.list(true, 10)).hasSize(1);
    }

    @Test
    void ofFrozenReportsIncidentsAreMade() {
        pause(rack1(), Pause.Mode.FREEZE, Duration.ofHours(1));

        accept(stopped("compute1", now, "NORMAL"));

        assertThat(incidents.list(true, 10)).hasSize(1);
    }
}
