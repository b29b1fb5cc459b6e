// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.cloud.Calls.Service;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.LiveProgress;
import io.migawari.controller.model.cloud.Migration;
import io.migawari.controller.model.cloud.Server;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Nova tells of moves. Safe for any thread. */
final class OpenStackMigrations implements Migrations {

    private final Calls calls;
    private final Time time;

    OpenStackMigrations(Calls calls, Time time) {
        this.calls = calls;
        this.time = time;
    }

    @Override
    public List<Migration> since(Instant since, Duration patience) throws CloudException, InterruptedException {
        List<Migration> migrations = new ArrayList<>();
        calls.list("/os-migrations", Map.of(), "migrations", time.deadlineAfter(patience), json -> {
            // Newest first. (changes-since would not do: it leaves out records that were never updated.)
            Migration migration = NovaReader.migration(json);
            boolean wanted = !migration.createdAt().isBefore(since);
            if (wanted) {
                migrations.add(migration);
            }
            return wanted;
        });
        return migrations;
    }

    @Override
    public Optional<LiveProgress> progress(ServerId server, Duration patience)
            throws CloudException, InterruptedException {
        JsonNode answer =
                calls.get(Service.NOVA, "/servers/" + server + "/migrations", Map.of(), time.deadlineAfter(patience));
        Optional<LiveProgress> newest = Optional.empty();
        for (JsonNode json : Calls.array(answer, "migrations")) {
            LiveProgress found = NovaReader.liveProgress(json);
            // one that its source has died of is listed for good, beside the one that is under way
            if (newest.isEmpty() || newest.get().number() < found.number()) {
                newest = Optional.of(found);
            }
        }
        return newest;
    }

    @Override
    public List<Server> named(String name, Duration patience) throws CloudException, InterruptedException {
        Deadline deadline = time.deadlineAfter(patience);
        List<Server> servers = new ArrayList<>();
        calls.list("/servers/detail", Map.of("all_tenants", "1", "name", pattern(name)), "servers", deadline, json -> {
            Server server = NovaReader.server(json);
            if (server.name().equals(name)) {
                servers.add(server);
            }
            return true;
        });
        return servers;
    }

    /**
     * Nova takes the name for a regular expression, of a kind that depends on its database. So a dot, which is the same in all of
     * them, stands for each character that could have a meaning; what it finds too much is left out afterwards, as are names that
     * differ in upper and lower case only.
     */
    private static String pattern(String name) {
        return "^" + name.replaceAll("[\\p{ASCII}&&[^A-Za-z0-9 _-]]", ".") + "$";
    }
}
