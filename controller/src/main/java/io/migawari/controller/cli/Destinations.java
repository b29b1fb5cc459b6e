// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the instances of a host may go. */
final class Destinations {

    @Option(
            names = "--to",
            paramLabel = "HOST",
            description = "where to; may be repeated. Without, Nova's scheduler chooses")
    private List<String> to = new ArrayList<>();

    void addTo(ObjectNode order) {
        Ordering.to(order, to);
    }
}
