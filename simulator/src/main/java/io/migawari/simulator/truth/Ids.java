// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.truth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;

/** Ids that look like OpenStack's and are the same in each run, so that a story told twice reads the same. */
public final class Ids {

    private Ids() {}

    /** The id of the {@code number}-th thing of a kind. */
    public static String uuid(String kind, int number) {
        return named(kind + "/" + number).toString();
    }

    /** Keystone's form of an id: 32 hexadecimal digits. */
    public static String hex(String kind, String name) {
        return named(kind + "/" + name).toString().replace("-", "");
    }

    private static UUID named(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(UTF_8));
    }
}
