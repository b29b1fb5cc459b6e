// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.time.Duration;

/**
 * What is wrong with one server.
 *
 * @param refusal the HTTP status with which Nova refuses to evacuate or migrate it; 0: it does not
 * @param failures how many of its next evacuations are accepted and then fail; {@link HostFaults#ALWAYS} for all
 * @param startFailures the same of its next starts
 * @param moveFailures the same of its next live and cold migrations, which leave it running where it was
 * @param copyDelay how much longer than usual its memory takes to be copied
 */
public record ServerFaults(int refusal, int failures, int startFailures, int moveFailures, Duration copyDelay) {

    public static final ServerFaults NONE = new ServerFaults(0, 0, 0, 0, Duration.ZERO);

    public ServerFaults {
        if (refusal != 0 && (refusal < 400 || refusal > 599)) {
            throw new IllegalArgumentException("refusal: " + refusal + ", expected 400 to 599, or 0");
        }
    }

    public static ServerFaults refusedWith(int status) {
        return new ServerFaults(status, 0, 0, 0, Duration.ZERO);
    }

    public static ServerFaults failing(int times) {
        return NONE.withFailures(times);
    }

    public static ServerFaults notStarting(int times) {
        return NONE.withStartFailures(times);
    }

    public static ServerFaults notMoving(int times) {
        return NONE.withMoveFailures(times);
    }

    /** Its guest writes so fast that copying its memory takes so much longer. */
    public static ServerFaults copyingSlowly(Duration delay) {
        return new ServerFaults(0, 0, 0, 0, delay);
    }

    ServerFaults withFailures(int times) {
        return new ServerFaults(refusal, times, startFailures, moveFailures, copyDelay);
    }

    ServerFaults withStartFailures(int times) {
        return new ServerFaults(refusal, failures, times, moveFailures, copyDelay);
    }

    ServerFaults withMoveFailures(int times) {
        return new ServerFaults(refusal, failures, startFailures, times, copyDelay);
    }
}
