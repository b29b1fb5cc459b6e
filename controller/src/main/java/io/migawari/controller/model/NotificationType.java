// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

/** What a notification is about; the names are Masakari's. */
public enum NotificationType {
    COMPUTE_HOST,
    VM,
    PROCESS
}
