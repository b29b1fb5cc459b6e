// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Notification;
import io.migawari.controller.model.NotificationId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The notifications, durable and shared by all controllers. Safe for any thread. Every method throws
 * {@link io.migawari.db.DatabaseException} when the database cannot do it; nothing was changed then.
 */
public interface Notifications {

    /**
     * Stores a report and what follows from it, in one transaction. It is a duplicate if the very same report is stored
     * already; or if its host's open incident has heard the same from somebody else; or if it was made before the host's
     * last incident was closed, which it is then a late copy about.
     */
    Acceptance accept(Report report, Meaning meaning, Instant now);

    /** What time it is by the clock that all controllers share. */
    Instant clock();

    /** When a host, or what runs on it, last said itself that it lives; by the database's clock. */
    Optional<Instant> lastSignOfLife(HostName host);

    /** Since when a host is taken for dead by an incident that is still open. */
    Optional<Instant> deadSince(HostName host);

    Optional<Notification> find(NotificationId id);

    /** By the integer id that Masakari's API shows beside the UUID. */
    Optional<Notification> findByNumber(long number);

    /** Filters: status, source_host_uuid, type, generated-since (an ISO 8601 time). */
    List<Notification> list(ListRequest request) throws BadListRequestException;

    /** The moves of a notification's incident, in Masakari's words; filters: status, type. */
    List<VmMove> moves(NotificationId notification, ListRequest request) throws BadListRequestException;
}
