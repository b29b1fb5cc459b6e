// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import io.migawari.controller.GeneratedPart;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The phases and the reasons to wait, as docs/recovery.md shows them. */
class RecoveryPageTest {

    @Test
    void thePhasesAreDrawnAsTheCodeAllowsThem() throws IOException {
        var diagram = new StringBuilder("```mermaid\nstateDiagram-v2\n    [*] --> PROVING\n");
        for (Phase phase : Phase.values()) {
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
        GeneratedPart.check("recovery.md", "phases", diagram.append("```\n").toString());
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
