// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Segment;
import java.util.ArrayList;
import java.util.List;

/** A segment whose recovery method needs a reserved host, and that has none that could be used. */
final class ReservedHostLeft implements Check {

    @Override
    public String id() {
        return "no-reserved-host";
    }

    @Override
    public String finds() {
        return "a segment whose recovery method needs a reserved host, and that has none that could be used";
    }

    @Override
    public String why() {
        return "its instances would have nowhere to go, or with rh_priority only where the scheduler finds room";
    }

    @Override
    public String nextStep() {
        return "migawari reserved-host add SUBJECT HOST";
    }

    @Override
    public List<Finding> look(Facts facts) {
        if (facts.services().known().isEmpty()) {
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        for (Segment segment : facts.segments()) {
            boolean wantsOne =
                    segment.method() == RecoveryMethod.RESERVED_HOST || segment.method() == RecoveryMethod.RH_PRIORITY;
            boolean hasHosts = facts.membersOf(segment).stream()
                    .anyMatch(member -> !member.host().reserved());
            boolean hasOne = facts.membersOf(segment).stream().anyMatch(member -> isUsable(facts, member));
            if (wantsOne && hasHosts && !hasOne) {
                String words = "no reserved host of the segment could be used now";
                findings.add(
                        segment.method() == RecoveryMethod.RESERVED_HOST
                                ? error(segment.name(), words)
                                : warning(segment.name(), words));
            }
        }
        return findings;
    }

    private static boolean isUsable(Facts facts, Facts.Member member) {
        return member.host().reserved()
                && !member.host().onMaintenance()
                && !member.hasFailed()
                && !member.around().withProcessesDown().contains(member.name())
                && facts.service(member.name())
                        .filter(service -> service.up() && !service.forcedDown())
                        .isPresent();
    }
}
