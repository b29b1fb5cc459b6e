// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ZoneStep;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A step of a move into another zone as columns of the journal, and back. What has no column of its own is one JSON object. */
final class ZoneStepColumns {

    private ZoneStepColumns() {}

    static StepColumns of(String kind, ZoneStep step) {
        if (step instanceof ZoneStep.CopyDisk s) {
            Map<String, String> details = new LinkedHashMap<>();
            details.put("project", s.project());
            s.rootVolume().ifPresent(volume -> details.put("root_volume", volume));
            details.put("mark", s.mark());
            return columns(kind, s.server(), details);
        }
        if (step instanceof ZoneStep.DetachVolume s) {
            return columns(kind, s.server(), Map.of("volume", s.volume()));
        }
        if (step instanceof ZoneStep.AttachVolume s) {
            return columns(kind, s.server(), Map.of("volume", s.volume()));
        }
        if (step instanceof ZoneStep.BootInZone s) {
            Map<String, String> details = new LinkedHashMap<>();
            details.put("project", s.project());
            details.put("zone", s.zone());
            details.put("copy", s.copy());
            details.put("copy_is_volume", Boolean.toString(s.copyIsVolume()));
            details.put("volumes", String.join(",", s.volumes()));
            details.put("mark", s.mark());
            return columns(kind, s.pattern(), details);
        }
        if (step instanceof ZoneStep.DeleteServer s) {
            return columns(kind, s.server(), Map.of());
        }
        if (step instanceof ZoneStep.DeleteCopy s) {
            return columns(
                    kind,
                    null,
                    Map.of("project", s.project(), "copy", s.copy(), "copy_is_volume", Boolean.toString(s.isVolume())));
        }
        if (step instanceof ZoneStep.Unmark s) {
            return columns(kind, s.server(), Map.of());
        }
        throw new AssertionError(step);
    }

    private static StepColumns columns(String kind, @Nullable ServerId server, Map<String, String> details) {
        return new StepColumns(
                kind,
                null,
                server == null ? null : server.toString(),
                null,
                null,
                null,
                null,
                details.isEmpty() ? null : Json.write(details));
    }

    static ZoneStep read(String kind, ResultSet row) throws SQLException {
        return switch (kind) {
            case "CopyDisk" -> {
                Map<String, String> details = details(row);
                yield new ZoneStep.CopyDisk(
                        server(row),
                        text(details, "project"),
                        Optional.ofNullable(details.get("root_volume")),
                        text(details, "mark"));
            }
            case "DetachVolume" -> new ZoneStep.DetachVolume(server(row), text(details(row), "volume"));
            case "AttachVolume" -> new ZoneStep.AttachVolume(server(row), text(details(row), "volume"));
            case "BootInZone" -> {
                Map<String, String> details = details(row);
                String volumes = text(details, "volumes");
                yield new ZoneStep.BootInZone(
                        server(row),
                        text(details, "project"),
                        text(details, "zone"),
                        text(details, "copy"),
                        Boolean.parseBoolean(text(details, "copy_is_volume")),
                        volumes.isEmpty() ? List.of() : List.of(volumes.split(",")),
                        text(details, "mark"));
            }
            case "DeleteServer" -> new ZoneStep.DeleteServer(server(row));
            case "DeleteCopy" -> {
                Map<String, String> details = details(row);
                yield new ZoneStep.DeleteCopy(
                        text(details, "project"),
                        text(details, "copy"),
                        Boolean.parseBoolean(text(details, "copy_is_volume")));
            }
            case "Unmark" -> new ZoneStep.Unmark(server(row));
            default -> throw new SQLException("the journal has a step of an unknown kind: " + kind);
        };
    }

    private static ServerId server(ResultSet row) throws SQLException {
        return new ServerId(Rows.uuid(row, "server"));
    }

    private static Map<String, String> details(ResultSet row) throws SQLException {
        return Json.readTexts(row.getString("details"));
    }

    private static String text(Map<String, String> details, String key) throws SQLException {
        String value = details.get(key);
        if (value == null) {
            throw new SQLException("a step in the journal lacks its " + key);
        }
        return value;
    }
}
