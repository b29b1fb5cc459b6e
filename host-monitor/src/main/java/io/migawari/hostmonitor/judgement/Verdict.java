// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.judgement;

import io.migawari.hostmonitor.membership.Fencing;
import java.util.Optional;

/** What the judge makes of one host in one sighting. */
public sealed interface Verdict {

    String why();

    /**
     * A fact that is to be told, unless it was, or is only to be kept ({@link HostFact.Kind#isTold}).
     *
     * @param fencing the proof, for a host that was fenced
     */
    record Tell(HostFact fact, Optional<Fencing> fencing, String why) implements Verdict {}

    /** Nothing is to be told about this host, or not yet. */
    record Wait(String why) implements Verdict {}
}
