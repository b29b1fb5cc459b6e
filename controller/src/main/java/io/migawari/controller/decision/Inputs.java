// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision;

import io.migawari.config.Durations;
import io.migawari.config.GateSettings;
import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Outages;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.Power;
import io.migawari.controller.model.Subject;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Server;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a decision was made from, in words: for a person who asks months later why it was made, not for programs to decide
 * from again. Only what was looked at is in it.
 *
 * @param facts by their names, in the order in which one would tell them
 */
public record Inputs(Map<String, String> facts) {

    public Inputs {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    static Inputs of(Draft draft) {
        var facts = new Facts();
        Incident incident = draft.incident;
        Observation seen = draft.seen;
        facts.seen("service", seen.services(), services -> service(seen, incident.host()));
        facts.seen("services_up", seen.services(), Inputs::servicesUp);
        facts.add("proof", proof(draft));
        facts.seen("power", seen.power(), Inputs::power);
        facts.seen("servers_on_host", seen.serversOnHost(), servers -> String.valueOf(servers.size()));
        facts.seen("servers_changed", seen.changed(), servers -> String.valueOf(servers.size()));
        facts.seen("evacuations", seen.evacuations(), evacuations -> String.valueOf(evacuations.size()));
        facts.seen(
                "instance",
                seen.instance(),
                found -> found.map(Inputs::instance).orElse("unknown to Nova"));
        surroundings(facts, draft);
        facts.add("moves", moves(draft.moves()));
        facts.add("cancelled", incident.cancellation().map(c -> "by " + c.by() + " at " + c.at()));
        facts.add("approved", incident.approval().map(a -> "by " + a.by() + " at " + a.at() + ": " + a.reason()));
        policy(facts, draft);
        return new Inputs(facts.all);
    }

    private static final class Facts {
        private final Map<String, String> all = new LinkedHashMap<>();

        void add(String name, Optional<String> words) {
            words.ifPresent(known -> all.put(name, known));
        }

        /** What could not be read is a fact, too; what was not asked is none. */
        <T> void seen(String name, Seen<T> seen, Function<T, String> words) {
            add(name, seen.known().map(words).or(() -> seen.whyUnknown().map(why -> "not readable: " + why)));
        }
    }

    private static String service(Observation seen, HostName host) {
        return seen.service(host)
                .map(service -> (service.up() ? "up" : "down")
                        + (service.enabled() ? ", enabled" : ", disabled")
                        + service.disabledReason()
                                .map(reason -> " (" + reason + ")")
                                .orElse("")
                        + (service.forcedDown() ? ", forced down" : "")
                        + service.updatedAt().map(at -> ", heard of at " + at).orElse(""))
                .orElse("unknown to Nova");
    }

    private static String servicesUp(List<ComputeService> services) {
        return services.stream().filter(ComputeService::up).count() + " of " + services.size();
    }

    private static String instance(Server server) {
        return server.states() + server.host().map(host -> " on " + host).orElse("");
    }

    /** The newest evidence as well: it is what a heartbeat of the host has to be later than. */
    private static Optional<String> proof(Draft draft) {
        if (!(draft.incident.subject() instanceof Subject.WholeHost)) {
            return Optional.empty();
        }
        return Optional.of(draft.evidence().stream()
                .filter(evidence -> evidence.kind().provesDeath())
                .map(Inputs::words)
                .findFirst()
                .orElseGet(() -> "none"
                        + draft.evidence().stream()
                                .reduce((first, second) -> second)
                                .map(last -> "; last heard: " + words(last))
                                .orElse("")));
    }

    private static String words(Evidence evidence) {
        return lower(evidence.kind()) + ", " + evidence.observedBy() + " at " + evidence.observedAt();
    }

    private static String power(Power power) {
        if (power.levels().isEmpty()) {
            return "no fencing device";
        }
        return power.levels().stream()
                .map(level -> level.devices().stream().map(Inputs::device).collect(Collectors.joining(" and ")))
                .collect(Collectors.joining("; then "));
    }

    private static String device(Power.Device device) {
        String reading;
        if (device.reading() instanceof Power.Reading.Unknown unknown) {
            reading = "unknown (" + unknown.why() + ")";
        } else {
            reading = device.reading() instanceof Power.Reading.Off ? "off" : "on";
        }
        return device.name() + " " + reading
                + device.unusable().map(why -> ", not to be used: " + why).orElse("");
    }

    private static void surroundings(Facts facts, Draft draft) {
        Surroundings around = draft.seen.surroundings();
        facts.add(
                "segment",
                Optional.of(around.segment().name() + ", "
                        + lower(around.segment().method())
                        + (around.segment().enabled() ? "" : ", disabled")));
        facts.add("outages", Optional.of(outages(around.outages())));
        facts.add(
                "pauses",
                around.pauses().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                around.pauses().stream().map(Inputs::pause).collect(Collectors.joining("; "))));
        facts.add("sign_of_life", around.signOfLife().map(sign -> sign.at() + ", " + sign.by()));
        if (draft.incident.phase() == Phase.PROVING) {
            facts.add("watching_since", around.watchingSince().map(Object::toString));
        }
        facts.add("former_failures", count(around.formerFailures()));
        facts.add("former_restarts", count(around.restarts()));
    }

