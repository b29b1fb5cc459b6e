// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.recovery;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.decision.Seen;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The list of Nova's services, shared by all incidents: those that look at the same time share one call. Safe for any
 * thread.
 */
final class ServiceList {

    private final Cloud cloud;
    private final Time time;
    private final Duration patience;
    private final Lock turn;

    private Seen.@Nullable Known<List<ComputeService>> last;
    private long lastNanos;
    /** The last answer if it was none, and when we knew. */
    private Seen.@Nullable Unknown<List<ComputeService>> failure;

    private long failedNanos;

    /** @param turn held by the one who asks */
    ServiceList(Cloud cloud, Time time, Duration patience, Lock turn) {
        this.cloud = cloud;
        this.time = time;
        this.patience = patience;
        this.turn = turn;
    }

    /**
     * The list, not older than {@code mayBeOld} at the time of this call. It holds back other callers while it asks, on
     * purpose: they then get the same answer.
     */
    Seen<List<ComputeService>> read(long calledAtNanos, Duration mayBeOld) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            return readAlone(calledAtNanos, mayBeOld);
        } finally {
            turn.unlock();
        }
    }

    private Seen<List<ComputeService>> readAlone(long calledAtNanos, Duration mayBeOld) throws InterruptedException {
        if (last != null && lastNanos - (calledAtNanos - mayBeOld.toNanos()) >= 0) {
            return last;
        }
        if (failure != null && failedNanos - calledAtNanos > 0) {
            // Who has waited for it meanwhile gets the same: a Nova that hangs costs each incident its patience once.
            return failure;
        }
        long askedNanos = time.nanos();
        Instant asked = time.now();
        try {
            last = new Seen.Known<>(cloud.computeServices(patience), asked);
            lastNanos = askedNanos;
            failure = null;
            return last;
        } catch (CloudException e) {
            failure = new Seen.Unknown<>(e.words());
            failedNanos = time.nanos();
            return failure;
        }
    }
}
