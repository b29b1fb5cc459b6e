// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.ops;

import io.migawari.controller.model.Alert;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.MoveState;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.model.Phase;
import io.migawari.controller.store.Figures;
import io.migawari.controller.store.Figures.Count;
import io.migawari.db.DatabaseException;
import io.migawari.time.Time;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/**
 * {@link Figures} and the state of what we depend on, as Prometheus wants them. They are kept for a few seconds, so that nobody
 * makes the database busy by asking often. Without the database there are no figures, rather than old ones or zeros; that it is
 * away is a figure of its own. What can be counted and is not there is 0, so that an alert rule never waits for a first time.
 * None of them is a counter: rows are deleted one day, and what has failed is tried again; Prometheus would take each fall for a
 * restart, and all that is left for new.
 */
public final class FigureCollector implements MultiCollector {

    private static final Duration KEEP = Duration.ofSeconds(5);

    /** The kinds of incidents, as the database calls them, and the phases in which they begin. */
    static final Map<String, Phase> FIRST_PHASES = Map.of(
            "HOST", Phase.PROVING,
            "VM", Phase.RESTARTING,
            "PROCESS", Phase.KEEPING_OUT,
            "RETURN", Phase.AWAY);

    private final Figures.Source source;
    private final CloudWatch cloud;
    private final IntSupplier leases;
    private final Time time;
    private Optional<Figures> kept = Optional.empty();
    private long keptUntilNanos;

    /** @param leases how many incidents this controller works on */
    public FigureCollector(Figures.Source source, CloudWatch cloud, IntSupplier leases, Time time) {
        this.source = source;
        this.cloud = cloud;
        this.leases = leases;
        this.time = time;
        this.keptUntilNanos = time.nanos();
    }

    @Override
    public MetricSnapshots collect() {
        Optional<Figures> figures = figures();
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(gauge(
                "migawari_database_up",
                "1: the database answers this controller. 0: it does not, and nothing that is counted in it is shown.",
                figures.isPresent() ? 1 : 0));
        CloudWatch.State seen = cloud.state();
        all.add(gauge(
                "migawari_nova_readable",
                "1: Nova gave this controller an answer when it was last asked.",
                seen.answers() ? 1 : 0));
        all.add(gauge(
                "migawari_nova_last_answer_timestamp_seconds",
                "When Nova last gave this controller an answer to its regular question; 0: never.",
                seen.lastAnswerAt().map(Instant::getEpochSecond).orElse(0L)));
        all.add(gauge("migawari_leases_held", "Incidents that this controller works on.", leases.getAsInt()));
        figures.ifPresent(found -> all.addAll(of(found)));
        return new MetricSnapshots(all);
    }

    private synchronized Optional<Figures> figures() {
        if (keptUntilNanos - time.nanos() > 0) {
            return kept;
        }
        try {
            kept = Optional.of(source.read());
        } catch (DatabaseException e) {
            kept = Optional.empty(); // it is told by migawari_database_up, and in the log by those who depend on it
        }
        keptUntilNanos = time.nanos() + KEEP.toNanos();
        return kept;
    }

