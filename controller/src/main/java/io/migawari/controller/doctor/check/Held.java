// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.foresight.Plan;
import io.migawari.controller.model.Gate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A segment in which the next loss of a host would be held by a gate that nobody has shut on purpose. */
final class Held implements Check {

    /** What a person has shut is known to him, and what opens by itself within a minute is not worth a word. */
    private static final Set<String> SHUT_BY_NOBODY =
            Set.of(Gate.Kind.STORM.name(), Gate.Kind.SELF_CHECK.name(), Gate.Kind.HOST_ALIVE.name());

    @Override
    public String id() {
        return "held";
    }

    @Override
    public String finds() {
        return "a segment in which the next loss of a host would be held: too many hosts are out already, or the self-check fails";
    }

    @Override
    public String why() {
        return "its instances would wait until the gate opens or somebody approves";
    }

    @Override
    public String nextStep() {
        return "bring back the hosts that are out (migawari incident list --open), or look at what the self-check says; docs/recovery.md has the gates";
    }

    @Override
    public List<Finding> look(Facts facts) {
        Map<String, Plan.Hold> bySegment = new LinkedHashMap<>();
        for (Plan plan : facts.plans()) {
            plan.held()
                    .filter(hold -> SHUT_BY_NOBODY.contains(hold.kind()))
                    .ifPresent(hold -> bySegment.putIfAbsent(plan.segment(), hold));
        }
        List<Finding> findings = new ArrayList<>();
        bySegment.forEach((segment, hold) -> findings.add(warning(segment, "if another host died: " + hold.words())));
        return findings;
    }
}
