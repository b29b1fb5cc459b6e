// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor;

import io.migawari.controller.GeneratedPart;
import io.migawari.controller.doctor.check.Check;
import io.migawari.controller.doctor.check.Checks;
import io.migawari.controller.node.NodeCheck;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about the doctor lists the checks that there are. */
class DoctorPageTest {

    @Test
    void thePageSaysWhatIsLookedAt() throws IOException {
        GeneratedPart.check(
                "doctor.md",
                "checks",
                Checks.ALL.stream()
                        .map(DoctorPageTest::row)
                        .collect(Collectors.joining(
                                "",
                                "| check | what is found | why it matters | next step |\n| --- | --- | --- | --- |\n",
                                "")));
    }

    @Test
    void thePageSaysWhatIsLookedAtOnAComputeNode() throws IOException {
        GeneratedPart.check(
                "doctor.md",
                "local",
                Arrays.stream(NodeCheck.values())
                        .map(check -> "| `" + check.id() + "` | " + check.finds() + " | " + check.why() + " | "
                                + check.nextStep() + " |\n")
                        .collect(Collectors.joining(
                                "",
                                "| check | what is found | why it matters | next step |\n| --- | --- | --- | --- |\n",
                                "")));
    }

    private static String row(Check check) {
        return "| `" + check.id() + "` | " + check.finds() + " | " + check.why() + " | "
                + check.nextStep().replace("|", "\\|") + " |\n";
    }
}
