// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.store;

import io.migawari.controller.model.Evidence;
import io.migawari.controller.model.Host;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.NotificationId;
import io.migawari.controller.model.NotificationStatus;
import io.migawari.controller.model.Pause;
import io.migawari.controller.model.Segment;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.SignOfLife;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.Subject;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.ListRequest;
import io.migawari.controller.store.Meaning;
import io.migawari.controller.store.Notifications;
import io.migawari.controller.store.Report;
import io.migawari.controller.store.VmMove;
import io.migawari.simulate.store.MemoryStore.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** {@link Notifications} in memory; it does what MariaDbNotifications does, and the same tests hold both. */
public final class MemoryNotifications implements Notifications {

    private final MemoryStore store;

    public MemoryNotifications(MemoryStore store) {
        this.store = store;
    }

    @Override
    public Acceptance accept(Report report, Meaning meaning, Instant now) {
        store.beReached();
        Optional<Host> host = store.host(report.host());
        if (host.isEmpty()) {
            return new Acceptance.UnknownHost();
        }
        if (host.get().onMaintenance() && !(meaning instanceof Meaning.ProcessRuns)) {
            return new Acceptance.OnMaintenance();
        }
        boolean isStored = store.notifications.stream()
                .anyMatch(known -> known.host().equals(host.get().id())
                        && known.type() == report.type()
                        && known.generatedTime().equals(report.generatedTime())
                        && known.payload().equals(report.payload()));
        if (isStored) {
            return new Acceptance.Duplicate();
        }
        Optional<Pause> ignoring = store.covering(host.get(), now).stream()
                .filter(pause -> pause.mode() == Pause.Mode.IGNORE)
                .findFirst();
        return ignoring.isPresent()
                ? ignore(report, host.get(), ignoring.get(), now)
                : take(report, host.get(), meaning, now);
    }

    @Override
    public Instant clock() {
        store.beReached();
        return store.now();
    }

    @Override
    public Optional<Instant> lastSignOfLife(HostName host) {
        store.beReached();
        return store.signOfLife(host).map(SignOfLife::at);
    }

    @Override
    public Optional<Instant> deadSince(HostName host) {
        store.beReached();
        return store.host(host).flatMap(found -> openOf(found, Subject.WholeHost.class)).stream()
                .flatMap(row -> row.incident.evidence().stream())
                .filter(evidence -> evidence.kind().provesDeath())
                .map(Evidence::observedAt)
                .max(Comparator.naturalOrder());
    }

    private Acceptance ignore(Report report, Host host, Pause pause, Instant now) {
        String why = pause.by() + " has paused recovery until " + pause.until() + " and wants reports ignored: "
                + pause.reason();
        return store(report, host, Optional.empty(), NotificationStatus.IGNORED, Optional.of(why), now);
    }

    private Acceptance take(Report report, Host host, Meaning meaning, Instant now) {
        if (meaning instanceof Meaning.HostFailed failed) {
            return joinOrOpen(
                    report,
                    host,
                    new Subject.WholeHost(),
                    failed.evidence(),
                    now,
                    row -> wasHeard(report, row),
                    () -> isLateCopy(report, host, Subject.WholeHost.class));
        }
        if (meaning instanceof Meaning.HostRuns runs) {
            return openOf(host, Subject.WholeHost.class)
                    .map(row -> join(report, host, row, runs.evidence(), now))
                    .orElseGet(() -> finished(report, host, now));
        }
        if (meaning instanceof Meaning.InstanceFailed failed) {
            return instanceFailed(report, host, failed, now);
        }
        if (meaning instanceof Meaning.ProcessStopped stopped) {
            return joinOrOpen(
                    report,
                    host,
                    new Subject.Processes(),
                    stopped.evidence(),
                    now,
                    row -> isDown(row, stopped.evidence()),
                    () -> isLateCopy(report, host, Subject.Processes.class));
        }
        if (meaning instanceof Meaning.ProcessRuns runs) {
            Optional<Row> open = openOf(host, Subject.Processes.class).filter(row -> isDown(row, runs.evidence()));
            if (open.isPresent()) {
                return join(report, host, open.get(), runs.evidence(), now);
            }
            return host.onMaintenance() ? new Acceptance.OnMaintenance() : finished(report, host, now);
        }
        if (meaning instanceof Meaning.Nothing nothing) {
            return store(report, host, Optional.empty(), NotificationStatus.IGNORED, Optional.of(nothing.why()), now);
        }
        throw new AssertionError(meaning);
    }

    private interface Question {
        boolean isSo();
    }

    private Acceptance joinOrOpen(
            Report report,
            Host host,
            Subject subject,
            Evidence evidence,
            Instant now,
            Predicate<Row> tellsNothingNew,
            Question isLateCopy) {
        Optional<Row> open = openOf(host, subject.getClass());
        if (open.isPresent()) {
            return tellsNothingNew.test(open.get())
                    ? new Acceptance.Duplicate()
                    : join(report, host, open.get(), evidence, now);
        }
        return isLateCopy.isSo() ? new Acceptance.Duplicate() : open(report, host, subject, evidence, now);
    }

    private Optional<Row> openOf(Host host, Class<? extends Subject> subject) {
        return store.incidents.values().stream()
                .filter(row -> row.incident.isOpen()
                        && row.incident.hostId().equals(host.id())
                        && subject.isInstance(row.incident.subject()))
                .findFirst();
    }

    private boolean wasHeard(Report report, Row row) {
        return heard(report, row).findAny().isPresent();
    }

