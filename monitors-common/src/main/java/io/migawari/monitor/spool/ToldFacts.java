// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import io.migawari.monitor.notification.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a monitor has told about each of its subjects, kept beside the spool, so that after a restart the same fact is told
 * with the same time and is one notification. To be noted before the notification is appended: if the process dies in
 * between, the next one finds the fact unchanged and tells it all the same, because it tells everything at its start.
 * Used by the watching thread.
 */
public final class ToldFacts {

    private static final Logger log = LoggerFactory.getLogger(ToldFacts.class);

    private static final String FILE = "told-facts";

    private final SpoolDisk disk;
    private final Map<String, Map<String, String>> facts = new TreeMap<>();

    private ToldFacts(SpoolDisk disk) {
        this.disk = disk;
    }

    /** What is there and cannot be read is reported, set aside, and forgotten. */
    public static ToldFacts beside(Spool spool) {
        return on(spool.disk());
    }

    static ToldFacts on(SpoolDisk disk) {
        var told = new ToldFacts(disk);
        try {
            if (disk.names().contains(FILE)) {
                told.read(new String(disk.read(FILE), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            log.atWarn().log("What was told before cannot be read and is told anew: {}", e.getMessage());
            told.facts.clear();
            told.setAside(e);
        }
        return told;
    }

    private void read(String text) throws IOException {
        Json.parse(text).fields().forEach((subject, fact) -> {
            Map<String, String> texts = new HashMap<>();
            fact.fields().forEach((key, value) -> texts.put(key, value.text()));
            facts.put(subject, new TreeMap<>(texts));
        });
    }

    private void setAside(IOException why) {
        try {
            disk.setAside(FILE, "corrupt", String.valueOf(why.getMessage()));
        } catch (IOException e) {
            log.atWarn().log("It cannot be set aside either: {}", e.getMessage());
        }
    }

    public Optional<Map<String, String>> about(String subject) {
        return Optional.ofNullable(facts.get(subject));
    }

    /** If the disk fails, the fact is known to this process only. */
    public void note(String subject, Map<String, String> fact) {
        note(Map.of(subject, fact), Set.of());
    }

    /** Notes several at once, and forgets others, with one write; with none if nothing changes. */
    public void note(Map<String, Map<String, String>> changed, Set<String> forgotten) {
        boolean news = facts.keySet().removeAll(forgotten);
        for (var fact : changed.entrySet()) {
            news |= !fact.getValue().equals(facts.put(fact.getKey(), new TreeMap<>(fact.getValue())));
        }
        if (!news) {
            return;
        }
        try {
            disk.write(FILE, (Json.write(facts) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("subjects", changed.keySet())
                    .log("What was told cannot be kept: {}", e.getMessage());
        }
    }

    /** Everything that was noted about. */
    public Set<String> subjects() {
        return Set.copyOf(facts.keySet());
    }
}
