// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.compute;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Stamps;
import io.migawari.simulator.nova.Migration;
import io.migawari.simulator.nova.Refusal;
import io.migawari.simulator.nova.SimulatedHost;
import io.migawari.simulator.truth.Ids;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code /os-migrations}: moves of all types. */
record MigrationsApi(SimulatedCloud cloud) {

    private static final Set<String> FILTERS = Set.of(
            "host", "source_compute", "status", "migration_type", "instance_uuid", "limit", "marker", "changes-since");
    private static final Set<String> NOT_SERVED = Set.of("hidden", "changes-before", "user_id", "project_id");

    /** From 2.59 on the newest first and in pages, before that the oldest first and all at once. */
    Answer list(NovaCall call) {
        call.requireAdmin("os_compute_api:os-migrations:index");
        Query query = new Query(call.call());
        boolean paged = call.version().isAtLeast(59);
        if (paged) {
            checkParameters(call);
        }
        Optional<Instant> since = paged ? query.time("changes-since") : Optional.empty();
        return cloud.exclusively(nova -> {
            List<Migration> wanted = new ArrayList<>();
            for (Migration migration : nova.migrations().listed()) {
                if (matches(migration, query)
                        && since.map(time -> changedSince(migration, time)).orElse(true)) {
                    wanted.add(migration);
                }
            }
            ObjectNode body = ComputeApi.object();
            ArrayNode migrations = body.putArray("migrations");
            if (!paged) {
                wanted.forEach(migration -> describe(migrations.addObject(), migration, call.version()));
                return Answer.json(200, body);
            }
            Collections.reverse(wanted);
            Page<Migration> page = Page.of(
                    wanted,
                    Migration::id,
                    call.call(),
                    cloud.options().listLimit(),
                    () -> Refusal.badRequest("Marker " + query.text("marker").orElse("") + " could not be found."));
            page.items().forEach(migration -> describe(migrations.addObject(), migration, call.version()));
            page.link(body, "migrations_links", call.call());
            return Answer.json(200, body);
        });
    }

    private static void checkParameters(NovaCall call) {
        Set<String> others = new TreeSet<>(call.call().query().keySet());
        others.removeAll(FILTERS);
        others.removeAll(NOT_SERVED);
        if (!others.isEmpty()) {
            throw Refusal.badRequest("Additional properties are not allowed ('" + String.join("', '", others) + "' "
                    + (others.size() == 1 ? "was" : "were") + " unexpected)");
        }
        new Query(call.call()).serveOnly(FILTERS, "the list of migrations");
    }

    /** A record that has never been changed has no updated_at and is not listed (seen on Nova 26.2). */
    private static boolean changedSince(Migration migration, Instant time) {
        Instant updatedAt = migration.updatedAt();
        return updatedAt != null && !updatedAt.truncatedTo(ChronoUnit.SECONDS).isBefore(time);
    }

    private static boolean matches(Migration migration, Query query) {
        String destination = migration.destination().map(SimulatedHost::name).orElse("");
        String source = migration.source().name();
        return query.text("host")
                        .filter(host -> !host.equals(source) && !host.equals(destination))
                        .isEmpty()
                && isOrAbsent(query.text("source_compute"), source)
                && isOrAbsent(query.text("status"), migration.status().novaName())
                && isOrAbsent(query.text("migration_type"), migration.type().novaName())
                && isOrAbsent(query.text("instance_uuid"), migration.server().id());
    }

    private static boolean isOrAbsent(Optional<String> wanted, String value) {
        return wanted.isEmpty() || wanted.get().equals(value);
    }

    private static void describe(ObjectNode json, Migration migration, Microversion version) {
        json.put("id", migration.number());
        if (version.isAtLeast(59)) {
            json.put("uuid", migration.id());
        }
        putHosts(json, migration);
        Integer flavor = migration.type() == Migration.Type.EVACUATION ? null : 1;
        json.put("old_instance_type_id", flavor)
                .put("new_instance_type_id", flavor)
                .put("instance_uuid", migration.server().id())
                .put("status", migration.status().novaName());
        if (version.isAtLeast(23)) {
            json.put("migration_type", migration.type().novaName());
        }
        if (version.isAtLeast(80)) {
            putOwner(json, migration);
        }
        putTimes(json, migration);
    }

    static void putHosts(ObjectNode json, Migration migration) {
        boolean live = migration.type() == Migration.Type.LIVE;
        Optional<SimulatedHost> destination = migration.destination();
        Optional<SimulatedHost> taker = destination.filter(unused -> migration.takenOn());
        boolean knowsSource = !live || taker.isPresent();
        json.put("source_compute", migration.source().name())
                .put("dest_compute", destination.map(SimulatedHost::name).orElse(null))
                .put("source_node", knowsSource ? migration.source().hypervisorName() : null)
                .put("dest_node", taker.map(SimulatedHost::hypervisorName).orElse(null))
                .put(
                        "dest_host",
                        taker.filter(unused -> !live).map(unused -> "127.0.0.1").orElse(null));
    }

    static void putOwner(ObjectNode json, Migration migration) {
        String project = migration.server().project();
        json.put("user_id", Ids.hex("user", project)).put("project_id", Ids.hex("project", project));
    }

    static void putTimes(ObjectNode json, Migration migration) {
        Instant updatedAt = migration.updatedAt();
        json.put("created_at", Stamps.stored(migration.createdAt()))
                .put("updated_at", updatedAt == null ? null : Stamps.stored(updatedAt));
    }
}