    private static String outages(Outages outages) {
        return outages.inSegment() + " of " + outages.hostsInSegment() + " hosts of the segment, " + outages.overall()
                + " of " + outages.hostsOverall() + " overall"
                + outages.stormSeenAt().map(at -> ", storm last seen at " + at).orElse("");
    }

    private static String pause(Pause pause) {
        return lower(pause.mode()) + " until " + pause.until() + " by " + pause.by() + ": " + pause.reason();
    }

    private static Optional<String> count(List<?> some) {
        return some.isEmpty() ? Optional.empty() : Optional.of(String.valueOf(some.size()));
    }

    private static Optional<String> moves(List<Move> moves) {
        if (moves.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Long> byState = moves.stream()
                .collect(Collectors.groupingBy(move -> lower(move.state()), LinkedHashMap::new, Collectors.counting()));
        return Optional.of(byState.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", ")));
    }

    /** The rules that can have made a difference in this phase. */
    private static void policy(Facts facts, Draft draft) {
        Policy policy = draft.policy;
        String rules = switch (draft.incident.phase()) {
            case PROVING ->
                "proof of death " + lower(policy.proof()) + ", clock tolerance "
                        + Durations.format(policy.clockTolerance()) + ", " + gates(policy.gates());
            case MOVING, ISOLATING, CLOSING ->
                "at most " + policy.parallel() + " at once, " + policy.parallelPerDestination()
                        + " a destination, " + policy.attempts() + " attempts, instances "
                        + lower(policy.instances());
            case RESTARTING ->
                "instances " + lower(policy.restarts().instances()) + ", "
                        + policy.restarts().limit() + " restarts in "
                        + Durations.format(policy.restarts().window());
            case AWAY, CLEARING, TRYING_OUT, PUTTING_TO_USE -> policy.returns().toString();
            case KEEPING_OUT, KEPT_OUT, READMITTING -> "";
            case RECOVERED, SKIPPED, PARTLY_RECOVERED, FAILED, DISMISSED -> "";
        };
        facts.add("policy", rules.isEmpty() ? Optional.empty() : Optional.of(rules));
    }

    private static String gates(GateSettings gates) {
        return "storm beyond " + gates.stormPercentOfSegment() + " % of the segment or " + gates.stormPercentOverall()
                + " % overall, cool-down " + Durations.format(gates.stormCoolDown()) + ", watch first "
                + Durations.format(gates.watchFirst()) + ", "
                + gates.seenPercent() + " % of the others have to be up, disabled hosts "
                + lower(gates.disabledHosts());
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
