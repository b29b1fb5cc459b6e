// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.process;

import java.util.List;
import java.util.Map;

/** What can be seen of the processes of this machine. */
public interface Processes {

    /** One sighting for each, by name. What fails or takes too long is {@link Sighting.CannotSee}. */
    Map<String, Sighting> look(List<WatchedProcess> watched) throws InterruptedException;
}
