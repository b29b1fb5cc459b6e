// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor;

import io.migawari.instancemonitor.domain.Domain;
import io.migawari.instancemonitor.judgement.Standing;
import io.migawari.instancemonitor.judgement.Standing.Course;
import io.migawari.monitor.spool.ToldFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of the instances of this host, in memory and, after {@link #keep}, on disk. Used by the watching thread. */
final class KnownInstances {

    private static final Logger log = LoggerFactory.getLogger(KnownInstances.class);

    private static final String BOOT = "boot";
    private static final String NAME = "name";

    private final ToldFacts told;
    private final String bootId;
    private final Map<String, Known> all = new HashMap<>();
    private final Set<String> changed = new HashSet<>();

    /** One of them. */
    record Known(Domain domain, Standing standing) {}

    /**
     * With what a process before this one knew. After a boot of this machine, everything that ran before is off, and that is
     * the death of a host, which is not reported as so many deaths of instances: the host monitor and Nova see to them, and
     * by now they may well run elsewhere.
     *
     * @param bootId which boot of this machine it is
     */
    KnownInstances(ToldFacts told, String bootId) {
        this.told = told;
        this.bootId = bootId;
        int lost = 0;
        for (String uuid : told.subjects()) {
            Map<String, String> texts = told.about(uuid).orElseThrow();
            Optional<Standing> standing = Standing.read(texts);
            if (standing.isPresent() && bootId.equals(texts.get(BOOT))) {
                all.put(uuid, new Known(new Domain(uuid, texts.getOrDefault(NAME, "")), standing.get()));
            } else {
                lost += standing.filter(s -> s.course() == Course.UP).isPresent() ? 1 : 0;
                changed.add(uuid);
            }
        }
        keep();
        if (lost > 0) {
            log.atWarn()
                    .addKeyValue("instances", lost)
                    .log("This machine was started anew; what ran before is the business of those who watch hosts");
        }
    }

    Standing standing(String uuid) {
        return Optional.ofNullable(all.get(uuid)).map(Known::standing).orElse(Standing.UNSEEN);
    }

    Domain domain(String uuid) {
        return Optional.ofNullable(all.get(uuid)).map(Known::domain).orElseGet(() -> new Domain(uuid, ""));
    }

    void learn(Domain domain, Standing standing) {
        all.put(domain.uuid(), new Known(domain, standing));
        changed.add(domain.uuid());
    }

    void forget(String uuid) {
        all.remove(uuid);
        changed.add(uuid);
    }

    List<Known> all() {
        return new ArrayList<>(all.values());
    }

    /** Writes what has changed, if anything has, and returns when it is on disk. */
    void keep() {
        Map<String, Map<String, String>> texts = new HashMap<>();
        Set<String> forgotten = new HashSet<>();
        for (String uuid : changed) {
            Known known = all.get(uuid);
            if (known == null) {
                forgotten.add(uuid);
            } else {
                Map<String, String> fact = known.standing().texts();
                fact.put(BOOT, bootId);
                fact.put(NAME, known.domain().name());
                texts.put(uuid, fact);
            }
        }
        changed.clear();
        told.note(texts, forgotten);
    }
}
