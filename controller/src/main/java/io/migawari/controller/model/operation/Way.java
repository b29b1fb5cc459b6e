// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.model.operation;

/** How an instance gets from one host to another. */
public enum Way {
    /** While it runs; from a host that lives. */
    LIVE("live-migrate"),
    /** Shut down for the move, and started again if it ran; from a host that lives. */
    COLD("migrate"),
    /** Rebuilt from its disks; from a host that is dead. */
    EVACUATE("evacuate"),
    /** A new instance, made from a copy of its disk, takes its place in another availability zone. */
    ZONE("move-zone");

    private final String verb;

    Way(String verb) {
        this.verb = verb;
    }

    /** The name of the command that does it to one instance. */
    public String verb() {
        return verb;
    }
}
