// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.intake;

import java.util.Map;
import java.util.Optional;

/**
 * What the events of a guest mean, as instance monitors name them ({@code event} and {@code vir_domain_event} of a
 * notification). Masakari's monitor also reports every ordinary stop, so most of what comes in is no failure at all.
 * docs/instance-states.md has this table for operators; a test holds the two together.
 */
public final class GuestEvents {

    /** Which of an event's values say that the guest is gone or of no use, and how that is told. */
    static final Map<String, Map<String, String>> FAILURES = Map.of(
            "LIFECYCLE",
                    Map.of(
                            "STOPPED_FAILED", "its QEMU process has died",
                            "STOPPED_CRASHED", "its guest has crashed",
                            "CRASHED_PANICKED", "its guest has crashed",
                            "SUSPENDED_WATCHDOG", "its watchdog has paused it",
                            "SUSPENDED_IOERROR", "an error of its disk has paused it",
                            "SUSPENDED_API_ERROR", "a failed operation of libvirt has left it paused"),
            "WATCHDOG",
                    Map.of(
                            "WATCHDOG_PAUSE", "its watchdog has paused it",
                            "WATCHDOG_POWEROFF", "its watchdog has switched it off",
                            "WATCHDOG_SHUTDOWN", "its watchdog has shut it down"),
            "IO_ERROR", Map.of("IO_ERROR_REPORT", "its disk gives errors"),
            "QEMU_GUEST_AGENT_ERROR", Map.of("STOPPED_FAILED", "its guest agent has stopped answering"));

    private GuestEvents() {}

    /** What has happened to the instance, if it is something that a restart is for. */
    static Optional<String> failure(String event, String virDomainEvent) {
        return Optional.ofNullable(FAILURES.getOrDefault(event, Map.of()).get(virDomainEvent));
    }
}
