// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.GeneratedPart;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestEventsTest {

    @ParameterizedTest
    @CsvSource({
        "LIFECYCLE, STOPPED_FAILED",
        "IO_ERROR, IO_ERROR_REPORT",
        "QEMU_GUEST_AGENT_ERROR, STOPPED_FAILED",
        "LIFECYCLE, STOPPED_CRASHED",
        "LIFECYCLE, SUSPENDED_WATCHDOG",
    })
    void aGuestThatIsGoneOrOfNoUseHasFailed(String event, String detail) {
        assertThat(GuestEvents.failure(event, detail)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "LIFECYCLE, STOPPED_DESTROYED",
        "LIFECYCLE, STOPPED_SHUTDOWN",
        "LIFECYCLE, SHUTDOWN_FINISHED",
        "REBOOT, UNKNOWN",
        "WATCHDOG, WATCHDOG_RESET",
        "IO_ERROR, IO_ERROR_NONE",
        "IO_ERROR, STOPPED_FAILED",
        "TEA, READY",
    })
    void ordinaryEventsAreNoFailures(String event, String detail) {
        assertThat(GuestEvents.failure(event, detail)).isEmpty();
    }

    @Test
    void thePageForOperatorsListsTheSameEvents() throws IOException {
        var rows = new StringBuilder("| `event` | `vir_domain_event` | what it means |\n| --- | --- | --- |\n");
        new TreeMap<>(GuestEvents.FAILURES)
                .forEach((event, details) -> new TreeMap<>(details)
                        .forEach((detail, meaning) -> rows.append(row(event, Map.entry(detail, meaning)))));
        GeneratedPart.check("instance-states.md", "events", rows.toString());
    }

    private static String row(String event, Map.Entry<String, String> detail) {
        return "| `" + event + "` | `" + detail.getKey() + "` | " + detail.getValue() + " |\n";
    }
}
