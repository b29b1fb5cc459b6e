// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.truth.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A compute node with its nova-compute: what Nova's database says of the service, what is really the case, and the
 * messages that wait for it. Not thread-safe.
 */
public final class SimulatedHost {

    private final String name;
    private final int number;
    private final String hypervisorName;
    private final int room;
    private final Agenda agenda;
    private final Timings timings;
    private final Queue<Runnable> casts = new ArrayDeque<>();

    private boolean machineRuns = true;
    private boolean serviceRuns = true;
    private boolean hypervisorRuns = true;
    private int incarnation;
    /** A heartbeat; the next ones come at the interval. Of a dead service: the last. */
    private Instant beatsSince;

    /** When the next rebuild can begin. */
    private Instant busyUntil;

    /** The live migrations from here that wait for the one that is being copied. */
    private final Queue<Runnable> waitingToCopy = new ArrayDeque<>();

    private boolean copies;

    private HostFaults faults = HostFaults.NONE;
    private Instant flapsSince;

    private boolean disabled;
    private @Nullable String disabledReason;
    private boolean forcedDown;
    private Instant changedAt;
    private boolean keptFromScheduling;

    SimulatedHost(String name, int number, String hypervisorName, int room, Agenda agenda, Timings timings) {
        this.name = name;
        this.number = number;
        this.hypervisorName = hypervisorName;
        this.room = room;
        this.agenda = agenda;
        this.timings = timings;
        this.beatsSince = agenda.now();
        this.busyUntil = agenda.now();
        this.flapsSince = agenda.now();
        this.changedAt = agenda.now();
    }

    public String name() {
        return name;
    }

    /** The service's id before microversion 2.53. */
    public int number() {
        return number;
    }

    public String serviceId() {
        return Ids.uuid("service", number);
    }

    public String hypervisorId() {
        return Ids.uuid("hypervisor", number);
    }

    public String hypervisorName() {
        return hypervisorName;
    }

    public boolean machineRuns() {
        return machineRuns;
    }

    /** Whether its nova-compute really runs. */
    public boolean serviceRuns() {
        return serviceRuns;
    }

    /** Whether there is a libvirt that its nova-compute could use. */
    public boolean hypervisorRuns() {
        return hypervisorRuns;
    }

    void setHypervisorRuns(boolean value) {
        hypervisorRuns = value;
    }

    public boolean disabled() {
        return disabled;
    }

    public @Nullable String disabledReason() {
        return disabledReason;
    }

    public boolean forcedDown() {
        return forcedDown;
    }

    /** Nova's opinion: not forced down, and the last heartbeat is recent. */
    public boolean isUp() {
        return !forcedDown && isAliveAt(agenda.now());
    }

    /** The opinion that Nova will have, or had, at another time, if no heartbeat comes in between. */
    public boolean isAliveAt(Instant when) {
        return !isFlappedDownAt(when)
                && Duration.between(lastHeartbeat(), when).compareTo(timings.serviceDownTime()) <= 0;
    }

    /** The later of the last heartbeat and the last change by an administrator: Nova has one column for both. */
    public Instant updatedAt() {
        Instant heartbeat = lastHeartbeat();
        return changedAt.isAfter(heartbeat) ? changedAt : heartbeat;
    }

    /** Whether its resource provider has the trait COMPUTE_STATUS_DISABLED, which lags behind {@link #disabled()}. */
    boolean keptFromScheduling() {
        return keptFromScheduling;
    }

    /** How many servers fit. */
    int room() {
        return room;
    }

    /** Another one after each death and start of its nova-compute: work of an earlier one is never finished. */
    int incarnation() {
        return incarnation;
    }

    public HostFaults faults() {
        return faults;
    }

    public void setFaults(HostFaults value) {
        if (!value.flapping().equals(faults.flapping())) {
            flapsSince = agenda.now();
        }
        if (!value.heartbeat().equals(faults.heartbeat())) {
            beatsSince = lastHeartbeat();
        }
        faults = value;
    }

    /** Whether the next rebuild here fails; counts it. */
    boolean spawnFails() {
        if (faults.spawnFailures() == 0) {
            return false;
        }
        if (faults.spawnFailures() != HostFaults.ALWAYS) {
            faults = faults.withSpawnFailures(faults.spawnFailures() - 1);
        }
        return true;
    }

    /** A value that is the same as before does not change {@link #updatedAt()}. */
    void change(ServiceChange change) {
        boolean different = change.changes(this);
        if (change.status() != null) {
            disabled = change.status() == ServiceChange.Status.DISABLED;
            disabledReason = change.reason();
        }
        if (change.forcedDown() != null) {
            forcedDown = change.forcedDown();
        }
        if (different) {
            changedAt = agenda.now();
        }
    }

    /** Nova-compute tells placement whether it is disabled. */
    void publishWhetherDisabled() {
        keptFromScheduling = disabled;
    }

    void serviceDies() {
        waitingToCopy.clear();
        copies = false;
        beatsSince = lastHeartbeat();
        serviceRuns = false;
        incarnation++;
    }

    void machineDies() {
        serviceDies();
        machineRuns = false;
    }

    void serviceStarts() {
        waitingToCopy.clear();
        copies = false;
        incarnation++;
        machineRuns = true;
        serviceRuns = true;
        beatsSince = agenda.now();
        busyUntil = agenda.now();
        publishWhetherDisabled();
    }

    /** Sends nova-compute a message that has no answer. A dead one gets it when it returns: the queue outlives it. */
    void cast(Runnable message) {
        if (serviceRuns) {
            message.run();
        } else {
            casts.add(message);
        }
    }

    /** Its nova-compute does something after a while, unless it has died by then. */
    void later(Duration delay, Runnable what) {
        int present = incarnation;
        agenda.after(delay, () -> {
            if (serviceRuns && incarnation == present) {
                what.run();
            }
        });
    }

    void takeWaitingCasts() {
        for (Runnable next = casts.poll(); next != null; next = casts.poll()) {
            next.run();
        }
    }

    /** How long a rebuild that comes in now waits for its turn; the next one waits one turn longer. */
    Duration waitForTurn() {
        Instant start = busyUntil.isAfter(agenda.now()) ? busyUntil : agenda.now();
        busyUntil = start.plus(timings.evacuation().turn());
        return Duration.between(agenda.now(), start);
    }

    /** A live migration from here begins as soon as no other one is under way: Nova's max_concurrent_live_migrations is 1. */
    void copyInTurn(Runnable begin) {
        if (copies) {
            waitingToCopy.add(begin);
        } else {
            copies = true;
            begin.run();
        }
    }

    void endTurn() {
        Runnable next = waitingToCopy.poll();
        if (next == null) {
            copies = false;
        } else {
            next.run();
        }
    }

    private Instant lastHeartbeat() {
        if (!serviceRuns) {
            return beatsSince;
        }
        long interval = (faults.heartbeat().isZero() ? timings.heartbeat() : faults.heartbeat()).toNanos();
        long beats = Duration.between(beatsSince, agenda.now()).toNanos() / interval;
        return beatsSince.plusNanos(beats * interval);
    }

    private boolean isFlappedDownAt(Instant when) {
        if (faults.flapping().isZero()) {
            return false;
        }
        long periods =
                Duration.between(flapsSince, when).toNanos() / faults.flapping().toNanos();
        return periods % 2 == 1;
    }
}
