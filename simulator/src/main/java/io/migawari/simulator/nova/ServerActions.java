// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What an administrator can do to a server, with Nova's refusals. Each is only accepted here; nova-compute carries it out
 * later, and one that is dead carries it out when it returns, wherever the server is by then. Not thread-safe.
 */
public final class ServerActions {

    private static final Set<VmState> CAN_BE_EVACUATED = EnumSet.of(VmState.ACTIVE, VmState.STOPPED, VmState.ERROR);
    private static final Set<VmState> CAN_BE_STOPPED = EnumSet.of(VmState.ACTIVE, VmState.ERROR);
    private static final Set<VmState> CAN_BE_REBOOTED =
            EnumSet.of(VmState.ACTIVE, VmState.STOPPED, VmState.PAUSED, VmState.SUSPENDED, VmState.ERROR);

    private final Nova nova;
    private int secondEvacuations;

    ServerActions(Nova nova) {
        this.nova = nova;
    }

    /** The order of the checks is Nova's: it decides which refusal a caller sees. The task_state is not checked. */
    public void evacuate(SimulatedServer server, Evacuation order, Requester requester) {
        if (server.faults().refusal() != 0) {
            throw Refusal.with(server.faults().refusal(), "Simulated fault: this server is not evacuated");
        }
        String destination = order.destination();
        if (destination != null && nova.host(destination).isEmpty()) {
            throw Refusal.notFound("Compute host " + destination + " not found.");
        }
        if (Optional.ofNullable(destination).equals(server.host())) {
            throw Refusal.badRequest("The target host can't be the same one.");
        }
        check(server, "evacuate", CAN_BE_EVACUATED);
        SimulatedHost source =
                hostOf(server).orElseThrow(() -> Refusal.badRequest("Compute host None could not be found."));
        if (source.isUp()) {
            throw Refusal.badRequest("Compute service of " + source.name() + " is still in use.");
        }
        if (server.rebuilds().anyMatch(rebuild -> rebuild.isUnderWay() && rebuild.isOf(requester))) {
            secondEvacuations++;
        }
        server.begin("evacuate", requester);
        new Rebuild(nova, server, order, requester).accept();
    }

    /** How often a server was evacuated while an evacuation of it was under way that the same user had asked for. */
    public int secondEvacuations() {
        return secondEvacuations;
    }

    public void stop(SimulatedServer server, Requester requester) {
        check(server, "stop", CAN_BE_STOPPED);
        checkNoTask(server, "stop");
        powerOff(server, requester);
    }

    private void powerOff(SimulatedServer server, Requester requester) {
        server.setTask(TaskState.POWERING_OFF);
        send(server, server.begin("stop", requester), host -> stopped(server, host));
    }

    /** Nova stops a server by itself when its guest has gone and has not come back meanwhile. */
    void noticeThatGuestIsGone(SimulatedServer server, SimulatedHost host, int guest) {
        boolean shouldRun = server.vmState() == VmState.ACTIVE || server.vmState() == VmState.PAUSED;
        if (server.isOn(host) && shouldRun && server.taskState() == null && server.starts() == guest) {
            server.setPower(PowerState.SHUTDOWN);
            powerOff(server, Requester.novaItself());
        }
    }

    public void start(SimulatedServer server, Requester requester) {
        check(server, "start", EnumSet.of(VmState.STOPPED));
        checkNoTask(server, "start");
        server.setTask(TaskState.POWERING_ON);
        PastAction action = server.begin("start", requester);
        send(server, action, host -> {
            if (server.startFails()) {
                server.setTask(null);
                action.ended(false, nova.agenda().now());
            } else {
                started(server, host);
            }
        });
    }

    public void reboot(SimulatedServer server, boolean hard, Requester requester) {
        check(server, "reboot", hard ? CAN_BE_REBOOTED : EnumSet.of(VmState.ACTIVE));
        checkNoTask(server, "reboot");
        server.setTask(hard ? TaskState.REBOOTING_HARD : TaskState.REBOOTING);
        send(server, server.begin("reboot", requester), host -> started(server, host));
    }

    /** @param state {@link VmState#ACTIVE} or {@link VmState#ERROR} */
    public void resetState(SimulatedServer server, VmState state, Requester requester) {
        server.begin("resetState", requester);
        server.become(state, server.powerState());
    }

    public void delete(SimulatedServer server) {
        Optional<SimulatedHost> up = hostOf(server).filter(SimulatedHost::isUp);
        if (up.isEmpty()) {
            deleted(server);
        } else {
            server.setTask(TaskState.DELETING);
            SimulatedHost host = up.get();
            host.cast(() -> host.later(nova.timings().deletion(), () -> deleted(server, host)));
        }
    }

    /**
     * Also when the server has been evacuated meanwhile: then Nova says stopped, and the guest runs at its destination
     * (seen on Nova 26.2).
     */
    void stopped(SimulatedServer server, SimulatedHost host) {
        String task = server.taskState();
        if (task != null && !task.equals(TaskState.POWERING_OFF)) {
            return;
        }
        boolean isHere = nova.ledger().isDefined(server.id(), host.name());
        if (isHere) {
            nova.ledger().stop(server.id(), host.name());
        }
        server.become(VmState.STOPPED, isHere ? PowerState.SHUTDOWN : PowerState.NOSTATE);
    }

    /** The guest of a server that has been evacuated meanwhile is left running at its destination. */
    void deleted(SimulatedServer server, SimulatedHost host) {
        nova.ledger().destroy(server.id(), host.name());
        deleted(server);
    }

    private void deleted(SimulatedServer server) {
        server.delete();
        nova.volumes().release(server.id(), nova.agenda().now());
    }

    private void started(SimulatedServer server, SimulatedHost host) {
        if (server.isOn(host)) {
            nova.ledger().start(server.id(), host.name());
            server.guestStarted();
            server.become(VmState.ACTIVE, PowerState.RUNNING);
        }
    }

    /** Without its libvirt a nova-compute takes it on and gives it up; only the list of actions tells (seen on Nova 26.2). */
    private void send(SimulatedServer server, PastAction action, Consumer<SimulatedHost> work) {
        hostOf(server)
                .ifPresent(host -> host.cast(() -> host.later(nova.timings().power(), () -> {
                    if (server.deleted()) {
                        return;
                    }
                    action.ended(host.hypervisorRuns(), nova.agenda().now());
                    if (host.hypervisorRuns()) {
                        work.accept(host);
                    } else {
                        server.setTask(null);
                    }
                })));
    }

    private Optional<SimulatedHost> hostOf(SimulatedServer server) {
        return server.host().flatMap(nova::host);
    }

    static void check(SimulatedServer server, String action, Set<VmState> allowed) {
        if (!allowed.contains(server.vmState())) {
            throw wrongState(server, action, "vm_state " + server.vmState().novaName());
        }
        if (server.launchedAt() == null) {
            throw Refusal.conflict("Instance " + server.id() + " is in an invalid state for '" + action + "'");
        }
    }

    static void checkNoTask(SimulatedServer server, String action) {
        if (server.taskState() != null) {
            throw wrongState(server, action, "task_state " + server.taskState());
        }
    }

    static Refusal wrongState(SimulatedServer server, String action, String state) {
        return Refusal.conflict("Cannot '" + action + "' instance " + server.id() + " while it is in " + state);
    }
}
