// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.store;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostId;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.Phase;
import io.migawari.controller.model.RecoveryMethod;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.SegmentId;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.SignOfLife;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.StoryLine;
import io.migawari.db.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the controller's database as far as recoveries and reports use them. Ids are counted, not drawn, so that the
 * same scenario leads to the same ones. For one thread at a time; nobody waits while he uses it.
 */
public final class MemoryStore {

    /** A row of the table of incidents, with those that belong to it. */
    static final class Row {
        Incident incident;

        @Nullable
        String owner;

        @Nullable
        Instant leaseUntil;

        final List<StoryLine> story = new ArrayList<>();

        Row(Incident incident) {
            this.incident = incident;
        }
    }

    /** Told of everything that is written about incidents. */
    public interface Watcher {

        void told(Incident incident, String words);

        void intended(Incident incident, JournalEntry entry);

        void ended(Incident incident, JournalEntry entry);

        void changed(Incident after);
    }

    private record Watch(Instant seenAt, Instant since) {}

    /** As MariaDbControllers. */
    private static final Duration SEEN_LATELY = Duration.ofSeconds(30);

    private final Supplier<Instant> clock;
    private final Watcher watcher;
    final Map<SegmentId, Segment> segments = new LinkedHashMap<>();
    final Map<HostId, Host> hosts = new LinkedHashMap<>();
    final Map<IncidentId, Row> incidents = new LinkedHashMap<>();
    final List<Notification> notifications = new ArrayList<>();
    private final List<Pause> pauses = new ArrayList<>();
    private final Map<HostName, SignOfLife> signs = new LinkedHashMap<>();
    /** By controller: when it was last seen, and since when there was always one. */
    private final Map<String, Watch> watches = new LinkedHashMap<>();

    private long numbers;
    private boolean away;

    /** @param clock the database's */
    public MemoryStore(Supplier<Instant> clock, Watcher watcher) {
        this.clock = clock;
        this.watcher = watcher;
    }

    /** While it is away, every call fails as one of a database does that cannot be reached. */
    public void setAway(boolean value) {
        away = value;
    }

    Watcher watcher() {
        return watcher;
    }

    void beReached() {
        if (away) {
            throw new DatabaseException(DatabaseException.Kind.UNAVAILABLE, "the database is away");
        }
    }

    Instant now() {
        return clock.get();
    }

    long number() {
        return ++numbers;
    }

    /** The next of the ids. */
    public UUID id() {
        return new UUID(0x0000_0000_0000_4000L, 0x8000_0000_0000_0000L | number());
    }

    IncidentId incidentId() {
        return new IncidentId(id());
    }

    UUID notificationId() {
        return id();
    }

    public Segment addSegment(String name, RecoveryMethod method, boolean enabled) {
        var segment = new Segment(
                number(),
                new SegmentId(id()),
                name,
                method,
                "compute",
                enabled,
                Optional.empty(),
                now(),
                Optional.empty());
        segments.put(segment.id(), segment);
        return segment;
    }

    public void setEnabled(String segment, boolean enabled) {
        segments.replaceAll((id, s) -> s.name().equals(segment)
                ? new Segment(
                        s.number(),
                        s.id(),
                        s.name(),
                        s.method(),
                        s.serviceType(),
                        enabled,
                        s.description(),
                        s.createdAt(),
                        Optional.of(now()))
                : s);
    }

    public void addHost(SegmentId segment, HostName name, boolean reserved, boolean onMaintenance) {
        var host = new Host(
                number(),
                new HostId(id()),
                name,
                segment,
                "COMPUTE",
                "none",
                reserved,
                onMaintenance,
                now(),
                Optional.empty());
        hosts.put(host.id(), host);
    }

    public void setMaintenance(HostName name, boolean value) {
        change(name, host -> copy(host, host.reserved(), value));
    }

    public void setReserved(HostName name, boolean value) {
        change(name, host -> copy(host, value, host.onMaintenance()));
    }

    private void change(HostName name, UnaryOperator<Host> change) {
        hosts.replaceAll((id, host) -> host.name().equals(name) ? change.apply(host) : host);
    }

    private Host copy(Host host, boolean reserved, boolean onMaintenance) {
        return new Host(
                host.number(),
                host.id(),
                host.name(),
                host.segment(),
                host.type(),
                host.controlAttributes(),
                reserved,
                onMaintenance,
                host.createdAt(),
                Optional.of(now()));
    }

    public Optional<Host> host(HostName name) {
        return hosts.values().stream().filter(host -> host.name().equals(name)).findFirst();
    }

