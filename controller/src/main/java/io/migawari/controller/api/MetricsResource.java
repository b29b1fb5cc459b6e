// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.controller.api.Router.Access;
import io.migawari.controller.ops.Metrics;

/** {@code /metrics}, as Prometheus reads it; open like {@code /healthz}, since it signs in nowhere. */
public final class MetricsResource implements Resource {

    private final Metrics metrics;

    public MetricsResource(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void addTo(Router router) {
        router.add("GET", "/metrics", Access.HEALTH, call -> Reply.text(Metrics.contentType(), metrics.text()));
    }
}
