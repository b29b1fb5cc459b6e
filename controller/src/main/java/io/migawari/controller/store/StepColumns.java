// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A step as columns of the journal, and back: the one place that takes steps apart for storing. */
record StepColumns(
        String kind,
        @Nullable String host,
        @Nullable String server,
        @Nullable Long aggregate,
        @Nullable String reason,
        @Nullable Integer level) {

    static StepColumns of(Step step) {
        String kind = step.getClass().getSimpleName();
        if (step instanceof Step.ForceDown s) {
            return ofHost(kind, s.host());
        }
        if (step instanceof Step.PowerOff s) {
            return new StepColumns(kind, s.host().value(), null, null, null, s.level());
        }
        if (step instanceof Step.LiftForceDown s) {
            return ofHost(kind, s.host());
        }
        if (step instanceof Step.DisableService s) {
            return new StepColumns(kind, s.host().value(), null, null, s.reason(), null);
        }
        if (step instanceof Step.EnableService s) {
            return ofHost(kind, s.host());
        }
        if (step instanceof Step.AddToAggregate s) {
            return new StepColumns(kind, s.host().value(), null, s.aggregate(), null, null);
        }
        if (step instanceof Step.RemoveFromAggregate s) {
            return new StepColumns(kind, s.host().value(), null, s.aggregate(), null, null);
        }
        if (step instanceof Step.Evacuate s) {
            String destination = s.destination().map(HostName::value).orElse(null);
            return new StepColumns(kind, destination, s.server().toString(), null, null, null);
        }
        if (step instanceof Step.Stop s) {
            return ofServer(kind, s.server());
        }
        if (step instanceof Step.Start s) {
            return ofServer(kind, s.server());
        }
        if (step instanceof Step.ResetToError s) {
            return ofServer(kind, s.server());
        }
        throw new AssertionError(step);
    }

    static Step read(ResultSet row) throws SQLException {
        String kind = row.getString("step");
        return switch (kind) {
            case "ForceDown" -> new Step.ForceDown(host(row));
            case "PowerOff" -> new Step.PowerOff(host(row), row.getInt("level"));
            case "LiftForceDown" -> new Step.LiftForceDown(host(row));
            case "DisableService" -> new Step.DisableService(host(row), row.getString("reason"));
            case "EnableService" -> new Step.EnableService(host(row));
            case "AddToAggregate" -> new Step.AddToAggregate(host(row), row.getLong("aggregate"));
            case "RemoveFromAggregate" -> new Step.RemoveFromAggregate(host(row), row.getLong("aggregate"));
            case "Evacuate" ->
                new Step.Evacuate(
                        server(row), Optional.ofNullable(row.getString("host")).map(HostName::new));
            case "Stop" -> new Step.Stop(server(row));
            case "Start" -> new Step.Start(server(row));
            case "ResetToError" -> new Step.ResetToError(server(row));
            default -> throw new SQLException("the journal has a step of an unknown kind: " + kind);
        };
    }

    private static StepColumns ofHost(String kind, HostName host) {
        return new StepColumns(kind, host.value(), null, null, null, null);
    }

    private static StepColumns ofServer(String kind, ServerId server) {
        return new StepColumns(kind, null, server.toString(), null, null, null);
    }

    private static HostName host(ResultSet row) throws SQLException {
        return new HostName(row.getString("host"));
    }

    private static ServerId server(ResultSet row) throws SQLException {
        return new ServerId(UUID.fromString(row.getString("server")));
    }
}
