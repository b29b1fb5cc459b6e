// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;
import java.util.Optional;

/** A host that is on maintenance, or covered by a pause. */
final class Paused implements Check {

    @Override
    public String id() {
        return "paused";
    }

    @Override
    public String finds() {
        return "a host that is on maintenance, or covered by a pause";
    }

    @Override
    public String why() {
        return "reports about it are refused, or its recovery waits";
    }

    @Override
    public String nextStep() {
        return "end the pause or the maintenance when the work is done";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.members().stream()
                .filter(member -> !member.host().reserved())
                .flatMap(member ->
                        words(facts, member).map(words -> note(member.name().value(), words)).stream())
                .toList();
    }

    private static Optional<String> words(Facts facts, Facts.Member member) {
        if (member.host().onMaintenance()) {
            return Optional.of("it is on maintenance");
        }
        return member.around().pauses().stream()
                .filter(pause -> pause.holds(facts.now()))
                .findFirst()
                .map(pause -> "paused by " + pause.by() + " until " + pause.until() + ": " + pause.reason());
    }
}
