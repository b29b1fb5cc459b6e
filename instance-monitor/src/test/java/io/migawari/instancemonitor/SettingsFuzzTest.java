// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.migawari.config.ConfigException;
import io.migawari.config.YamlFile;
import io.migawari.instancemonitor.judgement.Standing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is in a configuration file is understood, or refused with the file, the line and the key (see CONTRIBUTING). */
class SettingsFuzzTest {

    private static Stream<Arguments> files() {
        try {
            String sample = Files.readString(Path.of("../config/samples/instance-monitor.yaml"));
            return Stream.of(
                    Arguments.of(sample),
                    Arguments.of(sample.replaceAll("(?m)^( *)#(?=[a-z])", "$1")),
                    Arguments.of(
                            "controller: {authentication: none, endpoints: ['http://127.0.0.1:1']}\nevents: {reboot: A/B}\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @MethodSource("files")
    @FuzzTest(maxDuration = "2m")
    void whateverIsInTheFile(@NotNull String text) {
        try {
            YamlFile.readText("i.yaml", text, Map.of(), section -> InstanceMonitorSettings.read(section, Map.of()));
        } catch (ConfigException e) {
            if (!e.getMessage().contains("i.yaml")) {
                throw new AssertionError("does not name the file", e);
            }
        }
    }

    /** What a monitor before this one has left on disk may have been written by anybody. */
    @FuzzTest(maxDuration = "1m")
    void whateverWasKeptOfAnInstance(
            @NotNull String course, @NotNull String occasion, @NotNull String since, @NotNull String kept) {
        Standing.read(Map.of("course", course, "occasion", occasion, "since", since, "kept", kept));
    }
}