    private Stream<Notification> heard(Report report, Row row) {
        return store.notifications.stream()
                .filter(known -> known.incident().equals(Optional.of(row.incident.id()))
                        && known.payload().equals(report.payload()));
    }

    private boolean isLateCopy(Report report, Host host, Class<? extends Subject> subject) {
        return store.incidents().stream()
                .anyMatch(incident -> incident.hostId().equals(host.id())
                        && subject.isInstance(incident.subject())
                        && incident.closedAt()
                                .filter(at -> !at.isBefore(report.generatedTime()))
                                .isPresent());
    }

    private static boolean isDown(Row row, Evidence evidence) {
        return row.incident.stoppedProcesses().contains(evidence.process().orElseThrow());
    }

    private static Stream<Instant> starts(Incident incident) {
        return incident.journal().stream()
                .filter(entry -> entry.step() instanceof Step.Start)
                .map(JournalEntry::intendedAt);
    }

    private Acceptance instanceFailed(Report report, Host host, Meaning.InstanceFailed failed, Instant now) {
        List<Row> about = store.incidents.values().stream()
                .filter(row -> isAbout(row.incident, failed.server()))
                .toList();
        boolean answered = about.stream()
                .map(row -> row.incident)
                .anyMatch(incident -> Stream.concat(
                                starts(incident),
                                starts(incident).findAny().isPresent() ? Stream.empty() : incident.closedAt().stream())
                        .anyMatch(at -> !at.isBefore(report.generatedTime())));
        if (answered) {
            return new Acceptance.Duplicate();
        }
        Optional<Row> open = about.stream().filter(row -> row.incident.isOpen()).findFirst();
        if (open.isEmpty()) {
            var subject = new Subject.Instance(failed.server(), Optional.empty());
            return open(report, host, subject, failed.evidence(), now);
        }
        Row row = open.get();
        boolean startedSinceItWasHeard = heard(report, row)
                .anyMatch(known -> starts(row.incident).anyMatch(start -> !start.isBefore(known.generatedTime())));
        return wasHeard(report, row) && !startedSinceItWasHeard
                ? new Acceptance.Duplicate()
                : join(report, host, row, failed.evidence(), now);
    }

    private static boolean isAbout(Incident incident, ServerId server) {
        return incident.subject() instanceof Subject.Instance instance
                && instance.server().equals(server);
    }

    private Acceptance open(Report report, Host host, Subject subject, Evidence evidence, Instant now) {
        Segment segment = store.segment(host.segment());
        if (!segment.enabled()) {
            String why = "The segment " + segment.name() + " is disabled";
            return store(report, host, Optional.empty(), NotificationStatus.IGNORED, Optional.of(why), now);
        }
        Row row = store.openIncident(host, subject, "Reported as stopped", now);
        return join(report, host, row, evidence, now);
    }

    private Acceptance join(Report report, Host host, Row row, Evidence evidence, Instant now) {
        MemoryStore.add(row, evidence);
        store.tell(row, now, Optional.empty(), evidence.observedBy() + ": " + evidence.words());
        return store(report, host, Optional.of(row), NotificationStatus.NEW, Optional.empty(), now);
    }

    private Acceptance finished(Report report, Host host, Instant now) {
        return store(report, host, Optional.empty(), NotificationStatus.FINISHED, Optional.empty(), now);
    }

    private Acceptance store(
            Report report,
            Host host,
            Optional<Row> row,
            NotificationStatus status,
            Optional<String> message,
            Instant now) {
        var notification = new Notification(
                store.number(),
                new NotificationId(store.notificationId()),
                host.id(),
                host.segment(),
                report.type(),
                report.generatedTime(),
                report.payload(),
                status,
                message,
                row.map(found -> found.incident.id()),
                now);
        store.notifications.add(notification);
        return new Acceptance.Stored(current(notification));
    }

    /** With the status that follows from its incident as that is now. */
    private Notification current(Notification stored) {
        if (stored.incident().isEmpty()) {
            return stored;
        }
        Incident incident = store.row(stored.incident().get()).incident;
        boolean needsPerson =
                incident.gate().filter(gate -> gate.kind().needsPerson()).isPresent();
        return new Notification(
                stored.number(),
                stored.id(),
                stored.host(),
                stored.segment(),
                stored.type(),
                stored.generatedTime(),
                stored.payload(),
                NotificationStatus.of(incident.phase(), needsPerson, incident.epoch() > 0),
                stored.message()
                        .or(() -> incident.gate().map(gate -> gate.words()))
                        .or(() -> Optional.of(incident.words())),
                stored.incident(),
                stored.createdAt());
    }

    @Override
    public Optional<Notification> find(NotificationId id) {
        store.beReached();
        return store.notifications.stream()
                .filter(notification -> notification.id().equals(id))
                .map(this::current)
                .findFirst();
    }

    @Override
    public Optional<Notification> findByNumber(long number) {
        store.beReached();
        return store.notifications.stream()
                .filter(notification -> notification.number() == number)
                .map(this::current)
                .findFirst();
    }

    /** Newest first; a simulation filters nothing. */
    @Override
    public List<Notification> list(ListRequest request) {
        store.beReached();
        List<Notification> newestFirst = new ArrayList<>();
        store.notifications.forEach(notification -> newestFirst.add(0, current(notification)));
        return newestFirst.stream().limit(request.limit()).toList();
    }

    @Override
    public List<VmMove> moves(NotificationId notification, ListRequest request) {
        throw new UnsupportedOperationException("nobody lists moves in a simulation");
    }
}
