// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.SimulatedHost;

/** {@code /os-hypervisors/detail}; the sizes are made up. */
record HypervisorsApi(SimulatedCloud cloud) {

    Answer list(NovaCall call) {
        call.requireAdmin("os_compute_api:os-hypervisors:list-detail");
        return cloud.exclusively(nova -> {
            ObjectNode body = ComputeApi.object();
            ArrayNode hypervisors = body.putArray("hypervisors");
            nova.hosts().forEach(host -> describe(hypervisors.addObject(), host, nova, call.version()));
            return Answer.json(200, body);
        });
    }

    private static void describe(ObjectNode json, SimulatedHost host, Nova nova, Microversion version) {
        boolean uuids = version.isAtLeast(53);
        if (uuids) {
            json.put("id", host.hypervisorId());
        } else {
            json.put("id", host.number());
        }
        json.put("hypervisor_hostname", host.hypervisorName())
                .put("state", host.isUp() ? "up" : "down")
                .put("status", host.disabled() ? "disabled" : "enabled")
                .put("hypervisor_type", "fake")
                .put("hypervisor_version", 1000)
                .put("host_ip", "127.0.0.1");
        ObjectNode service = json.putObject("service");
        if (uuids) {
            service.put("id", host.serviceId());
        } else {
            service.put("id", host.number());
        }
        service.put("host", host.name()).put("disabled_reason", host.disabledReason());
        if (version.isAtLeast(88)) {
            json.putNull("uptime");
        } else {
            putSizes(json, nova.serversOn(host));
        }
    }

    private static void putSizes(ObjectNode json, int servers) {
        json.put("vcpus", 1000)
                .put("memory_mb", 800_000)
                .put("local_gb", 600_000)
                .put("vcpus_used", servers)
                .put("memory_mb_used", 512 + 64 * servers)
                .put("local_gb_used", servers)
                .put("free_ram_mb", 800_000 - 512 - 64 * servers)
                .put("free_disk_gb", 600_000 - servers)
                .put("current_workload", 0)
                .put("running_vms", servers)
                .put("disk_available_least", 0);
    }
}
