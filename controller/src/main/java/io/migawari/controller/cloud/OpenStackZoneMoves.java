// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.cloud.Calls.Service;
import io.migawari.controller.cloud.CloudException.Kind;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.ZoneStep;
import io.migawari.controller.model.cloud.Removal;
import io.migawari.controller.model.cloud.Removal.Quota;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.VmState;
import io.migawari.controller.model.cloud.ZoneEstate;
import io.migawari.controller.model.cloud.ZoneEstate.Copy;
import io.migawari.controller.model.cloud.ZoneEstate.Progress;
import io.migawari.controller.model.cloud.ZoneEstate.Source;
import io.migawari.controller.model.cloud.ZoneEstate.Successor;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.openstack4j.core.transport.HttpMethod;

/** Moves into another zone, by Nova, Glance and Cinder. Safe for any thread. */
final class OpenStackZoneMoves implements ZoneMoves {

    private static final String MARK = ZoneStep.Unmark.KEY;
    private static final String ZONE = "OS-EXT-AZ:availability_zone";

    private final Calls calls;
    private final Function<String, Calls> newProject;
    private final Map<String, Calls> projects = new ConcurrentHashMap<>();
    private final Time time;

    /** @param newProject makes calls in the name of the project with this id */
    OpenStackZoneMoves(Calls calls, Function<String, Calls> newProject, Time time) {
        this.calls = calls;
        this.newProject = newProject;
        this.time = time;
    }

    private Calls in(String project) {
        return projects.computeIfAbsent(project, newProject);
    }

    // What there is.

    @Override
    public Removal removal(ServerId id, Duration patience) throws CloudException, InterruptedException {
        Deadline deadline = time.deadlineAfter(patience);
        JsonNode server = server(id, deadline);
        JsonNode flavor = server.path("flavor");
        String project = NovaReader.text(server, "tenant_id");
        Optional<String> root = rootVolume(server, deadline);
        Optional<String> whyNotOurs = whyNotOurs(project, deadline);
        Map<String, Quota> quotas = new HashMap<>();
        Optional<Long> rootSize = Optional.empty();
        if (whyNotOurs.isEmpty()) {
            quotas.putAll(quotas(project, Service.NOVA, deadline));
            if (root.isPresent()) {
                quotas.putAll(quotas(project, Service.CINDER, deadline));
                JsonNode volume = in(project)
                        .get(Service.CINDER, "/volumes/" + root.get(), Map.of(), deadline)
                        .path("volume");
                rootSize = Optional.of(volume.path("size").asLong());
            }
        }
        Map<String, Long> needs = new HashMap<>(Map.of(
                "instances",
                1L,
                "cores",
                flavor.path("vcpus").asLong(),
                "ram",
                flavor.path("ram").asLong()));
        rootSize.ifPresent(gigabytes -> needs.putAll(Map.of("volumes", 1L, "gigabytes", gigabytes)));
        return new Removal(
                project,
                whyNotOurs,
                flavor.path("original_name").asText(),
                flavorId(flavor, deadline).isPresent(),
                rootSize,
                volumes(server).size() - (root.isPresent() ? 1 : 0),
                flavor.path("ephemeral").asLong() > 0 || flavor.path("swap").asLong() > 0,
                server.path("locked").asBoolean(),
                needs,
                quotas);
    }

    private Optional<String> whyNotOurs(String project, Deadline deadline) throws CloudException, InterruptedException {
        String remedy =
                "Nothing can be made in its project, " + project + ", by our account. Give it a role there: openstack "
                        + "role add --user USER --project " + project + " member";
        try {
            var scope = in(project).token(deadline).getProject();
            boolean isThere = scope != null && project.equals(scope.getId());
            return isThere
                    ? Optional.empty()
                    : Optional.of("Our application credential belongs to another project than the instance, " + project
                            + "; sign in with a password instead.");
        } catch (CloudException e) {
            if (e.kind() == Kind.UNAUTHORIZED || e.kind() == Kind.FORBIDDEN) {
                return Optional.of(remedy);
            }
            throw e;
        }
    }