    Segment segment(SegmentId id) {
        Segment segment = segments.get(id);
        if (segment == null) {
            throw new IllegalArgumentException("no segment " + id);
        }
        return segment;
    }

    public Segment segmentNamed(String name) {
        return segments.values().stream()
                .filter(segment -> segment.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no segment " + name));
    }

    public String segmentName(SegmentId id) {
        return segment(id).name();
    }

    /** A controller gives a sign that it watches. */
    public void watching(String name) {
        beReached();
        watches.put(name, new Watch(now(), watchingSince().orElse(now())));
    }

    /** There was always a controller, ever since. */
    public void wasAlwaysWatched(Instant since) {
        watches.put("", new Watch(now(), since));
    }

    Optional<Instant> watchingSince() {
        return watches.values().stream()
                .filter(watch -> !watch.seenAt().isBefore(now().minus(SEEN_LATELY)))
                .map(Watch::since)
                .min(Comparator.naturalOrder());
    }

    /** A host says that it is well. */
    public void signOfLife(HostName host, String by) {
        beReached();
        signs.put(host, new SignOfLife(now(), by));
    }

    Optional<SignOfLife> signOfLife(HostName host) {
        return Optional.ofNullable(signs.get(host));
    }

    public void begin(Pause pause) {
        beReached();
        pauses.add(pause);
    }

    /** Ends every pause of this scope; tells whether there was one. */
    public boolean end(Pause.Scope scope) {
        beReached();
        return pauses.removeIf(pause -> pause.scope().equals(scope));
    }

    /** Who has the lease of an incident, under which epoch, and for how long if he does not renew it. */
    public record Holder(String owner, long epoch, Instant until) {}

    /** The one who has last taken an incident and not given it back, whether or not his time is over. */
    public Optional<Holder> holder(IncidentId incident) {
        Row row = row(incident);
        return row.owner == null || row.leaseUntil == null
                ? Optional.empty()
                : Optional.of(new Holder(row.owner, row.incident.epoch(), row.leaseUntil));
    }

    /** All hosts of all segments. */
    public List<Host> hosts() {
        return List.copyOf(hosts.values());
    }

    /** The pauses that cover a host now. */
    public List<Pause> pausesOf(Host host) {
        return covering(host, now());
    }

    /** Those that cover a host, the one that lasts longest first. */
    List<Pause> covering(Host host, Instant at) {
        return pauses.stream()
                .filter(pause -> pause.holds(at) && covers(pause.scope(), host))
                .sorted(Comparator.comparing(Pause::until).reversed())
                .toList();
    }

    private static boolean covers(Pause.Scope scope, Host host) {
        if (scope instanceof Pause.Scope.Everything) {
            return true;
        }
        if (scope instanceof Pause.Scope.OfSegment of) {
            return of.segment().equals(host.segment());
        }
        if (scope instanceof Pause.Scope.OfHost of) {
            return of.host().equals(host.name());
        }
        throw new AssertionError(scope);
    }

    /** All incidents, in the order in which they were opened. */
    public List<Incident> incidents() {
        return incidents.values().stream().map(row -> row.incident).toList();
    }

    /** All notifications, in the order in which they came in. */
    public List<Notification> notifications() {
        return List.copyOf(notifications);
    }

    /** The story of an incident so far. */
    public List<StoryLine> story(IncidentId incident) {
        return List.copyOf(row(incident).story);
    }

    Row row(IncidentId id) {
        Row row = incidents.get(id);
        if (row == null) {
            throw new IllegalArgumentException("no incident " + id);
        }
        return row;
    }

    Stream<Row> openRows() {
        return incidents.values().stream().filter(row -> row.incident.isOpen());
    }

    Optional<Row> open(IncidentId id) {
        return Optional.ofNullable(incidents.get(id)).filter(row -> row.incident.isOpen());
    }

    Row openIncident(Host host, Subject subject, String words, Instant now) {
        var incident = Incident.opened(incidentId(), subject, host, words, now);
        var row = new Row(incident);
        incidents.put(incident.id(), row);
        return row;
    }

    void tell(Row row, Instant at, Optional<ServerId> server, String words) {
        row.story.add(new StoryLine(number(), at, server, words));
        watcher.told(row.incident, words);
    }

    static void add(Row row, Evidence evidence) {
        row.incident = row.incident.edit().add(evidence).done();
    }

    static boolean wasRecovered(Incident incident) {
        return incident.phase() == Phase.RECOVERED || incident.phase() == Phase.PARTLY_RECOVERED;
    }
}
