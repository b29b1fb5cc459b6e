// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import picocli.CommandLine.Option;

/** How many rows of a list that grows without end are asked for. A mixin. */
final class Limit {

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "(default: ${DEFAULT-VALUE})")
    private int rows;

    /** As the controller's API takes it. */
    String parameter() {
        return "limit=" + rows;
    }
}
