// SPDX-License-Identifier: Apache-2.0
package io.migawari.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir
    private Path directory;

    @Test
    void onlyTheStreamThatSystemdNamesIsTheJournals() throws IOException {
        Path ours = Files.createFile(directory.resolve("ours"));
        Path other = Files.createFile(directory.resolve("other"));
        String stream = Files.getAttribute(ours, "unix:dev") + ":" + Files.getAttribute(ours, "unix:ino");
        Map<String, String> environment = Map.of("JOURNAL_STREAM", stream);

        assertThat(Journal.readsOutput(environment, List.of(other, ours))).isTrue();
        assertThat(Journal.readsOutput(environment, List.of(other, directory.resolve("none"))))
                .as("inherited by what writes elsewhere")
                .isFalse();
        assertThat(Journal.readsOutput(Map.of(), List.of(ours))).isFalse();
        assertThat(Journal.readsOutput(Map.of("JOURNAL_STREAM", "none"), List.of(directory.resolve("none"))))
                .isFalse();
    }
}
