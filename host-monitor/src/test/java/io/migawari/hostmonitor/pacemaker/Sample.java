// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.pacemaker;

import io.migawari.hostmonitor.membership.Sighting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the real tools said in a state of a real cluster (Corosync 3.1.7, Pacemaker 2.1.5). */
public final class Sample {

    private static final Path ALL = Path.of("src/test/resources/pacemaker");

    private Sample() {}

    static List<String> names() {
        try (Stream<Path> all = Files.list(ALL)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String mon(String name) {
        return text(name, "crm_mon.xml");
    }

    static String cib(String name) {
        return text(name, "cib.xml");
    }

    /** A tool that cannot reach the cluster prints none. */
    static boolean hasCib(String name) {
        return Files.exists(ALL.resolve(name).resolve("cib.xml"));
    }

    private static String text(String name, String file) {
        try {
            return Files.readString(ALL.resolve(name).resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the driver makes of it on a node. */
    public static Sighting seen(String name, String self) {
        try {
            return ClusterView.of(self, CrmMon.parse(mon(name)), Cib.parse(cib(name)));
        } catch (UnreadableException e) {
            return new Sighting.CannotSee(e.getMessage());
        }
    }
}
