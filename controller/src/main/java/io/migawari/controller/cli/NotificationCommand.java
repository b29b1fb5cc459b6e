// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.time.SystemTime;
import org.jspecify.annotations.Nullable;
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

    @Command(description = "All notifications, newest first.", mixinStandardHelpOptions = true)
    void list(
            @Mixin Connection connection,
            @Mixin Output output,
            @Option(names = "--status", paramLabel = "STATUS") @Nullable String status,
            @Option(names = "--type", paramLabel = "TYPE") @Nullable String type,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "(default: ${DEFAULT-VALUE})")
                    int limit)
            throws ApiFailure, InterruptedException {
        String query = "?limit=" + limit
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

    @Command(description = "One notification, and the moves that it led to.", mixinStandardHelpOptions = true)
    void show(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "NOTIFICATION", description = "id") String id)
            throws ApiFailure, InterruptedException {
        ApiClient client = connection.client();
        String path = "/v1/notifications/" + ApiClient.escape(id);
        var notification = client.get(path).path("notification");
        output.show(notification, FIELDS);
        if (output.isForPeople() && notification.path("type").asText().equals("COMPUTE_HOST")) {
            output.list(
                    client.get(path + "/vmoves").path("vmoves"),
                    "instance_name",
                    "status",
                    "source_host",
                    "dest_host",
                    "start_time",
                    "end_time",
                    "message");
        }
    }

    @Command(
            description = "Reports a host's failure by hand.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example, for a host that was switched off: migawari notification create compute1 --host-status NORMAL"
            })
    void create(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Changes changes,
            @Parameters(paramLabel = "HOST", description = "name of the compute host") String host,
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
        report.put("type", "COMPUTE_HOST");
        report.put("hostname", host);
        report.put("generated_time", new SystemTime().now().toString());
        report.putObject("payload")
                .put("event", event)
                .put("host_status", hostStatus)
                .put("cluster_status", clusterStatus);
        changes.send(connection.client(), "POST", "/v1/notifications", Changes.wrapped("notification", report))
                .ifPresent(json -> output.show(json.path("notification"), FIELDS));
    }
}