    private static List<MetricSnapshot> of(Figures figures) {
        return List.of(
                gauges(
                        "migawari_incidents_open",
                        "Incidents that are not over.",
                        List.of("kind", "phase"),
                        figures.open(),
                        kindsAndPhases(false)),
                gauges(
                        "migawari_incident_oldest_age_seconds",
                        "For how long the oldest incident that is not over has been open; 0: there is none.",
                        List.of("kind"),
                        figures.oldest(),
                        FIRST_PHASES.keySet().stream().map(List::of).toList()),
                gauges(
                        "migawari_incident_phase_age_seconds",
                        "For how long the incident that is in this phase for the longest time has been in it; 0: there is none.",
                        List.of("kind", "phase"),
                        figures.inPhase(),
                        kindsAndPhases(false)),
                gauges(
                        "migawari_incidents_waiting",
                        "Incidents that wait, by what they wait for; docs/recovery.md has the next step for each.",
                        List.of("gate"),
                        figures.waiting(),
                        names(Gate.Kind.values())),
                gauges(
                        "migawari_incidents_ended_lately",
                        "Incidents that ended within the last 10 minutes, by how they ended.",
                        List.of("kind", "end"),
                        figures.ended(),
                        kindsAndPhases(true)),
                gauges(
                        "migawari_moves",
                        "Instances of hosts whose incidents are not over, by the state of their move.",
                        List.of("state"),
                        figures.movesUnderWay(),
                        names(MoveState.values())),
                gauges(
                        "migawari_moves_ended_lately",
                        "Instances whose move has ended within the last 10 minutes, by its end.",
                        List.of("end"),
                        figures.movesEnded(),
                        names(Stream.of(MoveState.values())
                                .filter(MoveState::isEnd)
                                .toArray(MoveState[]::new))),
                durations(figures.durations()),
                gauges(
                        "migawari_hosts_out",
                        "Hosts that have failed and are not back in use.",
                        List.of("segment"),
                        figures.hostsOut(),
                        List.of()),
                gauges(
                        "migawari_reserved_hosts_free",
                        "Reserved hosts that could take a failed host's place; not those on maintenance.",
                        List.of("segment"),
                        figures.reservedHostsFree(),
                        List.of()),
                gauges(
                        "migawari_notifications_lately",
                        "Reports that were taken from monitors and people within the last 10 minutes.",
                        List.of("type"),
                        figures.notifications(),
                        names(NotificationType.values())),
                gauges(
                        "migawari_alerts_open",
                        "Alerts that are not resolved; each open incident is one of kind opened, which is no trouble by itself.",
                        List.of("kind"),
                        figures.alerts(),
                        names(Stream.of(Alert.Kind.values())
                                .filter(Alert.Kind::lasts)
                                .toArray(Alert.Kind[]::new))),
                gauges(
                        "migawari_alert_deliveries",
                        "Messages about alerts to each webhook; pending ones have not been taken yet.",
                        List.of("webhook", "state"),
                        figures.deliveries(),
                        List.of()));
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .value(value)
                        .build())
                .build();
    }

    private static MetricSnapshot gauges(
            String name, String help, List<String> labels, List<Count> counts, List<List<String>> expected) {
        var metric = GaugeSnapshot.builder().name(name).help(help);
        withZeros(counts, expected)
                .forEach((values, number) -> metric.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(labels(labels, values))
                        .value(number)
                        .build()));
        return metric.build();
    }

    private static Map<List<String>, Long> withZeros(List<Count> counts, List<List<String>> expected) {
        Map<List<String>, Long> all = new LinkedHashMap<>();
        expected.forEach(labels -> all.put(labels, 0L));
        counts.forEach(count -> all.put(count.labels(), count.number()));
        return all;
    }

    private static MetricSnapshot durations(List<Figures.Durations> durations) {
        var metric = HistogramSnapshot.builder()
                .gaugeHistogram(true)
                .name("migawari_recovery_seconds")
                .help(
                        "How long recoveries took, within the last day: proved: from the first report to the proof of death; first_back, all_back: "
                                + "from there, or from the report where none is needed, to the first instance that is back, and until each had its end.");
        for (Figures.Durations one : durations) {
            var buckets = ClassicHistogramBuckets.builder();
            long below = 0;
            for (Map.Entry<Double, Long> bucket : one.atMost().entrySet()) {
                buckets.bucket(bucket.getKey(), bucket.getValue() - below);
                below = bucket.getValue();
            }
            buckets.bucket(Double.POSITIVE_INFINITY, one.all() - below);
            metric.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .labels(Labels.of(
                            "kind",
                            lower(one.kind()),
                            "until",
                            lower(one.milestone().name())))
                    .classicHistogramBuckets(buckets.build())
                    .sum(one.seconds())
                    .build());
        }
        return metric.build();
    }

    private static Labels labels(List<String> names, List<String> values) {
        var labels = Labels.builder();
        for (int i = 0; i < names.size(); i++) {
            String value = values.get(i);
            // names of segments and webhooks are the operator's, and stay as he writes them
            labels.label(names.get(i), names.get(i).matches("segment|webhook") ? value : lower(value));
        }
        return labels.build();
    }

    private static List<List<String>> names(Enum<?>... constants) {
        return Stream.of(constants).map(constant -> List.of(constant.name())).toList();
    }

    /** The phases that an incident of each kind can come to. */
    private static List<List<String>> kindsAndPhases(boolean ends) {
        List<List<String>> all = new ArrayList<>();
        FIRST_PHASES.forEach((kind, first) -> reachable(first).stream()
                .filter(phase -> phase.isEnd() == ends)
                .forEach(phase -> all.add(List.of(kind, phase.name()))));
        return all;
    }

    private static Set<Phase> reachable(Phase first) {
        Set<Phase> found = EnumSet.of(first);
        var next = new ArrayDeque<>(found);
        while (!next.isEmpty()) {
            for (Phase phase : next.remove().next()) {
                if (found.add(phase)) {
                    next.add(phase);
                }
            }
        }
        return found;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
