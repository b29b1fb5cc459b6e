// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.fencing.DeviceWatch;
import io.migawari.controller.fencing.FenceAgents;
import io.migawari.controller.fencing.Sight;
import io.migawari.controller.fencing.Trouble;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Power.Reading;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /migawari/v1/fencing}: the devices that switch hosts off. Nothing here switches anything. */
public final class FencingResource implements Resource {

    private static final Logger log = LoggerFactory.getLogger(FencingResource.class);
    private static final int LONGEST_REASON = 1000;

    private final FenceAgents fencing;
    private final DeviceWatch devices;
    private final Runnable wakeRecovery;

    public FencingResource(FenceAgents fencing, DeviceWatch devices, Runnable wakeRecovery) {
        this.fencing = fencing;
        this.devices = devices;
        this.wakeRecovery = wakeRecovery;
    }

    @Override
    public void addTo(Router router) {
        String one = "/migawari/v1/fencing/{host}";
        router.add("GET", "/migawari/v1/fencing", Access.ADMIN, call -> list())
                .add("GET", one, Access.ADMIN, this::status)
                .add("POST", one + "/verify", Access.ADMIN, this::verify);
    }

    /** What is configured, and what was last found out about it; asks no device. */
    private Reply list() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode all = body.putArray("devices");
        for (DeviceWatch.State state : devices.states()) {
            all.add(
                    state.sight().isPresent()
                            ? view(state.sight().get())
                            : named(state.host(), state.level(), state.device(), state.agent())
                                    .put("power", "not_asked_yet"));
        }
        return Reply.ok(body);
    }

    /** Asks all devices of a host now. */
    private Reply status(Call call) throws ApiException, InterruptedException {
        List<Sight> sights = fencing.look(host(call));
        sights.forEach(devices::note);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode all = body.putArray("devices");
        sights.forEach(sight -> all.add(view(sight)));
        return Reply.ok(body);
    }

    private Reply verify(Call call) throws ApiException, InterruptedException {
        HostName host = host(call);
        Fields fields = Fields.of("body", call.json());
        String device = fields.text("device", 1, LONGEST_REASON);
        boolean attest = fields.flag("attest", false);
        String reason = attest ? fields.prose("reason", LONGEST_REASON) : "";
        fields.refuseUnknown();
        Sight sight = attest
                ? attest(call, host, device, reason)
                : fencing.look(host, device).orElseThrow(() -> unknown(host, device));
        devices.note(sight);
        return Reply.ok(JsonNodeFactory.instance.objectNode().set("device", view(sight)));
    }

    private Sight attest(Call call, HostName host, String device, String reason)
            throws ApiException, InterruptedException {
        FenceAgents.Attested attested = fencing.attest(host, device, call.caller(), reason);
        if (attested instanceof FenceAgents.Attested.Taken taken) {
            log.atWarn()
                    .addKeyValue("host", host)
                    .addKeyValue("device", device)
                    .addKeyValue("by", call.caller())
                    .addKeyValue("reason", reason)
                    .log("A person gives his word that a fencing device belongs to a host");
            wakeRecovery.run();
            return taken.sight();
        }
        if (attested instanceof FenceAgents.Attested.Refused refused) {
            throw ApiException.conflict(refused.why() + ".");
        }
        throw unknown(host, device);
    }

    private HostName host(Call call) throws ApiException {
        String name = call.pathValue("host");
        if (!HostName.isValid(name) || !fencing.covers(new HostName(name))) {
            throw ApiException.notFound("No fencing device is configured for a host " + name + ".");
        }
        return new HostName(name);
    }

    private static ApiException unknown(HostName host, String device) {
        return ApiException.notFound("No fencing device " + device + " is configured for the host " + host + ".");
    }

    private static ObjectNode named(HostName host, int level, String device, String agent) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("host", host.value())
                .put("level", level)
                .put("device", device)
                .put("agent", agent);
    }

    private static ObjectNode view(Sight sight) {
        ObjectNode view = named(sight.host(), sight.level(), sight.device(), sight.agent());
        view.put("power", power(sight.reading()));
        view.put("usable", sight.isUsable());
        Optional<Trouble> trouble = sight.trouble();
        view.put(
                "problem",
                trouble.map(why -> why.kind().name().toLowerCase(Locale.ROOT)).orElse(null));
        view.put("message", trouble.map(why -> why.words()).orElse(null));
        view.put("next_step", trouble.map(why -> sight.nextStep()).orElse(null));
        view.put("identity", sight.identity().orElse(null));
        view.put("checked_at", Times.write(sight.at()));
        sight.attestation()
                .ifPresent(word -> view.putObject("attestation")
                        .put("by", word.by())
                        .put("reason", word.reason())
                        .put("at", Times.write(word.at()))
                        .put("identity", word.identity().orElse(null)));
        return view;
    }

    private static String power(Reading reading) {
        if (reading instanceof Reading.On) {
            return "on";
        }
        return reading instanceof Reading.Off ? "off" : "unknown";
    }
}
