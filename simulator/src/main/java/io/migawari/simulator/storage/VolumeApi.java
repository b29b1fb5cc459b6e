// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.storage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Call;
import io.migawari.simulator.http.RequestIds;
import io.migawari.simulator.http.Routes;
import io.migawari.simulator.http.Stamps;
import io.migawari.simulator.identity.Token;
import io.migawari.simulator.identity.TokenCheck;
import io.migawari.simulator.truth.Attachment;
import io.migawari.simulator.truth.Ids;
import io.migawari.simulator.truth.SimulatedVolume;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cinder v3: the lists of volumes and of attachments (seen on Cinder 21). Safe for any thread. */
public final class VolumeApi {

    private static final int NEWEST = 70;
    private static final int ATTACHMENTS_SINCE = 27;
    private static final Pattern VERSION = Pattern.compile("volume\\s+3\\.(\\d{1,4})");

    private final SimulatedCloud cloud;
    private final TokenCheck tokens;

    public VolumeApi(SimulatedCloud cloud, TokenCheck tokens) {
        this.cloud = cloud;
        this.tokens = tokens;
    }

    public void addTo(Routes routes) {
        routes.add("GET", "/volume/v3/{project}/volumes/detail", call -> answer(call, this::volumes));
        routes.add("GET", "/volume/v3/{project}/attachments/detail", call -> answer(call, this::attachments));
    }

    /** One call, past the token; the version is 3.{@code minor}. */
    @FunctionalInterface
    private interface CinderAction {
        Answer answer(Call call, List<SimulatedVolume> volumes, int minor);
    }

    private Answer answer(Call call, CinderAction action) {
        Optional<Token> token = tokens.token(call);
        if (token.isEmpty()) {
            return TokenCheck.unauthorized(call);
        }
        int minor = call.header("OpenStack-API-Version").map(VolumeApi::minor).orElse(0);
        return respond(call, token.get(), minor, action)
                .with("OpenStack-API-Version", "volume 3." + minor)
                .with("Vary", "OpenStack-API-Version")
                .with("x-openstack-request-id", RequestIds.next());
    }

    private Answer respond(Call call, Token token, int minor, CinderAction action) {
        if (minor > NEWEST) {
            String words = "Version 3." + minor + " is not supported by the API. Minimum is 3.0 and maximum is 3."
                    + NEWEST + ".";
            return error("computeFault", 406, words);
        }
        if (!call.parameter("project").equals(token.user().projectId())) {
            return error("badRequest", 400, "Malformed request url");
        }
        boolean ofAll = token.isAdmin() && call.query("all_tenants").orElse("0").equals("1");
        return cloud.exclusively(nova -> {
            List<SimulatedVolume> visible = nova.volumes().all().stream()
                    .filter(volume ->
                            ofAll || volume.project().equals(token.user().project()))
                    .toList();
            return action.answer(call, visible, minor);
        });
    }

    private Answer volumes(Call call, List<SimulatedVolume> volumes, int minor) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode list = body.putArray("volumes");
        for (SimulatedVolume volume : volumes) {
            ObjectNode json = list.addObject()
                    .put("id", volume.id())
                    .put("status", volume.status())
                    .put("size", 1)
                    .put("availability_zone", "nova")
                    .put("created_at", Stamps.stored(volume.createdAt()))
                    .put("updated_at", Stamps.stored(volume.updatedAt()))
                    .put("name", "")
                    .put("bootable", "true")
                    .put("multiattach", false)
                    .put("os-vol-tenant-attr:tenant_id", Ids.hex("project", volume.project()));
            json.putObject("metadata");
            ArrayNode attachments = json.putArray("attachments");
            volume.attachment()
                    .filter(attachment -> attachment.status() == Attachment.Status.ATTACHED)
                    .ifPresent(attachment -> attachments
                            .addObject()
                            .put("id", volume.id())
                            .put("attachment_id", attachment.id())
                            .put("volume_id", volume.id())
                            .put("server_id", attachment.server())
                            .put("host_name", attachment.host())
                            .put("device", "/dev/sda")
                            .put("attached_at", Stamps.stored(volume.updatedAt())));
        }
        return Answer.json(200, body);
    }

    private Answer attachments(Call call, List<SimulatedVolume> volumes, int minor) {
        if (minor < ATTACHMENTS_SINCE) {
            return error("itemNotFound", 404, "The resource could not be found.");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode list = body.putArray("attachments");
        for (SimulatedVolume volume : volumes) {
            volume.attachment()
                    .filter(attachment -> call.query("instance_id")
                            .map(attachment.server()::equals)
                            .orElse(true))
                    .ifPresent(attachment -> list.addObject()
                            .put("id", attachment.id())
                            .put("status", attachment.status().cinderName())
                            .put("instance", attachment.server())
                            .put("volume_id", volume.id())
                            .put("attached_at", Stamps.stored(volume.updatedAt()))
                            .put("detached_at", "")
                            .put("attach_mode", "rw"));
        }
        return Answer.json(200, body);
    }

    private static int minor(String header) {
        Matcher version = VERSION.matcher(header);
        return version.find() ? Integer.parseInt(version.group(1)) : 0;
    }

    private static Answer error(String name, int status, String words) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject(name).put("code", status).put("message", words);
        return Answer.json(status, body);
    }
}
