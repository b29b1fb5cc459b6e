// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.agent;

import java.time.Duration;

/** The agents inside of the guests. Safe for any thread. */
public interface GuestAgents {

    /** What came of asking one. */
    enum Answer {
        ANSWERED,
        /** It is there, and says nothing in time. */
        SILENT,
        /** It could not be asked, or there is none, or it was stopped in good order: nothing follows. */
        NOT_ASKED
    }

    /** Asks an agent whether it is there. Takes as long as the guest takes, at most about that time. */
    Answer ping(String uuid, Duration most);
}
