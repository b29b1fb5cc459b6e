// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.migawari.controller.cloud.Calls.Service;
import io.migawari.controller.cloud.CloudException.Kind;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.cloud.Evacuation;
import io.migawari.controller.model.cloud.NovaAccess;
import io.migawari.controller.model.cloud.Resident;
import io.migawari.controller.model.cloud.Room;
import io.migawari.controller.model.cloud.ServerGroup;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openstack4j.openstack.identity.v3.domain.KeystoneToken;

/** The survey of an OpenStack: Nova, and Placement for what is free. Safe for any thread. */
final class OpenStackSurvey implements Survey {

    /** The statuses of evacuations that are not over, or whose source has not come back. */
    private static final List<String> UNFINISHED = List.of("accepted", "pre-migrating", "done");

    private static final Pattern VERSION = Pattern.compile("2\\.(\\d{1,4})");

    private final Calls calls;
    private final Time time;

    OpenStackSurvey(Calls calls, Time time) {
        this.calls = calls;
        this.time = time;
    }

    @Override
    public NovaAccess access(Duration patience) throws CloudException, InterruptedException {
        Deadline deadline = time.deadlineAfter(patience);
        KeystoneToken token = calls.token(deadline);
        // Old catalogues have the project's id behind the version.
        String url = calls.novaUrl(token).replaceFirst("(/v2(\\.\\d)?)(/.*)?$", "$1");
        Instant askedAt = time.now();
        Answer answer = calls.plain(token, url, deadline);
        Instant answeredAt = time.now();
        JsonNode version = Calls.json(answer, "Nova's answer to GET /").path("version");
        return new NovaAccess(
                token.getRoles().stream().map(role -> role.getName()).collect(Collectors.toSet()),
                minor(version.path("min_version")),
                minor(version.path("version")),
                clock(answer),
                askedAt,
                answeredAt);
    }

    private static int minor(JsonNode version) throws CloudException {
        Matcher matcher = VERSION.matcher(version.asText());
        if (!matcher.matches()) {
            throw new CloudException(
                    Kind.UNSUITABLE,
                    "Nova does not say which versions it speaks: is that the endpoint of its API v2.1?");
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** Every HTTP server says what time it is; one that does not, or that says nonsense, is no fault of Nova's. */
    private static Optional<Instant> clock(Answer answer) {
        try {
            return Optional.ofNullable(answer.header("Date"))
                    .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<Resident> residents(Duration patience) throws CloudException, InterruptedException {
        List<Resident> residents = new ArrayList<>();
        calls.list("/servers/detail", Map.of("all_tenants", "1"), "servers", time.deadlineAfter(patience), json -> {
            Resident resident = NovaReader.resident(json);
            if (resident.server().host().isPresent()) {
                residents.add(resident);
            }
            return true;
        });
        return residents;
    }

    @Override
    public List<Room> rooms(Duration patience) throws CloudException, InterruptedException {
        Deadline deadline = time.deadlineAfter(patience);
        Map<String, HostName> hosts = new HashMap<>();
        calls.list("/os-hypervisors/detail", Map.of(), "hypervisors", deadline, json -> {
            hosts.put(NovaReader.text(json, "id"), NovaReader.host(json.path("service"), "host"));
            return true;
        });
        JsonNode providers = calls.get(
                        Service.PLACEMENT, "/allocation_candidates", Map.of("resources", "VCPU:1"), deadline)
                .path("provider_summaries");
        if (!providers.isObject()) {
            throw new CloudException(Kind.GARBLED, "Placement's answer has no provider_summaries");
        }
        List<Room> rooms = new ArrayList<>();
        providers.properties().forEach(provider -> {
            HostName host = hosts.get(provider.getKey()); // none: a provider of something else, or of a deleted service
            if (host != null) {
                rooms.add(new Room(host, free(provider.getValue().path("resources"))));
            }
        });
        return rooms;
    }

    private static Map<String, Long> free(JsonNode resources) {
        Map<String, Long> free = new HashMap<>();
        resources.properties().forEach(resource -> {
            JsonNode counts = resource.getValue();
            free.put(
                    resource.getKey(),
                    counts.path("capacity").asLong() - counts.path("used").asLong());
        });
        return free;
    }

    @Override
    public Map<HostName, String> zones(Duration patience) throws CloudException, InterruptedException {
        Map<HostName, String> zones = new HashMap<>();
        JsonNode answer =
                calls.get(Service.NOVA, "/os-services", Map.of("binary", "nova-compute"), time.deadlineAfter(patience));
        for (JsonNode json : Calls.array(answer, "services")) {
            zones.put(NovaReader.host(json, "host"), NovaReader.text(json, "zone"));
        }
        return zones;
    }

    @Override
    public List<ServerGroup> serverGroups(Duration patience) throws CloudException, InterruptedException {
        List<ServerGroup> groups = new ArrayList<>();
        JsonNode answer = calls.get(
                Service.NOVA, "/os-server-groups", Map.of("all_projects", "true"), time.deadlineAfter(patience));
        for (JsonNode json : Calls.array(answer, "server_groups")) {
            groups.add(NovaReader.serverGroup(json));
        }
        return groups;
    }

    @Override
    public List<Evacuation> unfinishedEvacuations(Duration patience) throws CloudException, InterruptedException {
        Deadline deadline = time.deadlineAfter(patience);
        List<Evacuation> evacuations = new ArrayList<>();
        for (String status : UNFINISHED) {
            Map<String, String> query = Map.of("migration_type", "evacuation", "status", status);
            calls.list("/os-migrations", query, "migrations", deadline, json -> {
                evacuations.add(NovaReader.evacuation(json));
                return true;
            });
        }
        return evacuations;
    }
}
