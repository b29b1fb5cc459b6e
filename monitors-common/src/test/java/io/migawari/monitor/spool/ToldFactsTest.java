// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ToldFactsTest {

    private final FaultyDisk disk = new FaultyDisk();

    @Test
    void whatWasNotedIsKnownAfterARestart() {
        ToldFacts.on(disk).note("compute2", Map.of("what", "STOPPED", "since", "2026-11-20T22:06:20Z"));

        var told = ToldFacts.on(disk);
        assertThat(told.about("compute2")).contains(Map.of("what", "STOPPED", "since", "2026-11-20T22:06:20Z"));
        assertThat(told.about("compute3")).isEmpty();
    }

    @Test
    void severalAreNotedAndOthersForgottenAtOnce() {
        var told = ToldFacts.on(disk);
        told.note(Map.of("a", Map.of("what", "UP"), "b", Map.of("what", "UP")), Set.of());
        told.note(Map.of("b", Map.of("what", "OFF")), Set.of("a"));

        assertThat(ToldFacts.on(disk).subjects()).containsExactly("b");
        assertThat(ToldFacts.on(disk).about("b")).contains(Map.of("what", "OFF"));
        assertThat(ToldFacts.on(disk).about("a")).isEmpty();

        disk.files.clear();
        told.note(Map.of("b", Map.of("what", "OFF")), Set.of("a"));
        assertThat(disk.files).as("nothing new, nothing written").isEmpty();
    }

    @Test
    void damageIsSetAsideAndForgotten() {
        ToldFacts.on(disk).note("compute2", Map.of("what", "STOPPED"));
        disk.files.put("told-facts", "{\"compute2\": {\"wh".getBytes(StandardCharsets.UTF_8));

        assertThat(ToldFacts.on(disk).about("compute2")).isEmpty();
        assertThat(disk.aside).containsKey("corrupt/told-facts");
    }

    @Test
    void aDiskThatFailsDoesNotStopTheWatcher() {
        var told = ToldFacts.on(disk);
        disk.full = true;
        told.note("compute2", Map.of("what", "STOPPED"));

        assertThat(told.about("compute2")).contains(Map.of("what", "STOPPED"));
    }
}
