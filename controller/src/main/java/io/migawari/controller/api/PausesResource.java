// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.config.Durations;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.model.Booleans;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.PauseId;
import io.migawari.controller.model.Segment;
import io.migawari.controller.store.Incidents;
import io.migawari.controller.store.ListRequest;
import io.migawari.controller.store.Pauses;
import io.migawari.controller.store.Pauses.Kept;
import io.migawari.controller.store.Registry;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /migawari/v1/pauses}: people's wishes that nothing be begun for a while. What has begun goes on. */
public final class PausesResource implements Resource {

    private static final Logger log = LoggerFactory.getLogger(PausesResource.class);

    /** A pause that nobody remembers is an outage that nobody recovers from. */
    private static final Duration LONGEST = Duration.ofDays(30);

    private static final int LONGEST_REASON = 1000;

    private final Pauses pauses;
    private final Registry registry;
    private final Incidents incidents;
    private final Runnable wakeRecovery;
    private final Time time;

    public PausesResource(Pauses pauses, Registry registry, Incidents incidents, Runnable wakeRecovery, Time time) {
        this.pauses = pauses;
        this.registry = registry;
        this.incidents = incidents;
        this.wakeRecovery = wakeRecovery;
        this.time = time;
    }

    @Override
    public void addTo(Router router) {
        String all = "/migawari/v1/pauses";
        router.add("GET", all, Access.LOOK, this::list)
                .add("POST", all, Access.ADMIN, this::begin)
                .add("GET", all + "/{pause}", Access.LOOK, call -> Reply.ok(whole(find(call))))
                .add("POST", all + "/{pause}/end", Access.ADMIN, this::end);
    }

    private Reply list(Call call) throws ApiException {
        boolean withOver = call.parameter("over").flatMap(Booleans::find).orElse(false);
        int limit = Math.min(call.listRequest().limit(), ListRequest.MOST);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode all = body.putArray("pauses");
        pauses.list(withOver, time.now(), limit).forEach(kept -> all.add(view(kept)));
        return Reply.ok(body);
    }

    private Reply begin(Call call) throws ApiException {
        Fields fields = Fields.under("pause", call.json());
        Pause.Scope scope = scope(fields);
        Pause.Mode mode = fields.choice("mode", Pause.Mode.class);
        Instant now = time.now();
        Instant until = until(fields, now);
        String reason = fields.prose("reason", LONGEST_REASON);
        fields.refuseUnknown();
        var pause = new Pause(PauseId.random(), scope, mode, call.caller(), reason, now, until);
        if (!pauses.begin(pause)) {
            throw ApiException.conflict(words(scope) + " was removed meanwhile.");
        }
        log.atWarn()
                .addKeyValue("pause", pause.id())
                .addKeyValue("by", call.caller())
                .addKeyValue("until", until)
                .addKeyValue("reason", reason)
                .log("Recovery is paused for {}: {}", words(scope), mode);
        wakeRecovery.run();
        return Reply.of(201, JsonNodeFactory.instance.objectNode().set("pause", view(find(pause.id()))));
    }

    /** Exactly one of the three; that everything is meant has to be said. */
    private Pause.Scope scope(Fields fields) throws ApiException {
        boolean everything = fields.flag("all", false);
        boolean segment = fields.has("segment");
        boolean host = fields.has("host");
        if ((everything ? 1 : 0) + (segment ? 1 : 0) + (host ? 1 : 0) != 1) {
            throw ApiException.badRequest("Invalid input received: expected one of all, segment and host");
        }
        if (everything) {
            return new Pause.Scope.Everything();
        }
        if (segment) {
            Segment found = SegmentsResource.find(registry, fields.name("segment"));
            return new Pause.Scope.OfSegment(found.id(), found.name());
        }
        String name = fields.name("host");
        return Optional.of(name)
                .filter(HostName::isValid)
                .flatMap(valid -> registry.hostByName(new HostName(valid)))
                .map(found -> new Pause.Scope.OfHost(found.name()))
                .orElseThrow(() -> ApiException.notFound("No segment has a host with the name " + name + "."));
    }

