// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import io.migawari.monitor.notification.Notification;
import java.time.Instant;
import java.util.Map;

/** Notifications for tests. */
final class Report {

    private Report() {}

    static Notification stopped(String host, int second) {
        return host(host, "STOPPED", second);
    }

    static Notification started(String host, int second) {
        return host(host, "STARTED", second);
    }

    private static Notification host(String host, String event, int second) {
        return new Notification(
                Notification.Type.COMPUTE_HOST,
                host,
                Instant.ofEpochSecond(1_800_000_000L + second),
                Map.of("event", event),
                Map.of("seen_by", "compute1"));
    }

    static Notification instance(String host, int number) {
        return new Notification(
                Notification.Type.VM,
                host,
                Instant.ofEpochSecond(1_800_000_000L + number),
                Map.of(
                        "event", "LIFECYCLE",
                        "vir_domain_event", "STOPPED_FAILED",
                        "instance_uuid", String.format("00000000-0000-4000-8000-%012d", number)),
                Map.of());
    }
}
