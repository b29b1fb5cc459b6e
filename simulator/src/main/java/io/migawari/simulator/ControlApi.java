// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.simulator.cloud.LedgerReading;
import io.migawari.simulator.cloud.ServerReading;
import io.migawari.simulator.cloud.ServiceReading;
import io.migawari.simulator.cloud.SimulatedCloud;
import io.migawari.simulator.http.Answer;
import io.migawari.simulator.http.Call;
import io.migawari.simulator.http.CallCount;
import io.migawari.simulator.http.CallCounter;
import io.migawari.simulator.http.Routes;
import io.migawari.simulator.nova.Refusal;
import io.migawari.simulator.truth.Guest;
import java.util.Collection;
import java.util.function.Consumer;

/** {@code /simulator}: breaking the cloud and seeing the truth, from outside. Asks for no token. Safe for any thread. */
final class ControlApi {

    private final SimulatedCloud cloud;
    private final CallCounter counter;
    private final FaultsDocument faults;

    ControlApi(SimulatedCloud cloud, CallCounter counter, FaultsDocument faults) {
        this.cloud = cloud;
        this.counter = counter;
        this.faults = faults;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/simulator/ledger", call -> ledger())
                .add("GET", "/simulator/servers", call -> servers())
                .add("GET", "/simulator/hosts", call -> hosts())
                .add("POST", "/simulator/hosts/{name}/kill", call -> onHost(call, cloud::killHost))
                .add("POST", "/simulator/hosts/{name}/kill-service", call -> onHost(call, cloud::killService))
                .add("POST", "/simulator/hosts/{name}/start", call -> onHost(call, cloud::startHost))
                .add("POST", "/simulator/hosts/{name}/kill-hypervisor", call -> onHost(call, cloud::killHypervisor))
                .add("POST", "/simulator/hosts/{name}/start-hypervisor", call -> onHost(call, cloud::startHypervisor))
                .add("POST", "/simulator/servers/{id}/kill-guest", this::killGuest)
                .add("GET", "/simulator/calls", call -> calls())
                .add("DELETE", "/simulator/calls", call -> {
                    counter.reset();
                    return Answer.empty(204);
                })
                .add("GET", "/simulator/faults", call -> Answer.json(200, faults.describe()))
                .add("PUT", "/simulator/faults", this::setFaults)
                .add("DELETE", "/simulator/faults", call -> {
                    faults.clear();
                    return Answer.empty(204);
                });
    }

    private Answer ledger() {
        LedgerReading reading = cloud.ledger();
        ObjectNode body = object();
        putGuests(body.putArray("guests"), reading.guests());
        reading.doubles().stream().sorted().forEach(body.putArray("doubles")::add);
        reading.everRanTwice().stream().sorted().forEach(body.putArray("ever_ran_twice")::add);
        putGuests(body.putArray("without_their_volume"), reading.withoutTheirVolume());
        body.put("second_evacuations", cloud.secondEvacuations());
        return Answer.json(200, body);
    }

    private Answer servers() {
        ObjectNode body = object();
        ArrayNode servers = body.putArray("servers");
        for (ServerReading server : cloud.servers()) {
            servers.addObject()
                    .put("id", server.id())
                    .put("name", server.name())
                    .put("host", server.host().orElse(null))
                    .put("status", server.status())
                    .put("vm_state", server.vmState().novaName())
                    .put("task_state", server.taskState().orElse(null))
                    .put("fault", server.fault().orElse(null));
        }
        return Answer.json(200, body);
    }

    private Answer hosts() {
        ObjectNode body = object();
        ArrayNode hosts = body.putArray("hosts");
        for (ServiceReading service : cloud.services()) {
            hosts.addObject()
                    .put("name", service.host())
                    .put("enabled", service.enabled())
                    .put("up", service.up())
                    .put("forced_down", service.forcedDown())
                    .put("service_runs", service.serviceRuns())
                    .put("machine_runs", service.machineRuns());
        }
        return Answer.json(200, body);
    }

    private Answer calls() {
        ObjectNode body = object();
        ArrayNode calls = body.putArray("calls");
        for (CallCount count : counter.counts()) {
            calls.addObject()
                    .put("method", count.method())
                    .put("path", count.path())
                    .put("status", count.status())
                    .put("times", count.times());
        }
        return Answer.json(200, body);
    }

    private Answer setFaults(Call call) {
        JsonNode document = call.json().orElse(null);
        if (document == null) {
            return error(400, "body: not JSON");
        }
        try {
            faults.replace(document);
        } catch (IllegalArgumentException wrong) {
            return error(400, String.valueOf(wrong.getMessage()));
        }
        return Answer.json(200, faults.describe());
    }

    private static Answer onHost(Call call, Consumer<String> action) {
        try {
            action.accept(call.parameter("name"));
        } catch (IllegalArgumentException noSuchHost) {
            return error(404, String.valueOf(noSuchHost.getMessage()));
        }
        return Answer.empty(204);
    }

    private Answer killGuest(Call call) {
        try {
            cloud.killGuest(call.parameter("id"));
        } catch (Refusal noSuchServer) {
            return error(404, noSuchServer.words());
        }
        return Answer.empty(204);
    }

    private static void putGuests(ArrayNode list, Collection<Guest> guests) {
        for (Guest guest : guests) {
            list.addObject()
                    .put("server", guest.server())
                    .put("host", guest.host())
                    .put("running", guest.running());
        }
    }

    private static Answer error(int status, String words) {
        return Answer.json(status, object().put("error", words));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