    private Map<String, Quota> quotas(String project, Service service, Deadline deadline)
            throws CloudException, InterruptedException {
        JsonNode absolute = in(project)
                .get(service, "/limits", Map.of(), deadline)
                .path("limits")
                .path("absolute");
        Map<String, Quota> quotas = new HashMap<>();
        if (service == Service.NOVA) {
            quotas.put("instances", quota(absolute, "maxTotalInstances", "totalInstancesUsed"));
            quotas.put("cores", quota(absolute, "maxTotalCores", "totalCoresUsed"));
            quotas.put("ram", quota(absolute, "maxTotalRAMSize", "totalRAMUsed"));
        } else {
            quotas.put("volumes", quota(absolute, "maxTotalVolumes", "totalVolumesUsed"));
            quotas.put("gigabytes", quota(absolute, "maxTotalVolumeGigabytes", "totalGigabytesUsed"));
        }
        return quotas;
    }

    private static Quota quota(JsonNode absolute, String limit, String used) {
        return new Quota(absolute.path(limit).asLong(-1), absolute.path(used).asLong());
    }

    @Override
    public ZoneEstate estate(
            ServerId id,
            String mark,
            Collection<ServerId> successors,
            Collection<String> volumes,
            Optional<Made> made,
            Duration patience)
            throws CloudException, InterruptedException {
        Deadline deadline = time.deadlineAfter(patience);
        Optional<Source> source = source(id, deadline);
        List<Successor> found = new ArrayList<>();
        for (ServerId successor : successors) {
            successor(successor, mark, deadline).ifPresent(found::add);
        }
        Optional<String> project = source.map(Source::project).or(() -> made.map(Made::project));
        List<String> complaints = new ArrayList<>();
        // without these two, an old instance can be started all the same
        Optional<List<Copy>> copies =
                read(complaints, () -> made.isPresent() ? copies(made.get(), mark, deadline) : List.of());
        Optional<Map<String, String>> states =
                read(complaints, () -> project.isPresent() ? states(project.get(), volumes, deadline) : Map.of());
        return new ZoneEstate(source, found, copies, states, complaints.stream().findFirst());
    }

    private interface Read<T> {
        T read() throws CloudException, InterruptedException;
    }

    private static <T> Optional<T> read(List<String> complaints, Read<T> read) throws InterruptedException {
        try {
            return Optional.of(read.read());
        } catch (CloudException e) {
            complaints.add(e.words());
            return Optional.empty();
        }
    }

