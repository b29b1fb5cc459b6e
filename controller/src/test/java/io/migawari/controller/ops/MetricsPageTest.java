// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.controller.GeneratedPart;
import io.migawari.controller.foresight.Foresight;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.Figures;
import io.migawari.controller.store.Figures.Count;
import io.migawari.controller.store.Milestone;
import io.migawari.time.ManualTime;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every metric of our own, as docs/metrics.md shows it. */
class MetricsPageTest {

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-20T03:00:00Z"));
    private int reads;

    private Figures figures() {
        reads++;
        return new Figures(
                List.of(new Count(List.of("HOST", "MOVING"), 2)),
                List.of(new Count(List.of("HOST"), 95)),
                List.of(new Count(List.of("HOST", "MOVING"), 40)),
                List.of(new Count(List.of("STORM"), 1)),
                List.of(),
                List.of(),
                List.of(),
                List.of(new Count(List.of("Rack 1"), 2)),
                List.of(new Count(List.of("Rack 1"), 0)),
                List.of(new Figures.Durations(
                        "HOST", Milestone.What.PROVED, new TreeMap<>(Map.of(1.0, 2L, 5.0, 3L)), 4, 22.5)),
                List.of(),
                List.of(),
                List.of(new Count(List.of("oncall", "PENDING"), 1)));
    }

    private Metrics metrics() {
        var watch = new CloudWatch(null, Duration.ZERO, time);
        var metrics = new Metrics(new FigureCollector(this::figures, watch, () -> 3, time), "1.0");
        metrics.answered("GET", "/v1/segments", 200);
        metrics.fencingDevices(Map.of(new Metrics.Device("bmc1", new HostName("compute1")), true));
        metrics.survival(new Foresight(
                Optional.of(time.now()),
                Duration.ZERO,
                Optional.empty(),
                List.of(new Foresight.HostForesight(
                        new HostName("compute1"), "Rack 1", 1, List.of("web"), Optional.empty(), List.of()))));
        return metrics;
    }

    private static String fullName(MetricSnapshot metric) {
        return metric.getMetadata().getPrometheusName() + (metric instanceof CounterSnapshot ? "_total" : "");
    }

    private static Set<String> labels(MetricSnapshot metric) {
        Set<String> names = new TreeSet<>();
        for (DataPointSnapshot point : metric.getDataPoints()) {
            point.getLabels().forEach(label -> names.add("`" + label.getName() + "`"));
        }
        return names;
    }

    private static String type(MetricSnapshot metric) {
        if (metric instanceof CounterSnapshot) {
            return "counter";
        }
        return metric instanceof HistogramSnapshot ? "gauge histogram" : "gauge";
    }

