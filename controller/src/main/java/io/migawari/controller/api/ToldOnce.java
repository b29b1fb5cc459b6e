// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells whether something is news: it was not heard within ten minutes. A monitor whose certificate does not fit tries again every few
 * seconds, and what it is refused is kept for ever. Safe for any thread.
 */
final class ToldOnce {

    private static final Duration SILENCE = Duration.ofMinutes(10);
    private static final int MOST = 10_000;

    private final Time time;
    private final Map<String, Deadline> told = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deadline> eldest) {
            return size() > MOST;
        }
    };

    ToldOnce(Time time) {
        this.time = time;
    }

    synchronized boolean isNews(String what) {
        Deadline until = told.get(what);
        if (until != null && !until.isPast()) {
            return false;
        }
        told.remove(what);
        told.put(what, time.deadlineAfter(SILENCE));
        return true;
    }
}
