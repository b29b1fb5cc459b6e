// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.ops;

import io.migawari.controller.foresight.Foresight;
import io.migawari.controller.model.HostName;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Everything that this controller shows to Prometheus. What is counted in the database is read when somebody asks, so that all
 * controllers show the same; the rest is of this process alone. Safe for any thread.
 */
public final class Metrics {

    /** What a fencing device is called, and the host that it switches. */
    public record Device(String name, HostName host) {}

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = Counter.builder()
            .name("migawari_api_requests_total")
            .help("Requests that this controller has answered, by the route and the answer's status.")
            .labelNames("method", "route", "code")
            .register(registry);
    private final Gauge devices = Gauge.builder()
            .name("migawari_fencing_device_up")
            .help("1: the device answers, and is known to belong to the host. 0: it must not be relied on.")
            .labelNames("device", "host")
            .register(registry);
    private final Gauge survives = Gauge.builder()
            .name("migawari_segment_survives")
            .help("1: if the host died now, all of its instances would find room. 0: some would not.")
            .labelNames("segment", "host")
            .register(registry);

    /** @param figures what is read at each scrape */
    public Metrics(MultiCollector figures, String version) {
        registry.register(figures);
        Gauge.builder()
                .name("migawari_build_info")
                .help("Always 1; the version of the program is its label.")
                .labelNames("version")
                .register(registry)
                .labelValues(version)
                .set(1);
    }

    /**
     * What the Java runtime says of itself; kept apart, since its numbers are not ours to document. Not all that there is: the numbers
     * of native memory alone, which are empty unless Java counts it, start all of JMX, a tenth of the controller's start.
     */
    public Metrics withJvm() {
        ProcessMetrics.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        JvmBufferPoolMetrics.builder().register(registry);
        JvmRuntimeInfoMetric.builder().register(registry);
        return this;
    }

    /** Something else that is read at each scrape. */
    public void add(Collector collector) {
        registry.register(collector);
    }

    /** @param route with its variables, not their values: there are as many series as routes */
    public void answered(String method, String route, int status) {
        requests.labelValues(method, route, String.valueOf(status)).inc();
    }

    /** All devices as they were last found; others are no longer shown. */
    public synchronized void fencingDevices(Map<Device, Boolean> up) {
        devices.clear();
        up.forEach((device, answers) ->
                devices.labelValues(device.name(), device.host().value()).set(answers ? 1 : 0));
    }

    /** All hosts as they were last gone over; others are no longer shown. */
    public synchronized void survival(Foresight foresight) {
        survives.clear();
        foresight
                .hosts()
                .forEach(
                        host -> survives.labelValues(host.segment(), host.host().value())
                                .set(host.survives() ? 1 : 0));
    }

    MetricSnapshots scrape() {
        return registry.scrape();
    }

    /** In Prometheus's text format. */
    public String text() {
        var text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("a buffer can always be written to", e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    public static String contentType() {
        return PrometheusTextFormatWriter.CONTENT_TYPE;
    }
}
