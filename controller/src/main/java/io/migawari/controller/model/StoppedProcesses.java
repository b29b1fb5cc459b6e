// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the reports about a host's processes come to: those whose newest report says that they are down. */
public final class StoppedProcesses {

    private StoppedProcesses() {}

    /** In the order of these newest reports. */
    public static List<String> in(List<Evidence> evidence) {
        Map<String, Evidence> newest = new LinkedHashMap<>();
        evidence.stream()
                .filter(word -> word.process().isPresent())
                .sorted(Comparator.comparing(Evidence::observedAt)) // stable: of equal times the one heard later counts
                .forEach(word -> {
                    newest.remove(word.process().get());
                    newest.put(word.process().get(), word);
                });
        return newest.values().stream()
                .filter(word -> word.kind() == Evidence.Kind.PROCESS_STOPPED)
                .flatMap(word -> word.process().stream())
                .toList();
    }
}
