// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.intake;

import io.migawari.controller.model.HostName;
import io.migawari.controller.store.SignsOfLife;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes the signs of life of the hosts in. Three monitors a host, each every 10 s, are 300 a second for 1000 hosts; of those
 * of one host only the first within {@link #QUIET} is written. So what is stored may be that much older than the truth, which
 * makes no difference to whoever asks: a sign counts only when it is later than a report by the tolerance of clocks, and the
 * next one of the same monitor comes soon enough. Safe for any thread.
 */
public final class Pulse {

    static final Duration QUIET = Duration.ofSeconds(5);

    private final SignsOfLife signs;
    private final Time time;

    /** Only hosts that are registered come in here, so it does not grow without bounds. */
    private final Map<HostName, Deadline> quiet = new ConcurrentHashMap<>();

    public Pulse(SignsOfLife signs, Time time) {
        this.signs = signs;
        this.time = time;
    }

    /** @return false if no segment has a host of that name */
    public boolean felt(HostName host, String monitor) {
        Deadline until = quiet.get(host);
        if (until != null && !until.isPast()) {
            return true;
        }
        if (!signs.given(host, monitor)) {
            quiet.remove(host);
            return false;
        }
        quiet.put(host, time.deadlineAfter(QUIET));
        return true;
    }
}
