// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.controller.model.Alert;
import io.migawari.controller.model.Alert.Severity;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Subject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What people have to be told about an incident without having asked. */
public final class Alarms {

    private Alarms() {}

    /** Who looks after the alerts about an incident that last. */
    public static String source(Incident incident) {
        return "incident/" + incident.id();
    }

    /** What holds as long as the incident is like this. */
    public static List<Alert> standing(Incident incident) {
        if (!incident.isOpen()) {
            return List.of();
        }
        return Stream.concat(
                        Stream.of(opened(incident)),
                        incident
                                .gate()
                                .filter(gate -> gate.kind().needsPerson())
                                .map(gate -> waiting(incident, gate))
                                .stream())
                .toList();
    }

    /** How it ended is said when it is over. */
    private static Alert opened(Incident incident) {
        String what = incident.subject() instanceof Subject.Instance instance
                ? "The instance " + instance.server() + " on " + incident.host() + " has died, and is brought back"
                : switch (incident.subject().kind()) {
                    case "host" -> "The host " + incident.host() + " is reported as stopped, and is looked into";
                    case "process" ->
                        "A process of the host " + incident.host() + " is down, and the host is kept out of use";
                    default -> "The host " + incident.host() + " is back, and is made ready for use";
                };
        return new Alert(
                source(incident) + "/opened",
                Alert.Kind.OPENED,
                Severity.INFO,
                Optional.of(incident.id()),
                Optional.of(incident.host()),
                Optional.empty(),
                Optional.empty(),
                what,
                "none; to see how it gets on: migawari incident watch " + incident.id());
    }

    /** What is to be told once, of the step from one to the other. */
    public static Optional<Alert> ending(Incident before, Incident after) {
        boolean badly = after.phase() == Phase.FAILED || after.phase() == Phase.PARTLY_RECOVERED;
        return badly && before.isOpen() ? Optional.of(endedBadly(after)) : Optional.empty();
    }

    private static Alert waiting(Incident incident, Gate gate) {
        return new Alert(
                source(incident) + "/" + gate.kind().name().toLowerCase(Locale.ROOT),
                Alert.Kind.WAITING,
                severity(gate.kind()),
                Optional.of(incident.id()),
                Optional.of(incident.host()),
                Optional.empty(),
                Optional.of(gate.kind()),
                gate.words(),
                incident.nextStep().orElseThrow());
    }

    /** Behind these gates no instance is down, or what was down has been recovered. */
    private static Severity severity(Gate.Kind kind) {
        return switch (kind) {
            case PROCESS_DOWN, STALE_COPIES, FLAPPING, UNHEALTHY -> Severity.WARNING;
            default -> Severity.CRITICAL;
        };
    }

    private static Alert endedBadly(Incident incident) {
        return new Alert(
                source(incident) + "/ended",
                Alert.Kind.ENDED_BADLY,
                Severity.CRITICAL,
                Optional.of(incident.id()),
                Optional.of(incident.host()),
                Optional.empty(),
                Optional.empty(),
                incident.phase().title() + ": " + incident.words() + failures(incident),
                "read what is left to do: migawari incident report " + incident.id());
    }

    private static String failures(Incident incident) {
        List<String> failed = incident.moves().stream()
                .filter(move -> move.state() == MoveState.FAILED)
                .map(Move::serverName)
                .toList();
        return failed.isEmpty() ? "" : " (" + Names.of(failed) + ")";
    }
}