    @Test
    void everyMetricIsOnThePage() throws IOException {
        Map<String, String> lines = new TreeMap<>();
        for (MetricSnapshot metric : metrics().scrape()) {
            lines.put(
                    fullName(metric),
                    "| `" + fullName(metric) + "` | " + type(metric) + " | " + String.join(", ", labels(metric)) + " | "
                            + metric.getMetadata().getHelp() + " |\n");
        }
        GeneratedPart.check(
                "metrics.md",
                "metrics",
                "| metric | type | labels | what |\n| --- | --- | --- | --- |\n" + String.join("", lines.values()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prometheus/migawari.rules.yml", "grafana/migawari.json"})
    void alertRulesAndDashboardUseOnlyMetricsThatThereAre(String file) throws IOException {
        Set<String> known = new TreeSet<>();
        metrics().scrape().forEach(metric -> known.add(fullName(metric)));
        String rules = Files.readString(Path.of("../packaging", file));

        Set<String> used = new TreeSet<>();
        Pattern.compile("\\bmigawari_[a-z_]+")
                .matcher(rules)
                .results()
                .forEach(found -> used.add(found.group().replaceFirst("_(bucket|sum|count)$", "")));

        assertThat(used).isNotEmpty().isSubsetOf(known);
    }

    @Test
    void theDashboardShowsEveryMetricThatIsNotOnlyAName() throws IOException {
        String dashboard = Files.readString(Path.of("../packaging/grafana/migawari.json"));
        Set<String> known = new TreeSet<>();
        metrics().scrape().forEach(metric -> known.add(fullName(metric)));
        // what these tell is shown in another form
        known.removeAll(Set.of(
                "migawari_alerts_open",
                "migawari_incident_phase_age_seconds",
                "migawari_nova_last_answer_timestamp_seconds"));

        assertThat(known).allSatisfy(metric -> assertThat(dashboard).contains(metric));
        assertThat(new ObjectMapper().readTree(dashboard).path("panels")).isNotEmpty();
    }

    @Test
    void whatNobodyHasCountedYetIsZeroAndNamesOfPeopleStayAsTheyAre() {
        assertThat(metrics().text())
                .contains(
                        "migawari_incidents_waiting{gate=\"storm\"} 1.0",
                        "migawari_incidents_waiting{gate=\"no_proof\"} 0.0",
                        "migawari_incidents_open{kind=\"return\",phase=\"away\"} 0.0",
                        "migawari_incident_oldest_age_seconds{kind=\"host\"} 95.0",
                        "migawari_incident_oldest_age_seconds{kind=\"vm\"} 0.0",
                        "migawari_incident_phase_age_seconds{kind=\"host\",phase=\"moving\"} 40.0",
                        "migawari_incident_phase_age_seconds{kind=\"host\",phase=\"proving\"} 0.0",
                        "migawari_hosts_out{segment=\"Rack 1\"} 2.0",
                        "migawari_segment_survives{host=\"compute1\",segment=\"Rack 1\"} 0.0",
                        "migawari_recovery_seconds_bucket{kind=\"host\",until=\"proved\",le=\"5.0\"} 3",
                        "migawari_recovery_seconds_bucket{kind=\"host\",until=\"proved\",le=\"+Inf\"} 4",
                        "migawari_recovery_seconds_gsum{kind=\"host\",until=\"proved\"} 22.5",
                        "migawari_nova_readable 0.0",
                        "migawari_leases_held 3.0");
    }

    /** A retry and the deletion of old data make rows fewer, and Prometheus takes a counter that falls for a restart. */
    @Test
    void nothingThatTheDatabaseCountsIsACounter() throws IOException {
        var watch = new CloudWatch(null, Duration.ZERO, time);
        assertThat(new FigureCollector(this::figures, watch, () -> 3, time).collect())
                .isNotEmpty()
                .allSatisfy(metric -> assertThat(metric instanceof GaugeSnapshot
                                || (metric instanceof HistogramSnapshot histogram && histogram.isGaugeHistogram()))
                        .as(fullName(metric))
                        .isTrue());
        assertThat(Files.readString(Path.of("../packaging/prometheus/migawari.rules.yml")))
                .doesNotContain("increase(");
    }

    @Test
    void theDatabaseIsNotAskedMoreOftenThanEveryFewSeconds() {
        Metrics metrics = metrics();
        reads = 0;

        metrics.text();
        metrics.text();
        assertThat(reads).isEqualTo(1);
        time.advance(Duration.ofSeconds(6));
        metrics.text();

        assertThat(reads).isEqualTo(2);
    }

    @Test
    void aDeviceThatIsGoneIsNotShownAnyMore() {
        Metrics metrics = metrics();

        metrics.fencingDevices(Map.of());

        assertThat(metrics.text()).doesNotContain("bmc1");
    }

    @Test
    void everyKindOfIncidentHasItsPhases() {
        assertThat(FigureCollector.FIRST_PHASES)
                .hasSameSizeAs(List.of(Subject.class.getPermittedSubclasses()))
                .containsKeys("HOST", "VM", "PROCESS", "RETURN")
                .allSatisfy((kind, first) -> assertThat(kind).isEqualTo(kind.toUpperCase(Locale.ROOT)));
    }
}
