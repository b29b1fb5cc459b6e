// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Notification;

/** What became of a report. */
public sealed interface Acceptance {

    /** Stored for good. */
    record Stored(Notification notification) implements Acceptance {}

    /** It tells nothing that was not told before. */
    record Duplicate() implements Acceptance {}

    /** The host is on maintenance; its failures are expected. */
    record OnMaintenance() implements Acceptance {}

    /** No segment has a host of that name. */
    record UnknownHost() implements Acceptance {}
}
