// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.ZoneStep;
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
        @Nullable Integer level,
        @Nullable Long migration,
        @Nullable String details) {

    StepColumns(
            String kind,
            @Nullable String host,
            @Nullable String server,
            @Nullable Long aggregate,
            @Nullable String reason,
            @Nullable Integer level,
            @Nullable Long migration) {
        this(kind, host, server, aggregate, reason, level, migration, null);
    }

    static StepColumns of(Step step) {
        String kind = step.getClass().getSimpleName();
        if (step instanceof Step.ForceDown s) {
            return ofHost(kind, s.host());
        }
        if (step instanceof Step.PowerOff s) {
            return new StepColumns(kind, s.host().value(), null, null, null, s.level(), null);
        }
        if (step instanceof Step.LiftForceDown s) {
            return ofHost(kind, s.host());
        }
        if (step instanceof Step.DisableService s) {
            return new StepColumns(kind, s.host().value(), null, null, s.reason(), null, null);
        }
        if (step instanceof Step.EnableService s) {
            return ofHost(kind, s.host());
        }
        if (step instanceof Step.AddToAggregate s) {
            return new StepColumns(kind, s.host().value(), null, s.aggregate(), null, null, null);
        }
        if (step instanceof Step.RemoveFromAggregate s) {
            return new StepColumns(kind, s.host().value(), null, s.aggregate(), null, null, null);
        }
        if (step instanceof Step.Evacuate s) {
            return ofMove(kind, s.server(), s.destination());
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
        if (step instanceof Step.LiveMigrate s) {
            return ofMove(kind, s.server(), s.destination());
        }
        if (step instanceof Step.ColdMigrate s) {
            return ofMove(kind, s.server(), s.destination());
        }
        if (step instanceof Step.ConfirmMigration s) {
            return ofServer(kind, s.server());
        }
        if (step instanceof Step.RevertMigration s) {
            return ofServer(kind, s.server());
        }
        if (step instanceof Step.AbortLiveMigration s) {
            return ofMigration(kind, s.server(), s.migration());
        }
        if (step instanceof Step.ForceComplete s) {
            return ofMigration(kind, s.server(), s.migration());
        }
        if (step instanceof ZoneStep s) {
            return ZoneStepColumns.of(kind, s);
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
            case "Evacuate" -> new Step.Evacuate(server(row), destination(row));
            case "Stop" -> new Step.Stop(server(row));
            case "Start" -> new Step.Start(server(row));
            case "ResetToError" -> new Step.ResetToError(server(row));
            case "LiveMigrate" -> new Step.LiveMigrate(server(row), destination(row));
            case "ColdMigrate" -> new Step.ColdMigrate(server(row), destination(row));
            case "ConfirmMigration" -> new Step.ConfirmMigration(server(row));
            case "RevertMigration" -> new Step.RevertMigration(server(row));
            case "AbortLiveMigration" -> new Step.AbortLiveMigration(server(row), row.getLong("migration"));
            case "ForceComplete" -> new Step.ForceComplete(server(row), row.getLong("migration"));
            default -> ZoneStepColumns.read(kind, row);
        };
    }

    private static StepColumns ofHost(String kind, HostName host) {
        return new StepColumns(kind, host.value(), null, null, null, null, null);
    }

    private static StepColumns ofServer(String kind, ServerId server) {
        return new StepColumns(kind, null, server.toString(), null, null, null, null);
    }

    private static StepColumns ofMove(String kind, ServerId server, Optional<HostName> destination) {
        return new StepColumns(
                kind, destination.map(HostName::value).orElse(null), server.toString(), null, null, null, null);
    }

    private static StepColumns ofMigration(String kind, ServerId server, long migration) {
        return new StepColumns(kind, null, server.toString(), null, null, null, migration);
    }

    private static Optional<HostName> destination(ResultSet row) throws SQLException {
        return Optional.ofNullable(row.getString("host")).map(HostName::new);
    }

    private static HostName host(ResultSet row) throws SQLException {
        return new HostName(row.getString("host"));
    }

    private static ServerId server(ResultSet row) throws SQLException {
        return new ServerId(UUID.fromString(row.getString("server")));
    }
}
