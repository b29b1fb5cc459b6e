// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.model.Segment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A host without a fencing device of ours that none of our monitors has given a sign of life of. */
final class Watched implements Check {

    /** Signs of life come every 10 s; a monitor that is being restarted misses a few. */
    private static final Duration SILENCE = Duration.ofMinutes(3);

    @Override
    public String id() {
        return "unwatched";
    }

    @Override
    public String finds() {
        return "a host without a fencing device of ours that none of our monitors has given a sign of life of";
    }

    @Override
    public String why() {
        return "perhaps nobody would report its death, or prove it; a monitor of another make gives no sign of life, so this is a note where no host of the segment has given one";
    }

    @Override
    public String nextStep() {
        return "start Migawari's monitors on it, or configure its fencing devices";
    }

    @Override
    public List<Finding> look(Facts facts) {
        List<Finding> findings = new ArrayList<>();
        for (Segment segment : facts.segments()) {
            List<Facts.Member> members = facts.membersOf(segment);
            List<Facts.Member> silent = members.stream()
                    .filter(member -> !member.hasFencing() && !isHeardOf(facts, member))
                    .toList();
            if (!members.isEmpty() && silent.size() == members.size()) {
                findings.add(note(segment.name(), "no host of the segment has a fencing device or a monitor of ours"));
                continue;
            }
            silent.forEach(
                    member -> findings.add(
                            warning(
                                    member.name().value(),
                                    member.around()
                                            .signOfLife()
                                            .map(sign -> "it has no fencing device, and its " + sign.by()
                                                    + " has been silent since " + sign.at())
                                            .orElse(
                                                    "it has neither a fencing device nor a monitor of ours, as others of its segment have"))));
        }
        return findings;
    }

    private static boolean isHeardOf(Facts facts, Facts.Member member) {
        return member.around()
                .signOfLife()
                .filter(sign -> sign.at().plus(SILENCE).isAfter(facts.now()))
                .isPresent();
    }
}
