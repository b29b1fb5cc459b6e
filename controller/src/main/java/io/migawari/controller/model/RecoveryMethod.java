// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model;

/** Where the instances of a failed host go; the meanings are Masakari's. */
public enum RecoveryMethod {
    /** Wherever Nova's scheduler puts them. */
    AUTO,
    /** To a reserved host of the segment. */
    RESERVED_HOST,
    /** As AUTO; an instance that the scheduler finds no host for goes to a reserved host. */
    AUTO_PRIORITY,
    /** As RESERVED_HOST; an instance that no reserved host can take goes wherever the scheduler puts it. */
    RH_PRIORITY
}
