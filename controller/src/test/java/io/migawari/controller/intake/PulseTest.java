// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.model.HostName;
import io.migawari.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PulseTest {

    private static final HostName COMPUTE1 = new HostName("compute1");

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-21T03:00:00Z"));
    private final List<String> written = new ArrayList<>();
    private final Pulse pulse = new Pulse(
            (host, monitor) -> {
                written.add(host + " " + monitor);
                return !host.value().equals("compute99");
            },
            time);

    @Test
    void ofManySignsOfOneHostOneIsWrittenWithinFiveSeconds() {
        assertThat(pulse.felt(COMPUTE1, "host-monitor")).isTrue();
        time.advance(Duration.ofSeconds(4));
        assertThat(pulse.felt(COMPUTE1, "process-monitor")).isTrue();
        assertThat(pulse.felt(new HostName("compute2"), "host-monitor")).isTrue();
        time.advance(Duration.ofSeconds(1));
        assertThat(pulse.felt(COMPUTE1, "instance-monitor")).isTrue();

        assertThat(written)
                .containsExactly("compute1 host-monitor", "compute2 host-monitor", "compute1 instance-monitor");
    }

    @Test
    void aHostThatNobodyKnowsIsAskedForEachTime() {
        var unknown = new HostName("compute99");

        assertThat(pulse.felt(unknown, "host-monitor")).isFalse();
        assertThat(pulse.felt(unknown, "host-monitor")).isFalse();

        assertThat(written).hasSize(2);
    }
}
