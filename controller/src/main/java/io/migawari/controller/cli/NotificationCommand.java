// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.time.SystemTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code migawari notification …}. */
@Command(
        name = "notification",
        mixinStandardHelpOptions = true,
        description = "Reports of failures, as the monitors send them.")
final class NotificationCommand {

    private static final String[] FIELDS = {
        "notification_uuid", "type", "status", "message", "source_host_uuid", "generated_time", "payload", "created_at"
    };

    /** What on the host has failed, if it is not the whole host. */
    private static final class Part {
        @Option(names = "--instance", paramLabel = "UUID", description = "its QEMU process has died")
        private @Nullable String instance;

        @Option(names = "--process", paramLabel = "NAME", description = "it is down, or runs again (see --event)")
        private @Nullable String process;
    }

    @Command(description = "All notifications, newest first.", mixinStandardHelpOptions = true)
    void list(
            @Mixin Connection connection,
            @Mixin Output output,
            @Option(names = "--status", paramLabel = "STATUS") @Nullable String status,
            @Option(names = "--type", paramLabel = "TYPE") @Nullable String type,
            @Mixin Limit limit)
            throws ApiFailure, InterruptedException {
        String query = "?" + limit.parameter()
                + (status == null ? "" : "&status=" + ApiClient.escape(status))
                + (type == null ? "" : "&type=" + ApiClient.escape(type));
        output.list(
                connection.client().get("/v1/notifications" + query).path("notifications"),
                "notification_uuid",
                "generated_time",
                "type",
                "status",
                "source_host_uuid",
                "message");
    }

    @Command(description = "One notification, and what it led to.", mixinStandardHelpOptions = true)
    void show(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "NOTIFICATION", description = "id") String id)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        String path = "/v1/notifications/" + ApiClient.escape(id);
        var notification = client.get(path).path("notification").<ObjectNode>deepCopy();
        Optional<JsonNode> incident = IncidentCommand.ofNotification(client, id);
        notification.set("incident", incident.orElse(NullNode.getInstance()));
        output.show(notification, FIELDS);
        if (!output.isForPeople()) {
            return;
        }
        if (notification.path("type").asText().equals("COMPUTE_HOST")) {
            output.list(
                    client.get(path + "/vmoves").path("vmoves"),
                    "instance_name",
                    "status",
                    "source_host",
                    "dest_host",
                    "start_time",
                    "end_time",
                    "message");
        } else if (incident.isPresent()) {
            output.say("\nIncident");
            output.show(incident.get(), "uuid", "kind", "phase", "message", "waiting.message", "waiting.next_step");
            output.say("\nStory");
            IncidentCommand.tellStory(client, output, incident.get());
        }
    }

    @Command(
            description = "Reports a failure by hand: of a host, or of an instance or a process on it.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples, for a host that was switched off, an instance whose QEMU has died, and a process:",
                "  migawari notification create compute1 --host-status NORMAL",
                "  migawari notification create compute1 --instance 6b0e2d24-9d53-4f5e-8b3f-6f1c0f3f7c11",
                "  migawari notification create compute1 --process libvirtd"
            })
    void create(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "HOST", description = "name of the compute host") String host,
            @ArgGroup @Nullable Part part,
            @Option(
                            names = "--event",
                            paramLabel = "EVENT",
                            defaultValue = "STOPPED",
                            description = "STOPPED or STARTED (default: ${DEFAULT-VALUE})")
                    String event,
            @Option(
                            names = "--host-status",
                            paramLabel = "STATUS",
                            defaultValue = "UNKNOWN",
                            description =
                                    "NORMAL: its power is known to be off. UNKNOWN: it is not known (default: ${DEFAULT-VALUE})")
                    String hostStatus,
            @Option(
                            names = "--cluster-status",
                            paramLabel = "STATUS",
                            defaultValue = "OFFLINE",
                            description = "ONLINE or OFFLINE (default: ${DEFAULT-VALUE})")
                    String clusterStatus)
            throws ApiFailure, InterruptedException {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("hostname", host);
        report.put("generated_time", new SystemTime().now().toString());
        ObjectNode payload = report.putObject("payload");
        if (part != null && part.instance != null) {
            report.put("type", "VM");
            payload.put("event", "LIFECYCLE")
                    .put("vir_domain_event", "STOPPED_FAILED")
                    .put("instance_uuid", part.instance);
        } else if (part != null && part.process != null) {
            report.put("type", "PROCESS");
            payload.put("event", event).put("process_name", part.process);
        } else {
            report.put("type", "COMPUTE_HOST");
            payload.put("event", event).put("host_status", hostStatus).put("cluster_status", clusterStatus);
        }
        changes.send(output, connection.client(), "POST", "/v1/notifications", Changes.wrapped("notification", report))
                .ifPresent(json -> output.show(json.path("notification"), FIELDS));
    }
}
