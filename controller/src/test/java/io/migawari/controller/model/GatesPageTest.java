// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

import io.migawari.controller.GeneratedPart;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** docs/gates.md. */
class GatesPageTest {

    @Test
    void everyGateIsOnThePage() throws IOException {
        var table = new StringBuilder("""
                | gate | shut by | looks at | when that is not known | opened by | `approve` | metric |
                | --- | --- | --- | --- | --- | --- | --- |
                """);
        for (Gate.Kind kind : Gate.Kind.values()) {
            GateFacts facts = GateFacts.of(kind);
            table.append("| `")
                    .append(kind.name().toLowerCase(Locale.ROOT))
                    .append("` | ")
                    .append(facts.shutBy())
                    .append(" | ")
                    .append(facts.input())
                    .append(" | ")
                    .append(facts.withoutInput())
                    .append(" | ")
                    .append(facts.openedBy())
                    .append(" | ")
                    .append(kind.isApprovable() ? "opens it" : "no")
                    .append(" | `")
                    .append(GateFacts.metric(kind))
                    .append("` |\n");
        }
        GeneratedPart.check("gates.md", "gates", table.toString());
    }
}
