// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.cloud;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import java.util.Map;
import java.util.Optional;

/**
 * An instance as Nova shows it.
 *
 * @param host absent for one that is on no host
 * @param taskState Nova's name of what it is doing to the instance
 * @param guestRuns Nova's power_state is RUNNING (1)
 * @param launched whether it has ever run
 * @param deleted Nova lists it as deleted
 * @param flavorExtraSpecs of the flavor it was made from
 * @param fault Nova's words on why it is in ERROR
 */
public record Server(
        ServerId id,
        String name,
        Optional<HostName> host,
        VmState vmState,
        Optional<String> taskState,
        boolean guestRuns,
        boolean launched,
        boolean deleted,
        Map<String, String> metadata,
        Map<String, String> flavorExtraSpecs,
        Optional<String> fault) {

    public Server {
        metadata = Map.copyOf(metadata);
        flavorExtraSpecs = Map.copyOf(flavorExtraSpecs);
    }

    public boolean isOn(HostName name) {
        return host.filter(name::equals).isPresent();
    }

    /** vm_state, and task_state if there is one: {@code active/rebooting}. */
    public String states() {
        return vmState.novaName() + taskState.map(task -> "/" + task).orElse("");
    }
}
