// SPDX-License-Identifier: Apache-2.0
package io.migawari.demo;

import io.migawari.simulator.nova.PowerState;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.ServerSpec.Kind;
import io.migawari.simulator.nova.VmState;
import java.util.List;
import java.util.Map;

/**
 * An instance of the demonstration, and how it has to end.
 *
 * @param kind in words
 * @param comesBack whether it has to be on another host in the end; if not, it is left where it was
 * @param status Nova's status in the end
 * @param runs whether its guest runs in the end
 */
record Actor(ServerSpec spec, String kind, boolean comesBack, String status, boolean runs) {

    /** One of every kind that matters, all on compute1, and a bystander on compute2. */
    static List<Actor> cast() {
        return List.of(
                back(ServerSpec.active("web-1", "compute1"), "active, on shared storage"),
                back(
                        ServerSpec.active("web-2", "compute1").withMetadata(Map.of("HA_Enabled", "True")),
                        "active, important (HA_Enabled)"),
                back(ServerSpec.active("db-1", "compute1").withKind(Kind.VOLUME), "active, booted from a volume"),
                new Actor(
                        ServerSpec.active("spare-1", "compute1").in(VmState.STOPPED),
                        "stopped",
                        true,
                        "SHUTOFF",
                        false),
                new Actor(
                        ServerSpec.active("broken-1", "compute1")
                                .in(VmState.ERROR)
                                .withPower(PowerState.SHUTDOWN),
                        "in error",
                        true,
                        "ERROR",
                        false),
                left(
                        ServerSpec.active("batch-1", "compute1").withMetadata(Map.of("HA_Enabled", "False")),
                        "opted out (HA_Enabled: False)",
                        "ACTIVE"),
                left(ServerSpec.active("lab-1", "compute1").in(VmState.PAUSED), "paused", "PAUSED"),
                left(
                        ServerSpec.active("big-1", "compute1").in(VmState.RESIZED),
                        "resized, not confirmed",
                        "VERIFY_RESIZE"),
                left(ServerSpec.active("old-1", "compute1").withTask("deleting"), "being deleted", "ACTIVE"),
                new Actor(ServerSpec.active("other-1", "compute2"), "on another host", false, "ACTIVE", true));
    }

    private static Actor back(ServerSpec spec, String kind) {
        return new Actor(spec, kind, true, "ACTIVE", true);
    }

    /** What is left on the dead host does not run; Nova shows it as it was. */
    private static Actor left(ServerSpec spec, String kind, String status) {
        return new Actor(spec, kind, false, status, false);
    }

    String name() {
        return spec.name();
    }
}
