// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.ConfigException;
import io.migawari.processmonitor.masakari.ProcessList;
import io.migawari.processmonitor.process.Sighting;
import io.migawari.processmonitor.process.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Texts of others, spoiled by a seeded hand: what comes out is a sighting or a clear error, never anything else. In every
 * build, that is; {@link ParsersFuzzTest} looks longer.
 */
class ParsersTest {

    private static final int TIMES = 3000;

    static final String UNITS = """
            MainPID=812
            ExecMainStartTimestampMonotonic=5413922
            NRestarts=0
            Result=success
            Names=nova-compute.service
            LoadState=loaded
            ActiveState=active
            SubState=running

            MainPID=0
            ExecMainStartTimestampMonotonic=0
            NRestarts=5
            Result=exit-code
            Names=libvirtd.service
            LoadState=loaded
            ActiveState=failed
            SubState=failed
            """;

    @TempDir
    private Path directory;

    /** A few of: a byte changed, a piece left out, a piece doubled, two pieces swapped, cut off. */
    private static String spoiled(String text, Random random) {
        var bytes = new StringBuilder(text);
        for (int change = 0; change <= random.nextInt(4); change++) {
            if (bytes.length() < 2) {
                break;
            }
            int from = random.nextInt(bytes.length());
            int to = Math.min(bytes.length(), from + 1 + random.nextInt(20));
            switch (random.nextInt(5)) {
                case 0 -> bytes.setCharAt(from, (char) random.nextInt(256));
                case 1 -> bytes.delete(from, to);
                case 2 -> bytes.insert(random.nextInt(bytes.length()), bytes.substring(from, to));
                case 3 ->
                    bytes.insert(
                            from,
                            List.of("\n\n", "=", "\0", "-1", "99999999999999999999", "{", "- ", "é")
                                    .get(random.nextInt(8)));
                default -> bytes.setLength(from);
            }
        }
        return bytes.toString();
    }

    @Test
    void whateverSystemctlSaysIsASightingOfEachUnitThatWasAskedFor() {
        List<String> names = List.of("nova-compute.service", "libvirtd.service");
        int blind = 0;
        for (int seed = 0; seed < TIMES; seed++) {
            Collection<Sighting> seen =
                    Units.read(names, spoiled(UNITS, new Random(seed))).values();
            assertThat(seen).as("seed %s", seed).hasSize(2).doesNotContainNull();
            blind += seen.stream().anyMatch(Sighting.CannotSee.class::isInstance) ? 1 : 0;
        }
        assertThat(blind).isBetween(TIMES / 10, TIMES - TIMES / 10);
    }

    @Test
    void whateverIsInProcAndInAPidFileIsASighting() throws IOException {
        Path proc = Files.createDirectories(directory.resolve("proc"));
        Files.createDirectories(proc.resolve("1"));
        Files.writeString(proc.resolve("1/stat"), "1 (init) S 0");
        Files.createDirectories(proc.resolve("77"));
        String stat = "77 (a) b) S 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 4711 0";
        Path pidFile = directory.resolve("pid");
        for (int seed = 0; seed < TIMES / 10; seed++) {
            var random = new Random(seed);
            write(proc.resolve("77/stat"), spoiled(stat, random));
            write(proc.resolve("77/cmdline"), spoiled("/usr/bin/python3\0-E\0/bin/x\0", random));
            write(pidFile, random.nextBoolean() ? "77\n" : spoiled("77\n", random));
            var table = new ProcessTable(proc);
            assertThat(table.byPidFile(pidFile, Optional.of(Path.of("/bin/x"))))
                    .as("seed %s", seed)
                    .isNotNull();
            assertThat(table.byExecutable(Path.of("/bin/x")))
                    .as("seed %s", seed)
                    .isNotNull();
        }
    }

    @Test
    void whateverMasakarisListSaysIsTakenOrRefusedWithItsPlace() throws IOException {
        String list = """
                -
                    process_name: /usr/sbin/libvirtd
                    start_command: systemctl start libvirtd
                    pre_start_command:
                    restart_command: systemctl restart libvirtd
                    post_restart_command: echo done
                    run_as_root: True
                - {process_name: /usr/bin/python3 /usr/bin/x, restart_command: "x; y", run_as_root: no}
                """;
        int refused = 0;
        for (int seed = 0; seed < TIMES / 3; seed++) {
            Path file = directory.resolve("list.yaml");
            write(file, spoiled(list, new Random(seed)));
            try {
                assertThat(ProcessList.read(file, Set.of())).as("seed %s", seed).isNotNull();
            } catch (ConfigException e) {
                refused++;
                assertThat(e).as("seed %s", seed).hasMessageContaining("list.yaml");
            }
        }
        assertThat(refused).isBetween(TIMES / 30, TIMES / 3);
    }

    @Test
    void whateverWasKeptOfAPlaceIsAPlaceOrNothing() {
        for (int seed = 0; seed < TIMES; seed++) {
            var random = new Random(seed);
            String key = List.of("unit", "pid-file", "executable").get(random.nextInt(3));
            assertThat(Where.read(Map.of(key, spoiled("/usr/sbin/a.service", random))))
                    .as("seed %s", seed)
                    .isNotNull();
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
