// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.judgement;

import java.time.Instant;

/** What follows from one sign of one domain. */
public sealed interface Verdict {

    String why();

    record Nothing(String why) implements Verdict {}

    /** What becomes of the domain is to be seen by a look soon. */
    record LookSoon(String why) implements Verdict {}

    /**
     * To be told.
     *
     * @param since when it came about, or was first seen
     */
    record Tell(Name name, Instant since, String why) implements Verdict {}
}
