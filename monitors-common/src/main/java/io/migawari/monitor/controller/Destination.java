// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

import io.migawari.monitor.notification.Notification;

/** Where notifications go. */
public interface Destination {

    /** One attempt, with a bound on its time. Called by one thread. */
    Outcome deliver(Notification notification);
}
