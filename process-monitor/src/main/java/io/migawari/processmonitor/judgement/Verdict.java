// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.judgement;

import java.util.List;

/** What is to be done about one process. */
public sealed interface Verdict {

    String why();

    record Nothing(String why) implements Verdict {}

    /** @param attempt 1 is the first one */
    record Start(int attempt, List<String> command, String why) implements Verdict {}

    /** Holds as long as the fact does; who tells knows whether it was told. */
    record Tell(ProcessFact fact, String why) implements Verdict {}
}
