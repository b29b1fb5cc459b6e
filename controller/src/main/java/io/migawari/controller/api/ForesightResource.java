// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.doctor.Examination;
import io.migawari.controller.doctor.check.Finding;
import io.migawari.controller.foresight.Foresight;
import io.migawari.controller.foresight.Foresight.HostForesight;
import io.migawari.controller.foresight.Plan;
import io.migawari.controller.foresight.Surveyor;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.store.Registry;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /migawari/v1/doctor}, {@code …/foresight} and {@code …/hosts/NAME/plan}: what can be known before a host dies. */
public final class ForesightResource implements Resource {

    private final Registry registry;
    private final Surveyor surveyor;
    private final Supplier<Foresight> foresight;
    private final Examination examination;

    public ForesightResource(
            Registry registry, Surveyor surveyor, Supplier<Foresight> foresight, Examination examination) {
        this.registry = registry;
        this.surveyor = surveyor;
        this.foresight = foresight;
        this.examination = examination;
    }

    @Override
    public void addTo(Router router) {
        router.add("GET", "/migawari/v1/doctor", Access.ADMIN, call -> examine())
                .add("GET", "/migawari/v1/foresight", Access.LOOK, call -> lookAhead())
                .add("GET", "/migawari/v1/hosts/{host}/plan", Access.LOOK, this::plan);
    }

    private Reply examine() throws InterruptedException {
        Examination.Result result = examination.examine();
        ObjectNode body = object();
        body.put("examined_at", Times.write(result.at()));
        body.put("checks", result.checks());
        ArrayNode findings = body.putArray("findings");
        for (Finding finding : result.findings()) {
            findings.addObject()
                    .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                    .put("check", finding.check())
                    .put("subject", finding.subject())
                    .put("what", finding.what())
                    .put("why", finding.why())
                    .put("next_step", finding.nextStep());
        }
        return Reply.ok(body);
    }

    private Reply lookAhead() {
        Foresight now = foresight.get();
        ObjectNode body = object();
        body.put("looked_at", Times.write(now.at()));
        body.put("trouble", now.trouble().orElse(null));
        ArrayNode hosts = body.putArray("hosts");
        for (HostForesight host : now.hosts()) {
            ObjectNode json = hosts.addObject();
            json.put("host", host.host().value());
            json.put("segment", host.segment());
            json.put("survives", host.survives());
            json.put("instances", host.instances());
            host.homeless().forEach(json.putArray("homeless")::add);
            host.unmovable().forEach(json.putArray("unmovable")::add);
            json.put("message", host.words());
        }
        return Reply.ok(body);
    }

    private Reply plan(Call call) throws ApiException, InterruptedException {
        String name = call.pathValue("host");
        Host host = Optional.of(name)
                .filter(HostName::isValid)
                .flatMap(valid -> registry.hostByName(new HostName(valid)))
                .orElseThrow(() -> ApiException.notFound("No host with name " + name + " in any segment."));
        try {
            var picture = surveyor.picture();
            if (picture.services().stream().noneMatch(service -> service.host().equals(host.name()))) {
                throw ApiException.conflict("Nova has no nova-compute on a host named " + name
                        + "; compare with: openstack compute service list");
            }
            return Reply.ok(object().set("plan", view(surveyor.plan(host, picture))));
        } catch (CloudException e) {
            throw new ApiException(503, "Nova cannot be asked: " + e.words());
        }
    }

    private static ObjectNode view(Plan plan) {
        ObjectNode json = object();
        json.put("host", plan.host().value());
        json.put("segment", plan.segment());
        json.put("looked_at", Times.write(plan.at()));
        json.put("survives", plan.losses().isEmpty());
        plan.held()
                .ifPresentOrElse(
                        hold -> json.putObject("waits_first")
                                .put("for", hold.kind().toLowerCase(Locale.ROOT))
                                .put("message", hold.words())
                                .put("next_step", hold.nextStep()),
                        () -> json.putNull("waits_first"));
        plan.takes().forEach(host -> json.withArray("reserved_hosts").add(host.value()));
        json.withArray("reserved_hosts");
        ArrayNode instances = json.putArray("instances");
        int order = 0;
        for (Plan.Fate fate : plan.fates()) {
            instances
                    .addObject()
                    .put("order", ++order)
                    .put("instance_uuid", fate.server().toString())
                    .put("instance_name", fate.name())
                    .put("state", fate.former())
                    .put("end", fate.end().name().toLowerCase(Locale.ROOT))
                    .put("destination", fate.destination().map(HostName::value).orElse(null))
                    .put("chosen_by_nova", fate.chosenByNova())
                    .put("message", fate.why());
        }
        ArrayNode caveats = json.putArray("caveats");
        plan.caveats().forEach(caveats::add);
        return json;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
