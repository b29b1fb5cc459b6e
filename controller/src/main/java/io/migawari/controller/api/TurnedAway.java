// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.controller.ops.Metrics;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is told of requests that found no place in the {@link RequestQueue}: each is counted, and the log says so at the first,
 * and then once a minute at most, or a storm of requests would become one of log lines. Safe for any thread.
 */
final class TurnedAway implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(TurnedAway.class);

    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final Metrics metrics;
    private final Time time;
    private Deadline silentUntil;
    private long untold;

    TurnedAway(Metrics metrics, Time time) {
        this.metrics = metrics;
        this.time = time;
        this.silentUntil = time.deadlineAfter(Duration.ZERO);
    }

    @Override
    public void run() {
        metrics.answered("?", "?", 503);
        long number = numberToTell();
        if (number > 0) {
            log.atWarn()
                    .log(
                            "More requests come than can be served: {} answered 503 since this was last said; monitors send theirs "
                                    + "again. Next step: find who asks so much (what is asked: migawari_api_requests_total; by whom: "
                                    + "the log of the proxy in front of the API)",
                            number);
        }
    }

    /** 0 while there is nothing to be told yet. */
    private synchronized long numberToTell() {
        untold++;
        if (!silentUntil.isPast()) {
            return 0;
        }
        silentUntil = time.deadlineAfter(SILENCE);
        long number = untold;
        untold = 0;
        return number;
    }
}
