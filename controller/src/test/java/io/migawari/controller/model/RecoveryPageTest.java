// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.GeneratedPart;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The phases and the reasons to wait, as docs/recovery.md shows them. */
class RecoveryPageTest {

    @Test
    void thePhasesAreDrawnAsTheCodeAllowsThem() throws IOException {
        var server = new ServerId(new UUID(0, 1));
        for (Subject subject : List.of(
                new Subject.WholeHost(),
                new Subject.Instance(server, Optional.empty()),
                new Subject.Processes(),
                Subject.Return.from(IncidentId.random()))) {
            GeneratedPart.check("recovery.md", "phases-" + subject.kind(), diagram(subject.firstPhase()));
        }
    }

    @Test
    void everyPhaseIsReachedBySomeKindOfIncident() {
        Set<Phase> reached = EnumSet.noneOf(Phase.class);
        List.of(Phase.PROVING, Phase.RESTARTING, Phase.KEEPING_OUT, Phase.AWAY)
                .forEach(first -> reached.addAll(reachable(first)));

        assertThat(reached).containsExactlyInAnyOrder(Phase.values());
    }

    private static Set<Phase> reachable(Phase first) {
        Set<Phase> reached = EnumSet.of(first);
        int before;
        do {
            before = reached.size();
            List.copyOf(reached).forEach(phase -> reached.addAll(phase.next()));
        } while (reached.size() > before);
        return reached;
    }

    private static String diagram(Phase first) {
        var diagram = new StringBuilder("```mermaid\nstateDiagram-v2\n    [*] --> " + first + "\n");
        for (Phase phase : reachable(first)) {
            diagram.append("    ")
                    .append(phase)
                    .append(": ")
                    .append(phase.title())
                    .append('\n');
            phase.next()
                    .forEach(next -> diagram.append("    ")
                            .append(phase)
                            .append(" --> ")
                            .append(next)
                            .append('\n'));
            if (phase.isEnd()) {
                diagram.append("    ").append(phase).append(" --> [*]\n");
            }
        }
        return diagram.append("```\n").toString();
    }

    @Test
    void everyReasonToWaitHasItsNextStepOnThePage() throws IOException {
        var table = new StringBuilder("| waiting for | a person is needed | next step |\n| --- | --- | --- |\n");
        for (Gate.Kind kind : Gate.Kind.values()) {
            table.append("| `")
                    .append(kind.name().toLowerCase(Locale.ROOT))
                    .append("` | ")
                    .append(kind.needsPerson() ? "yes" : "usually not")
                    .append(" | ")
                    .append(kind.nextStep())
                    .append(" |\n");
        }
        GeneratedPart.check("recovery.md", "gates", table.toString());
    }
}
