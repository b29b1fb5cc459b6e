// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import io.migawari.simulator.truth.Ids;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server as Nova's database has it. Each change sets {@link #updatedAt()}. Not thread-safe. */
public final class SimulatedServer {

    /** Why a server is in ERROR. */
    public record Fault(int code, String message, Instant at) {}

    private final ServerSpec spec;
    private final int number;
    private final String id;
    private final Agenda agenda;
    private final Instant createdAt;
    private final Set<Move> moves = new HashSet<>();

    private @Nullable String host;
    private VmState vmState;
    private @Nullable String taskState;
    private PowerState powerState;
    private @Nullable Instant launchedAt;
    private @Nullable Instant terminatedAt;
    private Instant updatedAt;
    private @Nullable Fault fault;
    private ServerFaults faults = ServerFaults.NONE;
    private final Deque<PastAction> actions = new ArrayDeque<>();
    private int starts;

    /** @param since when it was made, and last changed */
    SimulatedServer(ServerSpec spec, int number, Instant since, Agenda agenda) {
        this.spec = spec;
        this.number = number;
        this.id = Ids.uuid("server", number);
        this.agenda = agenda;
        this.createdAt = since;
        this.updatedAt = since;
        this.host = spec.host();
        this.vmState = spec.state().vm();
        this.taskState = spec.state().task();
        this.powerState = spec.state().power();
        this.launchedAt = spec.state().launched() ? since : null;
    }

    public String id() {
        return id;
    }

    public String name() {
        return spec.name();
    }

    /** Nova's and libvirt's name of the guest. */
    public String instanceName() {
        return String.format("instance-%08x", number);
    }

    public int number() {
        return number;
    }

    public ServerSpec.Kind kind() {
        return spec.kind();
    }

    public String project() {
        return spec.project();
    }

    public boolean locked() {
        return spec.locked();
    }

    public Map<String, String> metadata() {
        return spec.metadata();
    }

    public Map<String, String> flavorExtraSpecs() {
        return spec.flavorExtraSpecs();
    }

    /** Where Nova believes it to be; a deleted one keeps its last. */
    public Optional<String> host() {
        return Optional.ofNullable(host);
    }

    public VmState vmState() {
        return vmState;
    }

    public @Nullable String taskState() {
        return taskState;
    }

    public PowerState powerState() {
        return powerState;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }

    /** When it last came to run; absent if it never has. */
    public @Nullable Instant launchedAt() {
        return launchedAt;
    }

    public @Nullable Instant terminatedAt() {
        return terminatedAt;
    }

    /** The last fault; it outlives the state ERROR. */
    public Optional<Fault> fault() {
        return Optional.ofNullable(fault);
    }

    public boolean deleted() {
        return vmState == VmState.DELETED;
    }

    /** The server status, which Nova derives from vm_state and task_state. */
    public String status() {
        if (taskState == null) {
            return vmState.status();
        }
        boolean canBeRebuilt = vmState == VmState.ACTIVE || vmState == VmState.STOPPED || vmState == VmState.ERROR;
        if (canBeRebuilt && TaskState.REBUILD.contains(taskState)) {
            return "REBUILD";
        }
        if (vmState == VmState.ACTIVE && taskState.equals(TaskState.REBOOTING)) {
            return "REBOOT";
        }
        if (vmState == VmState.ACTIVE && taskState.equals(TaskState.REBOOTING_HARD)) {
            return "HARD_REBOOT";
        }
        boolean canBeResized = vmState == VmState.ACTIVE || vmState == VmState.STOPPED;
        if (canBeResized && TaskState.RESIZE.contains(taskState)) {
            return "RESIZE";
        }
        if (vmState == VmState.RESIZED && taskState.equals(TaskState.RESIZE_REVERTING)) {
            return "REVERT_RESIZE";
        }
        return taskState.equals(TaskState.MIGRATING) && (vmState == VmState.ACTIVE || vmState == VmState.PAUSED)
                ? "MIGRATING"
                : vmState.status();
    }

    /** Newest first. */
    public List<PastAction> actions() {
        return List.copyOf(actions);
    }

    PastAction begin(String action, Requester requester) {
        var begun = new PastAction(action, requester, agenda.now());
        actions.addFirst(begun);
        return begun;
    }

    /** How often its guest was started by its nova-compute: a new guest each time. */
    int starts() {
        return starts;
    }

    void guestStarted() {
        starts++;
    }

    boolean isOn(SimulatedHost there) {
        return there.name().equals(host);
    }

    /** The evacuations of it that have not ended. */
    Stream<Rebuild> rebuilds() {
        return moves.stream().filter(Rebuild.class::isInstance).map(Rebuild.class::cast);
    }

    /** Those that have not ended, with the cold migrations that are to be confirmed or reverted. */
    Set<Move> moves() {
        return moves;
    }

    /** Whether its next live or cold migration fails after it was accepted; counts it. */
    boolean moveFails() {
        if (faults.moveFailures() == 0) {
            return false;
        }
        if (faults.moveFailures() != HostFaults.ALWAYS) {
            faults = faults.withMoveFailures(faults.moveFailures() - 1);
        }
        return true;
    }

    public ServerFaults faults() {
        return faults;
    }

    public void setFaults(ServerFaults value) {
        faults = value;
    }

    /** Whether its next evacuation fails after it was accepted; counts it. */
    boolean evacuationFails() {
        if (faults.failures() == 0) {
            return false;
        }
        if (faults.failures() != HostFaults.ALWAYS) {
            faults = faults.withFailures(faults.failures() - 1);
        }
        return true;
    }

    /** Whether its next start fails after it was accepted; counts it. */
    boolean startFails() {
        if (faults.startFailures() == 0) {
            return false;
        }
        if (faults.startFailures() != HostFaults.ALWAYS) {
            faults = faults.withStartFailures(faults.startFailures() - 1);
        }
        return true;
    }

    void setTask(@Nullable String task) {
        taskState = task;
        updatedAt = agenda.now();
    }

    void setPower(PowerState power) {
        powerState = power;
        updatedAt = agenda.now();
    }

    /** A task has ended with this. */
    void become(VmState state, PowerState power) {
        vmState = state;
        powerState = power;
        setTask(null);
    }

    void launch() {
        become(VmState.ACTIVE, PowerState.RUNNING);
        launchedAt = agenda.now();
    }

    /** It runs, or is off, on another host, and waits for what an administrator says. */
    void resized() {
        become(VmState.RESIZED, powerState);
        launchedAt = agenda.now();
    }

    void fail(int code, String message) {
        if (!deleted()) {
            become(VmState.ERROR, powerState);
            fault = new Fault(code, message, agenda.now());
        }
    }

    /** A task could not be done and has changed nothing. Nova notes the fault, and shows it only of a server in ERROR. */
    void giveUpTask(String message) {
        if (!deleted()) {
            setTask(null);
            fault = new Fault(500, message, agenda.now());
        }
    }

    void moveTo(SimulatedHost destination) {
        host = destination.name();
        updatedAt = agenda.now();
    }

    void delete() {
        become(VmState.DELETED, PowerState.NOSTATE);
        terminatedAt = agenda.now();
    }
}
