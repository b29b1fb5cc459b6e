// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;
import java.util.stream.Collectors;

/** A host of a segment that Nova does not have under this name. */
final class UnknownToNova implements Check {

    @Override
    public String id() {
        return "unknown-to-nova";
    }

    @Override
    public String finds() {
        return "a host of a segment that Nova does not have under this name";
    }

    @Override
    public String why() {
        return "its recovery would find no instances to move, and wait; names count to the letter, with their domain";
    }

    @Override
    public String nextStep() {
        return "compare with: openstack compute service list; then migawari host update SEGMENT SUBJECT --name NAME, and use that name in the monitors";
    }

    @Override
    public List<Finding> look(Facts facts) {
        if (facts.services().known().isEmpty()) {
            return List.of();
        }
        return facts.members().stream()
                .filter(member -> facts.service(member.name()).isEmpty())
                .map(member -> error(
                        member.name().value(),
                        "Nova has no nova-compute on a host of this name" + alike(facts, member)))
                .toList();
    }

    private static String alike(Facts facts, Facts.Member member) {
        String names = facts.services().known().orElse(List.of()).stream()
                .map(service -> service.host().value())
                .filter(name ->
                        shortened(name).equalsIgnoreCase(shortened(member.name().value())))
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "; it has " + names;
    }

    private static String shortened(String name) {
        return name.replaceFirst("\\..*", "");
    }
}
