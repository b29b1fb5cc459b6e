// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.event.KeyValuePair;

/** What a log event is about: its pairs of key and value, as they came. */
final class Pairs {

    /** Names the event where its words do not; see {@link LogEvents}. Not one of the pairs, wherever they are written. */
    static final String EVENT = "event";

    private final List<KeyValuePair> all;

    private Pairs(List<KeyValuePair> all) {
        this.all = all;
    }

    static Pairs of(ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        return new Pairs(pairs == null ? List.of() : pairs);
    }

    Optional<String> event() {
        return all.stream()
                .filter(pair -> pair.key.equals(EVENT))
                .map(pair -> String.valueOf(pair.value))
                .findFirst();
    }

    void forEach(BiConsumer<String, String> writer) {
        all.stream()
                .filter(pair -> !pair.key.equals(EVENT))
                .forEach(pair -> writer.accept(pair.key, String.valueOf(pair.value)));
    }

    /** For what knows each key once. */
    Map<String, String> byKey() {
        Map<String, String> map = new LinkedHashMap<>();
        forEach(map::putIfAbsent);
        return map;
    }
}
