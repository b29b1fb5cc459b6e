// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.SimulatedHost;
import io.migawari.simulator.nova.SimulatedServer;
import io.migawari.simulator.nova.VmState;

/** Whether the world shows the effect of a step, or is at it. */
final class Effect {

    private Effect() {}

    static boolean isThere(Step step, SimulatedCloud cloud) {
        return cloud.exclusively(nova -> isThere(step, nova));
    }

    private static boolean isThere(Step step, Nova nova) {
        if (step instanceof Step.ForceDown s) {
            return host(nova, s.host()).forcedDown();
        }
        if (step instanceof Step.PowerOff s) {
            return !host(nova, s.host()).machineRuns();
        }
        if (step instanceof Step.LiftForceDown s) {
            return !host(nova, s.host()).forcedDown();
        }
        if (step instanceof Step.DisableService s) {
            return s.reason().equals(host(nova, s.host()).disabledReason());
        }
        if (step instanceof Step.EnableService s) {
            return !host(nova, s.host()).disabled();
        }
        if (step instanceof Step.AddToAggregate s) {
            return isIn(nova, s.aggregate(), s.host());
        }
        if (step instanceof Step.RemoveFromAggregate s) {
            return !isIn(nova, s.aggregate(), s.host());
        }
        if (step instanceof Step.Evacuate s) {
            SimulatedServer server = server(nova, s.server());
            boolean isSafe = server.host()
                    .flatMap(nova::host)
                    .filter(SimulatedHost::machineRuns)
                    .isPresent();
            return isSafe || isAt(server, "rebuild");
        }
        if (step instanceof Step.Stop s) {
            SimulatedServer server = server(nova, s.server());
            return server.vmState() == VmState.STOPPED || isAt(server, "powering-off");
        }
        if (step instanceof Step.Start s) {
            SimulatedServer server = server(nova, s.server());
            return server.vmState() == VmState.ACTIVE || isAt(server, "powering-on");
        }
        if (step instanceof Step.ResetToError s) {
            return server(nova, s.server()).vmState() == VmState.ERROR;
        }
        throw new AssertionError(step);
    }

    private static SimulatedHost host(Nova nova, HostName name) {
        return nova.host(name.value()).orElseThrow();
    }

    private static SimulatedServer server(Nova nova, ServerId id) {
        return nova.server(id.toString());
    }

    private static boolean isAt(SimulatedServer server, String task) {
        String now = server.taskState();
        return now != null && now.startsWith(task);
    }

    private static boolean isIn(Nova nova, long aggregate, HostName host) {
        return nova.aggregates().all().stream()
                .anyMatch(one -> one.number() == aggregate && one.hosts().contains(host.value()));
    }
}
