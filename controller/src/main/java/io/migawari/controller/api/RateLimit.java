// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often each client may ask: a bucket of tokens each, which holds what flows in within {@link #BURST}. Of clients that have
 * not been heard of for longest no more is known than of new ones, so that the memory is bounded. Safe for any thread.
 */
final class RateLimit {

    private static final Logger log = LoggerFactory.getLogger(RateLimit.class);

    /** A script's or a storm's beginning is no misuse. */
    static final Duration BURST = Duration.ofSeconds(10);

    static final int MOST_CLIENTS = 10_000;

    private static final Duration SILENCE = Duration.ofMinutes(1);

    private static final class Bucket {
        private double tokens;
        private long filledAt;
        private long silentUntil;
        private boolean hasBeenTold;

        Bucket(double tokens, long now) {
            this.tokens = tokens;
            this.filledAt = now;
        }
    }

    private final String what;
    private final int perSecond;
    private final double most;
    private final Time time;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST_CLIENTS;
        }
    };

    /**
     * @param what is limited, for the log
     * @param perSecond in the long run; 0: as often as it likes
     */
    RateLimit(String what, int perSecond, Time time) {
        this.what = what;
        this.perSecond = perSecond;
        this.most = perSecond * (double) BURST.toSeconds();
        this.time = time;
    }

    /** @return how long the client has to wait, if this is once too often */
    Optional<Duration> take(String client) {
        return look(client, 1);
    }

    /** As {@link #take}, without counting it. */
    Optional<Duration> peek(String client) {
        return look(client, 0);
    }

    private synchronized Optional<Duration> look(String client, int cost) {
        if (perSecond == 0) {
            return Optional.empty();
        }
        long now = time.nanos();
        Bucket bucket = buckets.computeIfAbsent(client, name -> new Bucket(most, now));
        bucket.tokens = Math.min(most, bucket.tokens + (now - bucket.filledAt) / 1e9 * perSecond);
        bucket.filledAt = now;
        if (bucket.tokens >= 1) {
            bucket.tokens -= cost;
            return Optional.empty();
        }
        tell(client, bucket, now);
        return Optional.of(Duration.ofNanos((long) Math.ceil((1 - bucket.tokens) / perSecond * 1e9)));
    }

    private void tell(String client, Bucket bucket, long now) {
        if (bucket.hasBeenTold && now - bucket.silentUntil < 0) {
            return;
        }
        bucket.hasBeenTold = true;
        bucket.silentUntil = now + SILENCE.toNanos();
        log.atWarn()
                .addKeyValue("client", client)
                .log(
                        "More than {} {} a second: answered 429 until there are fewer. Next step: look what it is that asks so "
                                + "often, or raise api.rate-limit",
                        perSecond,
                        what);
    }
}
