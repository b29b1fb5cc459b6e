// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.migawari.controller.model.Alert;
import io.migawari.controller.model.Alert.Severity;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Phase;
import io.migawari.controller.store.RaisedAlert.Event;
import io.migawari.controller.store.RaisedAlert.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class AlertsTest extends StoreTest {

    private final Alerts alerts = new MariaDbAlerts(database);

    private static Alert device(String name) {
        return new Alert(
                "fencing/" + name,
                Alert.Kind.FENCING_DEVICE,
                Severity.WARNING,
                Optional.empty(),
                Optional.empty(),
                Optional.of("rack1"),
                Optional.empty(),
                name + " does not answer",
                "look at it");
    }

    private void decide(Lease lease, Phase phase, Optional<Gate.Kind> gate) throws LeaseLostException {
        record(lease, in(incidents.read(lease), phase, gate.map(kind -> new Gate(kind, "because", NOW)), NOW));
    }

    private Optional<AlertMessage> claim(String webhook) {
        return alerts.claim(webhook, Severity.WARNING, Duration.ZERO, LONG);
    }

    @Test
    void aGateThatNeedsAPersonIsAnAlertOnceAndIsOverWhenTheGateOpens() throws LeaseLostException {
        Lease lease = leased("me");

        decide(lease, Phase.PROVING, Optional.of(Gate.Kind.NO_PROOF));
        decide(lease, Phase.PROVING, Optional.of(Gate.Kind.NO_PROOF));
        List<RaisedAlert> raised = alerts.list(Severity.WARNING, true, 10);
        decide(lease, Phase.ISOLATING, Optional.empty());

        assertThat(raised).hasSize(1);
        assertThat(raised.get(0).alert().severity()).isEqualTo(Severity.CRITICAL);
        assertThat(raised.get(0).alert().segment()).contains("rack1");
        assertThat(raised.get(0).alert().nextStep()).contains("migawari incident confirm-dead " + lease.incident());
        assertThat(alerts.list(Severity.WARNING, true, 10)).isEmpty();
        assertThat(alerts.list(Severity.WARNING, false, 10).get(0).resolution())
                .contains("It goes on: words of ISOLATING");
    }

    @Test
    void whoWishesIsToldThatAnIncidentIsOpenAndHowItEndsInOrder() throws LeaseLostException {
        Lease lease = leased("me");
        decide(lease, Phase.PROVING, Optional.of(Gate.Kind.NO_PROOF));
        AlertMessage opened =
                alerts.claim("news", Severity.INFO, Duration.ZERO, LONG).orElseThrow();
        assertThat(opened.alert().alert().kind()).isEqualTo(Alert.Kind.OPENED);
        assertThat(alerts.claim("news", Severity.INFO, Duration.ZERO, LONG))
                .as("what is about the same incident waits until it was taken")
                .isEmpty();

        assertThat(claim("hook").orElseThrow().alert().alert().kind())
                .as("that it is open is nothing for those who want to hear of trouble only")
                .isEqualTo(Alert.Kind.WAITING);

        alerts.delivered(opened, NOW);
        AlertMessage waiting =
                alerts.claim("news", Severity.INFO, Duration.ZERO, LONG).orElseThrow();
        alerts.delivered(waiting, NOW);
        decide(lease, Phase.RECOVERED, Optional.empty());
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            AlertMessage message =
                    alerts.claim("news", Severity.INFO, Duration.ZERO, LONG).orElseThrow();
            told.add(message.alert().alert().kind() + " " + message.event() + " "
                    + message.alert().resolution().orElse(""));
            alerts.delivered(message, NOW);
        }

        assertThat(waiting.alert().alert().kind()).isEqualTo(Alert.Kind.WAITING);
        assertThat(told)
                .containsExactlyInAnyOrder(
                        "OPENED RESOLVED Recovered: words of RECOVERED",
                        "WAITING RESOLVED Recovered: words of RECOVERED");
    }

    @Test
    void aGateThatPassesByItselfIsNoAlert() throws LeaseLostException {
        decide(leased("me"), Phase.PROVING, Optional.of(Gate.Kind.WATCHING_FIRST));

        assertThat(alerts.list(Severity.WARNING, false, 10)).isEmpty();
    }

    @Test
    void anotherGateIsAnotherAlert() throws LeaseLostException {
        Lease lease = leased("me");

        decide(lease, Phase.PROVING, Optional.of(Gate.Kind.NO_PROOF));
        decide(lease, Phase.PROVING, Optional.of(Gate.Kind.STORM));

        assertThat(alerts.list(Severity.WARNING, false, 10))
                .extracting(alert -> alert.alert().gate().orElseThrow())
                .containsExactly(Gate.Kind.STORM, Gate.Kind.NO_PROOF);
        assertThat(alerts.list(Severity.WARNING, true, 10)).hasSize(1);
    }

    @Test
    void aBadEndIsToldOnce() throws LeaseLostException {
        Lease lease = leased("me");
        decide(lease, Phase.ISOLATING, Optional.empty());
        decide(lease, Phase.CLOSING, Optional.of(Gate.Kind.CLOUD_UNREADABLE));
        alerts.introduce("hook", Severity.WARNING);

        decide(lease, Phase.PARTLY_RECOVERED, Optional.empty());

        assertThat(alerts.list(Severity.WARNING, true, 10)).isEmpty();
        assertThat(alerts.list(Severity.WARNING, false, 10))
                .extracting(alert -> alert.alert().kind())
                .containsExactly(Alert.Kind.ENDED_BADLY, Alert.Kind.WAITING);
        AlertMessage told = claim("hook").orElseThrow();
        assertThat(told.alert().alert().kind()).isEqualTo(Alert.Kind.ENDED_BADLY);
        alerts.delivered(told, NOW);
        assertThat(claim("hook")).isEmpty(); // the gate was over before anybody was told
    }

    @Test
    void whatHoldsIsRaisedOnceAndResolvedWhenItHoldsNoMore() {
        alerts.hold("fencing", List.of(device("bmc1"), device("bmc2")), "back", NOW);
        alerts.hold("fencing", List.of(device("bmc2")), "back", NOW.plusSeconds(5));
        alerts.hold("fencing", List.of(device("bmc1"), device("bmc2")), "back", NOW.plusSeconds(9));
        alerts.hold("other", List.of(), "not mine", NOW.plusSeconds(9));

        assertThat(alerts.list(Severity.WARNING, false, 10))
                .extracting(alert -> alert.alert().about(), RaisedAlert::resolvedAt)
                .containsExactlyInAnyOrder(
                        tuple("fencing/bmc1", Optional.of(NOW.plusSeconds(5))),
                        tuple("fencing/bmc2", Optional.empty()),
                        tuple("fencing/bmc1", Optional.empty()));
    }

    @Test
    void manyControllersThatSeeTheSameRaiseItOnce() throws Exception {
        var threads = Executors.newFixedThreadPool(6);
        List<Callable<Boolean>> controllers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Instant at = NOW.plusMillis(i);
            controllers.add(() -> {
                alerts.hold("fencing", List.of(device("bmc1")), "back", at);
                return true;
            });
        }
        for (var done : threads.invokeAll(controllers)) {
            assertThat(done.get()).isTrue();
        }
        threads.shutdown();

        assertThat(alerts.list(Severity.WARNING, false, 10)).hasSize(1);
        assertThat(claim("hook")).isPresent();
        assertThat(claim("hook")).isEmpty();
    }

    @Test
    void eachWebhookIsToldByOneControllerInOrder() {
        alerts.hold("fencing", List.of(device("bmc1")), "back", NOW);
        AlertMessage raised = claim("hook").orElseThrow();
        alerts.hold("fencing", List.of(), "back", NOW.plusSeconds(5));

        assertThat(claim("hook")).isEmpty(); // that it is over is not told before that it was raised
        assertThat(claim("other")).isEmpty(); // and to this one it is not told at all any more
        alerts.delivered(raised, NOW);
        AlertMessage resolved = claim("hook").orElseThrow();

        assertThat(raised.event()).isEqualTo(Event.RAISED);
        assertThat(resolved.event()).isEqualTo(Event.RESOLVED);
        assertThat(resolved.alert().id()).isEqualTo(raised.alert().id());
        assertThat(resolved.id()).isNotEqualTo(raised.id());
        assertThat(resolved.alert().resolution()).contains("back");
    }

    @Test
    void whatWasNotTakenIsTriedAgainUnderTheSameIdAndThenGivenUp() {
        alerts.hold("fencing", List.of(device("bmc1")), "back", NOW);

        AlertMessage first = claim("hook").orElseThrow();
        alerts.notDelivered(first, "answered 500", Duration.ofHours(1));
        assertThat(claim("hook")).isEmpty();
        forward();
        AlertMessage second = claim("hook").orElseThrow();
        alerts.givenUp(second, "answered 501", NOW);

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(alerts.list(Severity.WARNING, false, 1).get(0).deliveries())
                .singleElement()
                .satisfies(delivery -> {
                    assertThat(delivery.state()).isEqualTo(State.GIVEN_UP);
                    assertThat(delivery.attempts()).isEqualTo(2);
                    assertThat(delivery.words()).contains("answered 501");
                });
    }

    /** Two hours pass. */
    private void forward() {
        database.inTransaction(
                handle -> handle.execute(
                        "UPDATE alert_delivery SET not_before = not_before - INTERVAL 2 HOUR, lease_until = lease_until - INTERVAL 2 HOUR"));
    }

    @Test
    void aControllerThatDiesWhileItCarriesAMessageLeavesItToAnother() {
        alerts.hold("fencing", List.of(device("bmc1")), "back", NOW);
        AlertMessage cutOff = claim("hook").orElseThrow();

        forward();
        AlertMessage taken = claim("hook").orElseThrow();
        alerts.delivered(taken, NOW);
        alerts.notDelivered(cutOff, "too late", Duration.ZERO); // it was only slow

        assertThat(taken.id()).isEqualTo(cutOff.id());
        assertThat(claim("hook")).isEmpty();
    }

    @Test
    void aMomentsTroubleIsNotTold() {
        alerts.hold("fencing", List.of(device("bmc1")), "back", NOW);
        assertThat(alerts.claim("hook", Severity.WARNING, LONG, LONG)).isEmpty();

        alerts.hold("fencing", List.of(), "back", NOW.plusSeconds(1));
        alerts.claim("hook", Severity.WARNING, LONG, LONG);
        forward();

        assertThat(alerts.claim("hook", Severity.WARNING, LONG, LONG)).isEmpty();
        assertThat(alerts.list(Severity.WARNING, false, 1).get(0).deliveries())
                .extracting(RaisedAlert.Delivery::state)
                .containsExactly(State.NOT_NEEDED, State.NOT_NEEDED);
    }

    @Test
    void aNewWebhookIsToldWhatIsOpenAndNotWhatIsLongOver() {
        alerts.hold("fencing", List.of(device("bmc1"), device("bmc2")), "back", NOW);
        alerts.hold("fencing", List.of(device("bmc2")), "back", NOW.plusSeconds(1));
        database.inTransaction(
                handle -> handle.execute("UPDATE alert_message SET stored_at = stored_at - INTERVAL 1 DAY"));

        alerts.introduce("new", Severity.WARNING);

        assertThat(claim("new").orElseThrow().alert().alert().about()).isEqualTo("fencing/bmc2");
        assertThat(claim("new")).isEmpty();
    }

    @Test
    void aRecoveryThatLastsTooLongIsFoundUntilItIsOver() throws LeaseLostException {
        Lease lease = leased("me");
        Instant opened = incidents.read(lease).openedAt();

        assertThat(alerts.found(Duration.ofMinutes(15), Duration.ofMinutes(10), opened.plus(Duration.ofMinutes(14))))
                .isEmpty();
        assertThat(alerts.found(Duration.ofMinutes(15), Duration.ofMinutes(10), opened.plus(Duration.ofMinutes(16))))
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.kind()).isEqualTo(Alert.Kind.TAKES_LONG);
                    assertThat(alert.words()).isEqualTo("The recovery of compute1 was not over after 15m");
                });
        decide(lease, Phase.CLOSING, Optional.empty());
        decide(lease, Phase.DISMISSED, Optional.empty());
        assertThat(alerts.found(Duration.ofMinutes(15), Duration.ofMinutes(10), opened.plus(Duration.ofMinutes(16))))
                .isEmpty();
    }

    private List<Alert> stuck() {
        return alerts.found(Duration.ofMinutes(15), Duration.ofMinutes(10), NOW);
    }

    private void inPhaseFor(int minutes) {
        database.inTransaction(handle ->
                handle.execute("UPDATE incident SET phase_since = UTC_TIMESTAMP(6) - INTERVAL ? MINUTE", minutes));
    }

    @Test
    void anIncidentThatWaitsForNothingAndDoesNotGetOnIsStuck() throws LeaseLostException {
        Lease lease = leased("me");
        inPhaseFor(9);
        assertThat(stuck()).isEmpty();

        inPhaseFor(11);
        assertThat(stuck()).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(Alert.Kind.STUCK);
            assertThat(alert.words())
                    .isEqualTo(
                            "The incident about compute1 does not get on: \"Is the host dead?\" was not over after 10m");
            assertThat(alert.nextStep()).contains("migawari incident show " + lease.incident());
        });
        decide(lease, Phase.ISOLATING, Optional.empty());
        assertThat(stuck()).as("the next phase has its own time").isEmpty();
    }

    @Test
    void whatWaitsForAPersonOrForAHostIsNotStuck() throws LeaseLostException {
        acceptProcess("compute2", "libvirtd", NOW);
        Lease lease = incidents.claim("me", LONG).get(0);
        decide(lease, Phase.KEPT_OUT, Optional.empty());
        inPhaseFor(60);

        assertThat(stuck()).isEmpty();
    }

    @Test
    void anIncidentThatNobodyWorksOnIsStuckThoughItIsNew() {
        Lease lease = leased("me");
        database.inTransaction(
                handle -> handle.execute("UPDATE incident SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 5 SECOND"));

        assertThat(stuck()).singleElement().satisfies(alert -> {
            assertThat(alert.words()).isEqualTo("No controller works on the incident about compute1");
            assertThat(alert.incident()).contains(lease.incident());
        });
    }

    @Test
    void agesAreMeasuredByTheDatabase() {
        leased("me");
        inPhaseFor(3);

        Figures figures = new MariaDbFigures(database).read();

        assertThat(figures.inPhase())
                .singleElement()
                .satisfies(age -> assertThat(age.number()).isBetween(180L, 240L));
        assertThat(figures.oldest())
                .singleElement()
                .satisfies(age -> assertThat(age.labels()).containsExactly("HOST"));
    }
}
