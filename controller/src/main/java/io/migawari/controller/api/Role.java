// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import java.util.Locale;

/** What somebody may be to the controller; what that is called in a cloud's Keystone, its settings say. */
enum Role {
    /** May do everything. */
    ADMIN,
    /** A monitor: says what it sees of hosts and instances. */
    SERVICE,
    /** Looks at everything that is not secret. */
    READER;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
