// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.time.Duration;

/**
 * How long things take. The defaults are what a small real cloud showed (Nova 26.2 with a report interval of 1 s and a
 * service down time of 6 s); Nova's own defaults for these two are 10 s and 60 s.
 *
 * @param heartbeat between two reports of a nova-compute
 * @param serviceDownTime a service whose last report is older is down
 * @param rpcTimeout how long Nova waits for the answer of a nova-compute that is dead (rpc_response_timeout)
 * @param periodicUpdate until nova-compute notices by itself that it was enabled or disabled
 * @param evacuation the stages of one evacuation
 * @param power stopping, starting or rebooting a guest
 * @param deletion deleting a guest
 * @param guestGone how long nova-compute keeps to itself that a guest has gone, in case it is about to come back
 * @param hypervisorBack until a nova-compute whose libvirt is back has noticed it
 * @param live the stages of one live migration
 * @param cold the stages of one cold migration
 */
public record Timings(
        Duration heartbeat,
        Duration serviceDownTime,
        Duration rpcTimeout,
        Duration periodicUpdate,
        Evacuation evacuation,
        Duration power,
        Duration deletion,
        Duration guestGone,
        Duration hypervisorBack,
        Live live,
        Cold cold) {

    /**
     * The stages of one evacuation, each counted from the end of the one before.
     *
     * @param scheduling until its destination takes it on
     * @param rebuild until the guest runs there, if nothing else is being rebuilt there
     * @param turn how long a rebuild keeps the next one at the same destination from beginning
     * @param handOver until Nova's database has the server at the destination
     */
    public record Evacuation(Duration scheduling, Duration rebuild, Duration turn, Duration handOver) {}

    /**
     * The stages of one live migration, each counted from the end of the one before; it waits for others of its source in between.
     *
     * @param scheduling until there is a record of it, and as long again until a destination has been found
     * @param preparing until its memory begins to be copied
     * @param copying until its guest runs at the destination
     * @param handOver until Nova's database has the server there, and until the record says so; also for the way back
     * @param destinationLost how long the source takes to notice that the destination has died
     * @param sourceLost how long what has arrived at the destination stays in the way there when the source has died
     */
    public record Live(
            Duration scheduling,
            Duration preparing,
            Duration copying,
            Duration handOver,
            Duration destinationLost,
            Duration sourceLost) {}

    /**
     * The stages of one cold migration, each counted from the end of the one before.
     *
     * @param scheduling until there is a record of it, and as long again until a destination has been found
     * @param leaving until the guest has stopped and its disks are at the destination
     * @param arriving until it runs there
     * @param ending confirming it, or each of the two halves of reverting it
     */
    public record Cold(Duration scheduling, Duration leaving, Duration arriving, Duration ending) {}

    public static final Timings DEFAULTS = new Timings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(6),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            new Evacuation(
                    Duration.ofMillis(300), Duration.ofMillis(800), Duration.ofMillis(100), Duration.ofMillis(200)),
            Duration.ofMillis(300),
            Duration.ofMillis(200),
            Duration.ofSeconds(15),
            Duration.ofSeconds(23),
            new Live(
                    Duration.ofMillis(150),
                    Duration.ofMillis(300),
                    Duration.ofMillis(1200),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(27),
                    Duration.ofSeconds(30)),
            new Cold(Duration.ofMillis(150), Duration.ofMillis(2500), Duration.ofMillis(1500), Duration.ofMillis(300)));

    public Timings {
        if (heartbeat.isZero() || heartbeat.isNegative()) {
            throw new IllegalArgumentException("heartbeat: " + heartbeat + ", expected more than 0");
        }
    }

    public Timings withHeartbeat(Duration interval, Duration downTime) {
        return new Timings(
                interval,
                downTime,
                rpcTimeout,
                periodicUpdate,
                evacuation,
                power,
                deletion,
                guestGone,
                hypervisorBack,
                live,
                cold);
    }

    public Timings withRpcTimeout(Duration value) {
        return new Timings(
                heartbeat,
                serviceDownTime,
                value,
                periodicUpdate,
                evacuation,
                power,
                deletion,
                guestGone,
                hypervisorBack,
                live,
                cold);
    }

    public Timings withEvacuation(Evacuation value) {
        return new Timings(
                heartbeat,
                serviceDownTime,
                rpcTimeout,
                periodicUpdate,
                value,
                power,
                deletion,
                guestGone,
                hypervisorBack,
                live,
                cold);
    }

    public Timings withGuestGone(Duration value) {
        return new Timings(
                heartbeat,
                serviceDownTime,
                rpcTimeout,
                periodicUpdate,
                evacuation,
                power,
                deletion,
                value,
                hypervisorBack,
                live,
                cold);
    }

    public Timings withHypervisorBack(Duration value) {
        return new Timings(
                heartbeat,
                serviceDownTime,
                rpcTimeout,
                periodicUpdate,
                evacuation,
                power,
                deletion,
                guestGone,
                value,
                live,
                cold);
    }

    public Timings withMoves(Live liveValue, Cold coldValue) {
        return new Timings(
                heartbeat,
                serviceDownTime,
                rpcTimeout,
                periodicUpdate,
                evacuation,
                power,
                deletion,
                guestGone,
                hypervisorBack,
                liveValue,
                coldValue);
    }
}
