// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

/** What is wrong with the way to Nova, or with nova-api. */
public enum NovaTrouble {
    /** Nothing. */
    WELL,
    /** No connection. */
    UNREACHABLE,
    /** Connections, and no answers. */
    SILENT,
    /** 500 to everything. */
    FAILING,
    /** Answers of which the end is missing; what was asked for is not done. */
    GARBLED
}
