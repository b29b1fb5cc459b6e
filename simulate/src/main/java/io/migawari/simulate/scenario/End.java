// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.scenario;

import io.migawari.simulate.world.Invariant;
import io.migawari.simulate.world.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How things stand at the end of a scenario, as far as somebody has said so by hand: this is never rewritten by
 * {@code --update}.
 *
 * @param instances by their names: {@code active on compute2}
 * @param hosts {@code disabled, forced down}
 * @param incidents by what they are about: {@code recovered}
 * @param settled whether everything has to have come to an end, or to wait visibly for something that has really not come
 * @param ranTwice the instances of which two guests ran at once at some time; the harm that all of this is against
 */
public record End(
        Map<String, String> instances,
        Map<String, String> hosts,
        Map<String, String> incidents,
        boolean settled,
        List<String> ranTwice) {

    public End {
        instances = new LinkedHashMap<>(instances);
        hosts = new LinkedHashMap<>(hosts);
        incidents = new LinkedHashMap<>(incidents);
        ranTwice = List.copyOf(ranTwice);
    }

    /** What is otherwise, each in a line of its own. */
    List<String> differences(Reading reading) {
        List<String> all = new ArrayList<>();
        instances.forEach((name, state) -> compare(all, "instance " + name, state, reading.instance(name)));
        hosts.forEach((name, state) -> compare(all, "host " + name, state, reading.host(name)));
        Map<String, String> found = reading.incidents();
        incidents.forEach(
                (name, state) -> compare(all, "incident " + name, state, Optional.ofNullable(found.get(name))));
        found.forEach((name, state) -> {
            boolean isAwaitedReturn = name.endsWith(" return"); // follows every recovery of a host
            boolean saysNothing = settled && incidents.isEmpty();
            if (!incidents.containsKey(name) && !isAwaitedReturn && !saysNothing) {
                all.add("incident " + name + ": not expected, and it is " + state);
            }
        });
        if (settled) {
            reading.unsettled().forEach(words -> all.add(Invariant.SETTLED.words() + ": " + words));
        }
        if (!ranTwice.equals(reading.ranTwice())) {
            all.add(Invariant.NEVER_TWO.words() + ": two guests at once: expected of " + ranTwice + ", found of "
                    + reading.ranTwice());
        }
        return all;
    }

    private static void compare(List<String> all, String what, String expected, Optional<String> found) {
        if (!found.equals(Optional.of(expected))) {
            all.add(what + ": expected " + expected + ", found " + found.orElse("none"));
        }
    }
}
