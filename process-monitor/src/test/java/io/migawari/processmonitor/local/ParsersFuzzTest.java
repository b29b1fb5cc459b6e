// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.migawari.config.ConfigException;
import io.migawari.processmonitor.masakari.ProcessList;
import io.migawari.processmonitor.process.Program;
import io.migawari.processmonitor.process.Sighting;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever systemctl says, and whatever is in Masakari's list, is understood or refused with words (see CONTRIBUTING). */
class ParsersFuzzTest {

    private static Stream<Arguments> units() {
        return Stream.of(Arguments.of(ParsersTest.UNITS), Arguments.of("MainPID=1"));
    }

    private static Stream<Arguments> lists() {
        return Stream.of(
                Arguments.of("""
                        -
                            process_name: /usr/sbin/libvirtd
                            start_command: systemctl start libvirtd
                            pre_start_command:
                            restart_command: systemctl restart libvirtd
                            run_as_root: True
                        """),
                Arguments.of("- {process_name: /usr/bin/python3 -E /usr/bin/x, restart_command: x; y}\n- [a]"));
    }

    @MethodSource("units")
    @FuzzTest(maxDuration = "2m")
    void whateverSystemctlSays(@NotNull String output) {
        List<String> names = List.of("nova-compute.service", "libvirtd.service");
        Map<String, Sighting> seen = Units.read(names, output);
        if (!List.copyOf(seen.keySet()).equals(names)) {
            throw new AssertionError("not a sighting of each: " + seen);
        }
    }

    @MethodSource("lists")
    @FuzzTest(maxDuration = "2m")
    void whateverMasakarisListSays(@NotNull String text) throws IOException {
        Path file = Files.createTempFile("list", ".yaml");
        try {
            Files.writeString(file, text);
            ProcessList list = ProcessList.read(file, Set.of("listed"));
            if (list.words().size() < list.processes().size()) {
                throw new AssertionError("taken without a word: " + list);
            }
        } catch (ConfigException e) {
            if (!String.valueOf(e.getMessage()).contains(file.getFileName().toString())) {
                throw new AssertionError("refused without its place", e);
            }
        } catch (CharacterCodingException e) {
            // half a character is no text that could be in the file
        } finally {
            Files.delete(file);
        }
    }

    @FuzzTest(maxDuration = "2m")
    void whateverACommandLineIs(@NotNull String line) {
        List<String> words = List.of(line.split("\0"));
        if (!words.isEmpty() && Program.of(words).isEmpty() && !words.contains("")) {
            throw new AssertionError("no program in " + words);
        }
    }
}
