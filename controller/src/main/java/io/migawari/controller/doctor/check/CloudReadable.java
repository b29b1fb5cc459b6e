// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.controller.decision.Seen;
import java.util.List;
import java.util.stream.Stream;

/** A list of Nova, Placement or Keystone that cannot be read. */
final class CloudReadable implements Check {

    @Override
    public String id() {
        return "cloud";
    }

    @Override
    public String finds() {
        return "a list of Nova, Placement or Keystone that cannot be read";
    }

    @Override
    public String why() {
        return "what cannot be read now cannot be read when a host has failed; the other checks leave out what depends on it";
    }

    @Override
    public String nextStep() {
        return "look at the service that is named, at its endpoint in the catalogue and at the roles of our user";
    }

    private record Question(String subject, Seen<?> answer, boolean isNeeded) {}

    @Override
    public List<Finding> look(Facts facts) {
        return Stream.of(
                        new Question("Keystone and Nova's versions", facts.access(), true),
                        new Question("Nova: os-services", facts.services(), true),
                        new Question("Nova: servers of all projects", facts.residents(), true),
                        new Question("Nova: os-migrations", facts.unfinished(), true),
                        new Question(
                                "Nova: os-aggregates",
                                facts.aggregates(),
                                facts.settings().addToAggregates()),
                        new Question("Nova: zones of os-services", facts.zones(), false),
                        new Question("Nova: os-server-groups", facts.groups(), false),
                        new Question("Placement: allocation_candidates", facts.rooms(), false))
                .flatMap(question -> question
                        .answer()
                        .whyUnknown()
                        .map(words -> question.isNeeded()
                                ? error(question.subject(), words)
                                : warning(question.subject(), words))
                        .stream())
                .toList();
    }
}
