// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.http.Stamps;
import io.migawari.simulator.nova.Nova;
import io.migawari.simulator.nova.ServerSpec;
import io.migawari.simulator.nova.SimulatedHost;
import io.migawari.simulator.nova.SimulatedServer;
import io.migawari.simulator.truth.Ids;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server in the words of Nova's API, with the keys that each microversion has. */
final class ServerView {

    private static final Set<String> STATUSES_WITH_PROGRESS =
            Set.of("ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING");
    private static final String ATTRIBUTE = "OS-EXT-SRV-ATTR:";

    private final Microversion version;
    private final String address;
    private final boolean forAdmin;
    private final Nova nova;

    ServerView(NovaCall call, Nova nova) {
        this.version = call.version();
        this.address = call.call().address() + "/compute";
        this.forAdmin = call.token().isAdmin();
        this.nova = nova;
    }

    void describe(ObjectNode json, SimulatedServer server) {
        putIdentity(json, server);
        putHistory(json, server);
        if (forAdmin) {
            putAttributes(json, server);
        }
        json.put("OS-EXT-STS:task_state", server.taskState())
                .put("OS-EXT-STS:vm_state", server.vmState().novaName())
                .put("OS-EXT-STS:power_state", server.powerState().number());
        putVolumes(json.putArray("os-extended-volumes:volumes_attached"), server);
        putLaterKeys(json, server);
    }

    private void putIdentity(ObjectNode json, SimulatedServer server) {
        String project = Ids.hex("project", server.project());
        json.put("id", server.id())
                .put("name", server.name())
                .put("status", server.status())
                .put("tenant_id", project)
                .put("user_id", Ids.hex("user", server.project()));
        ObjectNode metadata = json.putObject("metadata");
        server.metadata().forEach(metadata::put);
        json.put("hostId", server.host().map(host -> hostId(project, host)).orElse(""));
        if (server.kind() == ServerSpec.Kind.VOLUME) {
            json.put("image", "");
        } else {
            link(json.putObject("image").put("id", Ids.uuid("image", 1)), "/images/" + Ids.uuid("image", 1));
        }
        putFlavor(json.putObject("flavor"), server);
    }

    private void putFlavor(ObjectNode flavor, SimulatedServer server) {
        if (version.isAtLeast(47)) {
            flavor.put("vcpus", 1)
                    .put("ram", 64)
                    .put("disk", 1)
                    .put("ephemeral", 0)
                    .put("swap", 0)
                    .put("original_name", "m1.nano");
            ObjectNode extraSpecs = flavor.putObject("extra_specs");
            server.flavorExtraSpecs().forEach(extraSpecs::put);
        } else {
            link(flavor.put("id", "1"), "/flavors/1");
        }
    }

    private void putHistory(ObjectNode json, SimulatedServer server) {
        json.put("created", Stamps.seconds(server.createdAt())).put("updated", Stamps.seconds(server.updatedAt()));
        json.putObject("addresses");
        json.put("accessIPv4", "").put("accessIPv6", "");
        ArrayNode links = json.putArray("links");
        links.addObject().put("rel", "self").put("href", address + "/v2.1/servers/" + server.id());
        links.addObject().put("rel", "bookmark").put("href", address + "/servers/" + server.id());
        json.put("OS-DCF:diskConfig", "MANUAL");
        if (server.status().equals("ERROR") || server.deleted()) {
            server.fault().ifPresent(fault -> putFault(json.putObject("fault"), fault));
        }
        if (STATUSES_WITH_PROGRESS.contains(server.status())) {
            json.put("progress", 0);
        }
        json.put(
                        "OS-EXT-AZ:availability_zone",
                        server.host().map(nova.aggregates()::zoneOf).orElse(""))
                .put("config_drive", "")
                .putNull("key_name")
                .put("OS-SRV-USG:launched_at", stamp(server.launchedAt()))
                .put("OS-SRV-USG:terminated_at", stamp(server.terminatedAt()));
    }

    /** Nova tells an administrator where an internal error (500) came from; other faults have no details. */
    private void putFault(ObjectNode json, SimulatedServer.Fault fault) {
        json.put("code", fault.code())
                .put("created", Stamps.seconds(fault.at()))
                .put("message", fault.message());
        if (fault.code() == 500 && forAdmin) {
            json.put("details", "Traceback (most recent call last):\n  (simulated)\n" + fault.message() + "\n");
        }
    }

    private void putAttributes(ObjectNode json, SimulatedServer server) {
        String host = server.host().orElse(null);
        Optional<SimulatedHost> there = server.host().flatMap(nova::host);
        json.put(ATTRIBUTE + "host", host)
                .put(ATTRIBUTE + "instance_name", server.instanceName())
                .put(
                        ATTRIBUTE + "hypervisor_hostname",
                        there.map(SimulatedHost::hypervisorName).orElse(null));
        if (version.isAtLeast(3)) {
            json.put(ATTRIBUTE + "reservation_id", String.format("r-%08d", server.number()))
                    .put(ATTRIBUTE + "launch_index", 0)
                    .put(ATTRIBUTE + "hostname", server.name())
                    .put(ATTRIBUTE + "kernel_id", "")
                    .put(ATTRIBUTE + "ramdisk_id", "")
                    .put(ATTRIBUTE + "root_device_name", "/dev/sda")
                    .putNull(ATTRIBUTE + "user_data");
        }
    }

    private void putVolumes(ArrayNode volumes, SimulatedServer server) {
        nova.volumes().of(server.id()).ifPresent(volume -> {
            ObjectNode json = volumes.addObject().put("id", volume.id());
            if (version.isAtLeast(3)) {
                json.put("delete_on_termination", false);
            }
        });
    }

    private void putLaterKeys(ObjectNode json, SimulatedServer server) {
        if (version.isAtLeast(16) && forAdmin) {
            json.put(
                    "host_status",
                    server.host()
                            .flatMap(nova::host)
                            .map(ServerView::hostStatus)
                            .orElse(""));
        }
        if (version.isAtLeast(9)) {
            json.put("locked", server.locked());
        }
        if (version.isAtLeast(73)) {
            json.putNull("locked_reason");
        }
        if (version.isAtLeast(19)) {
            json.putNull("description");
        }
        if (version.isAtLeast(26)) {
            json.putArray("tags");
        }
        if (version.isAtLeast(63)) {
            json.putNull("trusted_image_certificates");
        }
        if (version.isAtLeast(71)) {
            json.putArray("server_groups");
        }
        if (version.isAtLeast(96)) {
            json.putNull("pinned_availability_zone");
        }
    }

    private static String hostStatus(SimulatedHost host) {
        if (host.forcedDown()) {
            return "DOWN";
        }
        if (host.disabled()) {
            return "MAINTENANCE";
        }
        return host.isUp() ? "UP" : "UNKNOWN";
    }

    private void link(ObjectNode owner, String path) {
        owner.putArray("links").addObject().put("rel", "bookmark").put("href", address + path);
    }

    private static @Nullable String stamp(@Nullable Instant time) {
        return time == null ? null : Stamps.stored(time);
    }

    /** The same for all servers of a project on a host, and says nothing else of the host. */
    private static String hostId(String project, String host) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-224").digest((project + host).getBytes(UTF_8));
            return String.format("%056x", new BigInteger(1, digest));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
