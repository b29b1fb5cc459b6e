// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.life;

import java.util.List;
import java.util.Map;

/**
 * How one part of a monitor does.
 *
 * @param troubles why the monitor does not do its whole work now; empty if it does
 * @param facts what a person wants to know
 */
public record Vitals(List<String> troubles, Map<String, String> facts, List<Metric> metrics) {

    public Vitals {
        troubles = List.copyOf(troubles);
        facts = Map.copyOf(facts);
        metrics = List.copyOf(metrics);
    }

    /**
     * One number for Prometheus.
     *
     * @param name without the prefix {@code migawari_}; a counter's ends in {@code _total}
     */
    public record Metric(String name, String help, double value) {

        boolean isCounter() {
            return name.endsWith("_total");
        }
    }

    /** A part that can be asked. */
    @FunctionalInterface
    public interface Source {
        Vitals vitals();
    }
}