    private static Instant until(Fields fields, Instant now) throws ApiException {
        if (fields.has("for") == fields.has("until")) {
            throw ApiException.badRequest("Invalid input received: expected one of for and until");
        }
        Instant until = fields.has("until") ? Times.read("until", fields.value("until")) : now.plus(duration(fields));
        if (!until.isAfter(now) || until.isAfter(now.plus(LONGEST))) {
            throw ApiException.badRequest("Invalid input received: a pause has to end, and within "
                    + Durations.format(LONGEST) + "; it would end at " + until + ", and it is " + now);
        }
        return until;
    }

    private static Duration duration(Fields fields) throws ApiException {
        Optional<Duration> duration = Durations.parse(fields.text("for", 0, 20));
        if (duration.isEmpty()) {
            throw Fields.invalid("for", fields.value("for"), "expected a duration such as 30m, 2h or 7d");
        }
        return duration.get();
    }

    private Reply end(Call call) throws ApiException {
        Kept kept = find(call);
        Fields fields = Fields.of("body", call.json());
        Optional<String> reason = fields.findProse("reason", LONGEST_REASON);
        fields.refuseUnknown();
        if (!pauses.end(kept.pause().id(), new Pauses.Ending(call.caller(), reason, time.now()))) {
            throw ApiException.conflict("Pause " + kept.pause().id() + " is over already.");
        }
        log.atInfo()
                .addKeyValue("pause", kept.pause().id())
                .addKeyValue("by", call.caller())
                .log("The pause for {} is ended", words(kept.pause().scope()));
        // What waited for it is read before it goes on.
        ObjectNode body = whole(find(kept.pause().id()));
        wakeRecovery.run();
        return Reply.ok(body);
    }

    private ObjectNode whole(Kept kept) {
        ObjectNode json = view(kept);
        Pauses.Meanwhile meanwhile = pauses.meanwhile(kept.pause().id());
        ArrayNode ignored = json.putArray("notifications_ignored");
        meanwhile.ignored().forEach(notification -> ignored.add(Views.notification(notification)));
        ArrayNode held = json.putArray("incidents_held");
        meanwhile.held().stream()
                .flatMap(id -> incidents.find(id).stream())
                .forEach(incident -> held.add(IncidentViews.summary(incident)));
        return JsonNodeFactory.instance.objectNode().set("pause", json);
    }

    private ObjectNode view(Kept kept) {
        Pause pause = kept.pause();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("uuid", pause.id().toString());
        json.put("scope", words(pause.scope()));
        json.put("segment", pause.scope() instanceof Pause.Scope.OfSegment of ? of.name() : null);
        json.put(
                "host",
                pause.scope() instanceof Pause.Scope.OfHost of ? of.host().value() : null);
        json.put("mode", pause.mode().name().toLowerCase(Locale.ROOT));
        json.put("holds", kept.holds(time.now()));
        json.put("by", pause.by());
        json.put("reason", pause.reason());
        json.put("from", Times.write(pause.from()));
        json.put("until", Times.write(pause.until()));
        json.put("ended_by", kept.ending().map(Pauses.Ending::by).orElse(null));
        json.put("end_reason", kept.ending().flatMap(Pauses.Ending::reason).orElse(null));
        json.put("ended_at", Times.write(kept.ending().map(Pauses.Ending::at)));
        return json;
    }

    private static String words(Pause.Scope scope) {
        if (scope instanceof Pause.Scope.Everything) {
            return "everything";
        }
        if (scope instanceof Pause.Scope.OfSegment of) {
            return "segment " + of.name();
        }
        if (scope instanceof Pause.Scope.OfHost of) {
            return "host " + of.host();
        }
        throw new AssertionError(scope);
    }

    private Kept find(Call call) throws ApiException {
        String id = call.pathValue("pause");
        return Uuids.find(id)
                .flatMap(uuid -> pauses.find(new PauseId(uuid)))
                .orElseThrow(() -> ApiException.notFound("No pause with id " + id + "."));
    }

    private Kept find(PauseId id) {
        return pauses.find(id).orElseThrow();
    }
}
