// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where one instance goes. */
final class Destination {

    @Option(names = "--to", paramLabel = "HOST", description = "where to; without, Nova's scheduler chooses")
    private @Nullable String to;

    void addTo(ObjectNode order) {
        Ordering.to(order, to == null ? List.of() : List.of(to));
    }
}