    private Optional<Source> source(ServerId id, Deadline deadline) throws CloudException, InterruptedException {
        Optional<JsonNode> json = findServer(id, deadline);
        if (json.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> root = rootVolume(json.get(), deadline);
        List<String> others = volumes(json.get()).stream()
                .filter(volume -> root.filter(volume::equals).isEmpty())
                .toList();
        return Optional.of(
                new Source(NovaReader.server(json.get()), NovaReader.text(json.get(), "tenant_id"), root, others));
    }

    private Optional<Successor> successor(ServerId id, String mark, Deadline deadline)
            throws CloudException, InterruptedException {
        Optional<JsonNode> json = findServer(id, deadline);
        return json.isEmpty()
                ? Optional.empty()
                : Optional.of(new Successor(
                        NovaReader.server(json.get()),
                        Optional.ofNullable(json.get().path(ZONE).textValue()),
                        Set.copyOf(volumes(json.get())),
                        json.get().path("metadata").path(MARK).asText().equals(mark)));
    }

    /** One that is not deleted. */
    private Optional<JsonNode> findServer(ServerId id, Deadline deadline) throws CloudException, InterruptedException {
        try {
            JsonNode json = server(id, deadline);
            Server server = NovaReader.server(json);
            boolean isDeleted =
                    server.deleted() || server.vmState() == VmState.DELETED || server.vmState() == VmState.SOFT_DELETED;
            return isDeleted ? Optional.empty() : Optional.of(json);
        } catch (CloudException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private JsonNode server(ServerId id, Deadline deadline) throws CloudException, InterruptedException {
        return calls.get(Service.NOVA, "/servers/" + id, Map.of(), deadline).path("server");
    }

    /** All of an instance, in Nova's order. */
    private static List<String> volumes(JsonNode server) {
        Set<String> volumes = new HashSet<>();
        List<String> ordered = new ArrayList<>();
        for (JsonNode volume : server.path("os-extended-volumes:volumes_attached")) {
            String id = volume.path("id").asText();
            if (volumes.add(id)) {
                ordered.add(id);
            }
        }
        return ordered;
    }

    /** The volume that is the root disk: an instance without an image has one, and it is attached where the root device is. */
    private Optional<String> rootVolume(JsonNode server, Deadline deadline)
            throws CloudException, InterruptedException {
        if (server.path("image").isObject()) {
            return Optional.empty();
        }
        String device = server.path("OS-EXT-SRV-ATTR:root_device_name").asText();
        String path = "/servers/" + NovaReader.text(server, "id") + "/os-volume_attachments";
        for (JsonNode attachment :
                Calls.array(calls.get(Service.NOVA, path, Map.of(), deadline), "volumeAttachments")) {
            if (attachment.path("device").asText().equals(device)) {
                return Optional.of(NovaReader.text(attachment, "volumeId"));
            }
        }
        throw new CloudException(
                Kind.UNSUITABLE, "Nova shows neither an image nor a volume at " + device + " as the root disk of it");
    }

    private List<Copy> copies(Made made, String mark, Deadline deadline) throws CloudException, InterruptedException {
        List<Copy> copies = new ArrayList<>();
        if (made.copyIsVolume()) {
            JsonNode answer = in(made.project())
                    .get(
                            Service.CINDER,
                            "/volumes/detail",
                            Map.of("metadata", object().put(MARK, mark).toString()),
                            deadline);
            for (JsonNode volume : Calls.array(answer, "volumes")) {
                if (volume.path("metadata").path(MARK).asText().equals(mark)) {
                    copies.add(copy(volume, true));
                }
            }
        } else {
            JsonNode answer = in(made.project()).get(Service.GLANCE, "/v2/images", Map.of(MARK, mark), deadline);
            for (JsonNode image : Calls.array(answer, "images")) {
                if (image.path(MARK).asText().equals(mark)) {
                    copies.add(copy(image, false));
                }
            }
        }
        return copies;
    }

    private static Copy copy(JsonNode json, boolean isVolume) throws CloudException {
        String status = NovaReader.text(json, "status");
        Progress progress = switch (status) {
            case "active", "available", "in-use", "attaching", "reserved" -> Progress.READY;
            case "killed", "deactivated", "error", "error_deleting" -> Progress.FAILED;
            default -> Progress.COMING;
        };
        return new Copy(NovaReader.text(json, "id"), isVolume, progress, status);
    }

    private Map<String, String> states(String project, Collection<String> volumes, Deadline deadline)
            throws CloudException, InterruptedException {
        Map<String, String> states = new HashMap<>();
        for (String volume : volumes) {
            try {
                JsonNode found = in(project)
                        .get(Service.CINDER, "/volumes/" + volume, Map.of(), deadline)
                        .path("volume");
                states.put(volume, NovaReader.text(found, "status"));
            } catch (CloudException e) {
                if (e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        return states;
    }

    // What is done.

    /** @return the service's id of the request */
    Optional<String> request(ZoneStep step, Deadline deadline) throws CloudException, InterruptedException {
        if (step instanceof ZoneStep.CopyDisk s) {
            return copyDisk(s, deadline);
        }
        if (step instanceof ZoneStep.DetachVolume s) {
            String path = "/servers/" + s.server() + "/os-volume_attachments/" + s.volume();
            return call(calls, Service.NOVA, HttpMethod.DELETE, path, Optional.empty(), deadline);
        }
        if (step instanceof ZoneStep.AttachVolume s) {
            ObjectNode body = object();
            body.putObject("volumeAttachment").put("volumeId", s.volume());
            String path = "/servers/" + s.server() + "/os-volume_attachments";
            return call(calls, Service.NOVA, HttpMethod.POST, path, Optional.of(body), deadline);
        }
        if (step instanceof ZoneStep.BootInZone s) {
            return boot(s, deadline);
        }
        if (step instanceof ZoneStep.DeleteServer s) {
            return call(calls, Service.NOVA, HttpMethod.DELETE, "/servers/" + s.server(), Optional.empty(), deadline);
        }
        if (step instanceof ZoneStep.DeleteCopy s) {
            return s.isVolume()
                    ? call(
                            in(s.project()),
                            Service.CINDER,
                            HttpMethod.DELETE,
                            "/volumes/" + s.copy(),
                            Optional.empty(),
                            deadline)
                    : call(
                            in(s.project()),
                            Service.GLANCE,
                            HttpMethod.DELETE,
                            "/v2/images/" + s.copy(),
                            Optional.empty(),
                            deadline);
        }
        if (step instanceof ZoneStep.Unmark s) {
            String path = "/servers/" + s.server() + "/metadata/" + MARK;
            return call(calls, Service.NOVA, HttpMethod.DELETE, path, Optional.empty(), deadline);
        }
        throw new AssertionError(step);
    }

    private Optional<String> copyDisk(ZoneStep.CopyDisk step, Deadline deadline)
            throws CloudException, InterruptedException {
        String name = NovaReader.text(server(step.server(), deadline), "name");
        ObjectNode body = object();
        if (step.rootVolume().isPresent()) {
            ObjectNode volume = body.putObject("volume")
                    .put("name", name)
                    .put("source_volid", step.rootVolume().get());
            volume.putObject("metadata").put(MARK, step.mark());
            return call(in(step.project()), Service.CINDER, HttpMethod.POST, "/volumes", Optional.of(body), deadline);
        }
        ObjectNode image = body.putObject("createImage").put("name", name);
        image.putObject("metadata").put(MARK, step.mark());
        String path = "/servers/" + step.server() + "/action";
        return call(in(step.project()), Service.NOVA, HttpMethod.POST, path, Optional.of(body), deadline);
    }

    private Optional<String> boot(ZoneStep.BootInZone step, Deadline deadline)
            throws CloudException, InterruptedException {
        JsonNode old = server(step.pattern(), deadline);
        String flavor = flavorId(old.path("flavor"), deadline)
                .orElseThrow(() -> new CloudException(
                        Kind.REJECTED,
                        "There is no flavor "
                                + old.path("flavor").path("original_name").asText() + " any more"));
        ObjectNode body = object();
        ObjectNode server = body.putObject("server")
                .put("name", NovaReader.text(old, "name"))
                .put("flavorRef", flavor)
                .put("availability_zone", step.zone())
                .put(
                        "config_drive",
                        "True".equalsIgnoreCase(old.path("config_drive").asText()));
        if (!step.copyIsVolume()) {
            server.put("imageRef", step.copy());
        }
        if (old.path("description").isTextual()) {
            server.set("description", old.path("description"));
        }
        if (!old.path("tags").isEmpty()) {
            server.set("tags", old.path("tags"));
        }
        ObjectNode metadata = server.putObject("metadata");
        old.path("metadata").properties().forEach(entry -> metadata.set(entry.getKey(), entry.getValue()));
        metadata.put(MARK, step.mark());
        disks(server, step, deletesRoot(old, rootVolume(old, deadline)));
        networks(server, step.pattern(), deadline);
        group(body, step.pattern(), deadline);
        Optional<String> key = Optional.ofNullable(old.path("key_name").textValue());
        Calls project = in(step.project());
        if (key.isPresent()) {
            return withKey(
                    key.get(),
                    NovaReader.text(old, "user_id"),
                    project,
                    deadline,
                    name -> post(project, server, body, name, deadline));
        }
        return post(project, server, body, Optional.empty(), deadline);
    }

    private Optional<String> post(
            Calls project, ObjectNode server, ObjectNode body, Optional<String> key, Deadline deadline)
            throws CloudException, InterruptedException {
        key.ifPresent(name -> server.put("key_name", name));
        return call(project, Service.NOVA, HttpMethod.POST, "/servers", Optional.of(body), deadline);
    }

    /** Whether Nova deletes the root volume with the instance. */
    private static boolean deletesRoot(JsonNode old, Optional<String> root) {
        for (JsonNode volume : old.path("os-extended-volumes:volumes_attached")) {
            if (root.filter(volume.path("id").asText()::equals).isPresent()) {
                return volume.path("delete_on_termination").asBoolean();
            }
        }
        return false;
    }

    /** The volumes beside the root disk outlive the new instance, so that deleting one that has failed deletes none of them. */
    private static void disks(ObjectNode server, ZoneStep.BootInZone step, boolean deletesRoot) {
        if (!step.copyIsVolume() && step.volumes().isEmpty()) {
            return;
        }
        var disks = server.putArray("block_device_mapping_v2");
        ObjectNode root = disks.addObject().put("boot_index", 0).put("uuid", step.copy());
        if (step.copyIsVolume()) {
            root.put("source_type", "volume")
                    .put("destination_type", "volume")
                    .put("delete_on_termination", deletesRoot);
        } else {
            root.put("source_type", "image").put("destination_type", "local").put("delete_on_termination", true);
        }
        for (String volume : step.volumes()) {
            disks.addObject()
                    .put("boot_index", -1)
                    .put("uuid", volume)
                    .put("source_type", "volume")
                    .put("destination_type", "volume")
                    .put("delete_on_termination", false);
        }
    }

    /** New ports on the same networks, with the security groups of the old instance. */
    private void networks(ObjectNode server, ServerId pattern, Deadline deadline)
            throws CloudException, InterruptedException {
        JsonNode ports = Calls.array(
                calls.get(Service.NOVA, "/servers/" + pattern + "/os-interface", Map.of(), deadline),
                "interfaceAttachments");
        if (ports.isEmpty()) {
            server.put("networks", "none");
            return;
        }
        var networks = server.putArray("networks");
        for (JsonNode port : ports) {
            networks.addObject().put("uuid", NovaReader.text(port, "net_id"));
        }
        JsonNode groups = Calls.array(
                calls.get(Service.NOVA, "/servers/" + pattern + "/os-security-groups", Map.of(), deadline),
                "security_groups");
        if (!groups.isEmpty()) {
            var named = server.putArray("security_groups");
            for (JsonNode group : groups) {
                named.addObject().put("name", NovaReader.text(group, "id"));
            }
        }
    }

    private void group(ObjectNode body, ServerId pattern, Deadline deadline)
            throws CloudException, InterruptedException {
        JsonNode groups = Calls.array(
                calls.get(Service.NOVA, "/os-server-groups", Map.of("all_projects", "true"), deadline),
                "server_groups");
        for (JsonNode group : groups) {
            for (JsonNode member : group.path("members")) {
                if (member.asText().equals(pattern.toString())) {
                    body.putObject("os:scheduler_hints").put("group", NovaReader.text(group, "id"));
                }
            }
        }
    }

    /** Boots with the name of a key that our account has. */
    @FunctionalInterface
    private interface Boot {
        Optional<String> with(Optional<String> keyName) throws CloudException, InterruptedException;
    }

    /**
     * Key pairs belong to people, and Nova looks for them among those of whoever makes the instance. So ours gets the same key for
     * the time of the call. A key that its owner has deleted is in the disk, but can no longer be named.
     */
    private Optional<String> withKey(String name, String owner, Calls project, Deadline deadline, Boot boot)
            throws CloudException, InterruptedException {
        Optional<String> theirs = publicKey(calls, name, Map.of("user_id", owner), deadline);
        if (theirs.isEmpty()) {
            return boot.with(Optional.empty());
        }
        Optional<String> ours = publicKey(project, name, Map.of(), deadline);
        if (ours.isPresent()) {
            return boot.with(theirs.equals(ours) ? Optional.of(name) : Optional.empty());
        }
        ObjectNode body = object();
        body.putObject("keypair").put("name", name).put("public_key", theirs.get());
        call(project, Service.NOVA, HttpMethod.POST, "/os-keypairs", Optional.of(body), deadline);
        try {
            return boot.with(Optional.of(name));
        } finally {
            forgetKey(name, project, deadline);
        }
    }

    /** If that fails, a public key is left with our account, which the next call uses: no reason to call the boot a failure. */
    private static void forgetKey(String name, Calls project, Deadline deadline) throws InterruptedException {
        try {
            call(project, Service.NOVA, HttpMethod.DELETE, "/os-keypairs/" + encoded(name), Optional.empty(), deadline);
        } catch (CloudException leftThere) {
            // Left as it is: see above.
        }
    }

    private static Optional<String> publicKey(Calls calls, String name, Map<String, String> query, Deadline deadline)
            throws CloudException, InterruptedException {
        try {
            JsonNode answer = calls.get(Service.NOVA, "/os-keypairs/" + encoded(name), query, deadline);
            return Optional.ofNullable(answer.path("keypair").path("public_key").textValue());
        } catch (CloudException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The flavor that an instance was made from, by its name and its size: Nova no longer tells its id. */
    private Optional<String> flavorId(JsonNode wanted, Deadline deadline) throws CloudException, InterruptedException {
        List<String> found = new ArrayList<>();
        calls.list("/flavors/detail", Map.of("is_public", "None"), "flavors", deadline, flavor -> {
            boolean same = flavor.path("name")
                            .asText()
                            .equals(wanted.path("original_name").asText())
                    && flavor.path("vcpus").asLong() == wanted.path("vcpus").asLong()
                    && flavor.path("ram").asLong() == wanted.path("ram").asLong()
                    && flavor.path("disk").asLong() == wanted.path("disk").asLong();
            if (same) {
                found.add(NovaReader.text(flavor, "id"));
            }
            return !same;
        });
        return found.stream().findFirst();
    }

    private static Optional<String> call(
            Calls calls, Service service, HttpMethod method, String path, Optional<JsonNode> body, Deadline deadline)
            throws CloudException, InterruptedException {
        Answer answer = calls.call(service, method, path, Map.of(), body, deadline);
        return Optional.ofNullable(answer.header("x-openstack-request-id"));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
