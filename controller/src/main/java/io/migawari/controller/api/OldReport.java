// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.config.ApiSettings.OldMonitors;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.NotificationType;
import io.migawari.controller.store.Report;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;

/**
 * What the monitors of NTT's first Masakari (2015 to 2018) send, in the words of those that came after. They send numbers as
 * texts or as numbers. Of their fields only those are read that say something here.
 */
final class OldReport {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMddHHmmss");

    /** libvirt's numbers of event, type and detail, for those that may mean a failure; the names are those of later monitors. */
    private static final Map<List<String>, GuestEvent> GUEST_EVENTS = Map.ofEntries(
            guest("0", "3", "2", "LIFECYCLE", "SUSPENDED_IOERROR"),
            guest("0", "3", "3", "LIFECYCLE", "SUSPENDED_WATCHDOG"),
            guest("0", "3", "6", "LIFECYCLE", "SUSPENDED_API_ERROR"),
            guest("0", "5", "0", "LIFECYCLE", "STOPPED_SHUTDOWN"),
            guest("0", "5", "1", "LIFECYCLE", "STOPPED_DESTROYED"),
            guest("0", "5", "2", "LIFECYCLE", "STOPPED_CRASHED"),
            guest("0", "5", "5", "LIFECYCLE", "STOPPED_FAILED"),
            guest("0", "6", "0", "LIFECYCLE", "SHUTDOWN_FINISHED"),
            guest("3", "1", "-1", "WATCHDOG", "WATCHDOG_PAUSE"),
            guest("3", "3", "-1", "WATCHDOG", "WATCHDOG_POWEROFF"),
            guest("3", "4", "-1", "WATCHDOG", "WATCHDOG_SHUTDOWN"),
            guest("4", "2", "-1", "IO_ERROR", "IO_ERROR_REPORT"));

    private record GuestEvent(String event, String virDomainEvent) {}

    private final JsonNode body;
    private final OldMonitors settings;

    private OldReport(JsonNode body, OldMonitors settings) {
        this.body = body;
        this.settings = settings;
    }

    private static Map.Entry<List<String>, GuestEvent> guest(
            String event, String type, String detail, String name, String virDomainEvent) {
        return Map.entry(List.of(event, type, detail), new GuestEvent(name, virDomainEvent));
    }

    /** @throws ApiException 400, naming the field, its value and what was expected */
    static Report read(JsonNode body, OldMonitors settings) throws ApiException {
        if (!body.isObject()) {
            throw ApiException.badRequest("the body is not an object");
        }
        return new OldReport(body, settings).report();
    }

    private Report report() throws ApiException {
        String type = text("type");
        return switch (type) {
            case "rscGroup" -> aboutHost();
            case "VM" -> aboutInstance();
            case "nodeStatus" -> aboutProcess();
            default -> throw wrong("type", type, "rscGroup, VM or nodeStatus");
        };
    }

    private Report aboutHost() throws ApiException {
        String type = text("eventType");
        String detail = text("detail");
        return switch (type) {
            case "1" ->
                report(
                        NotificationType.COMPUTE_HOST,
                        Map.of("event", "STARTED", "host_status", "NORMAL", "cluster_status", "ONLINE"),
                        "by its cluster");
            case "2" -> {
                boolean isOff = detail.equals("2") && settings.trustPower();
                yield report(
                        NotificationType.COMPUTE_HOST,
                        Map.of(
                                "event",
                                "STOPPED",
                                "host_status",
                                isOff ? "NORMAL" : "UNKNOWN",
                                "cluster_status",
                                "OFFLINE"),
                        switch (detail) {
                            case "2" -> "its power read, or assumed, as off";
                            case "3" -> "its power read as on";
                            case "4" -> "its power not readable";
                            default -> throw wrong("detail", detail, "2, 3 or 4");
                        });
            }
            default -> throw wrong("eventType", type, "1 or 2");
        };
    }

    private Report aboutInstance() throws ApiException {
        List<String> numbers = List.of(text("eventID"), text("eventType"), text("detail"));
        String uuid = text("uuid");
        if (Uuids.find(uuid).isEmpty()) {
            throw wrong("uuid", uuid, "the UUID of an instance");
        }
        GuestEvent event = GUEST_EVENTS.getOrDefault(
                numbers, new GuestEvent("EVENT_" + numbers.get(0), numbers.get(1) + "_" + numbers.get(2)));
        return report(
                NotificationType.VM,
                Map.of("instance_uuid", uuid, "event", event.event(), "vir_domain_event", event.virDomainEvent()),
                "by libvirt");
    }

    /** They number the processes and do not name them, and never say that one runs again. */
    private Report aboutProcess() throws ApiException {
        return report(
                NotificationType.PROCESS,
                Map.of("event", "STOPPED", "process_name", "number " + text("detail") + " of proc.list"),
                "by its process monitor");
    }

    private Report report(NotificationType type, Map<String, String> payload, String seen) throws ApiException {
        String host = text("hostname");
        if (!HostName.isValid(host)) {
            throw ApiException.badRequest("Host with name " + host + " could not be found.");
        }
        return new Report(type, new HostName(host), time(), payload, Map.of("seen", seen + "; report " + text("id")));
    }

    private Instant time() throws ApiException {
        String time = text("time");
        try {
            return LocalDateTime.parse(time, TIME).atZone(settings.timeZone()).toInstant();
        } catch (DateTimeParseException e) {
            throw wrong("time", time, "YYYYMMDDhhmmss, in the time zone " + settings.timeZone());
        }
    }

    private String text(String field) throws ApiException {
        JsonNode value = body.path(field);
        if (!value.isTextual() && !value.isIntegralNumber()) {
            throw ApiException.badRequest(field + " is " + ShownValue.quoted(value) + "; expected a text or a number");
        }
        String text = value.asText();
        if (text.length() > 255) {
            throw wrong(field, text, "at most 255 characters");
        }
        return text;
    }

    private static ApiException wrong(String field, String value, String expected) {
        return ApiException.badRequest(field + " is " + ShownValue.quoted(value) + "; expected " + expected);
    }
}
