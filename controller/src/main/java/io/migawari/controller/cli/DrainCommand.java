// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code migawari drain}. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        description = {
            "Empties a host before it is serviced.",
            "Nothing new is scheduled to it, what runs is migrated live, what is stopped is migrated cold. When "
                    + "it is empty, it is on maintenance: switching it off is no failure then."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the host is empty and on maintenance", "1:some instances are still on it", "4:refused"},
        footer = {
            "",
            "Instances with the metadata HA_Priority move first, the highest number before the others; then by name.",
            "",
            "Examples:",
            "  migawari drain compute2 --dry-run",
            "  migawari drain compute2 --to compute5 --to compute6 --reason \"new memory, ticket 4711\"",
            "  migawari drain compute2 --remainder migrate    # what cannot be migrated live is shut down and moved",
            "  migawari undrain compute2 --return             # afterwards"
        })
final class DrainCommand implements Callable<Integer> {

    /** What becomes of a running instance that cannot be migrated live. */
    enum Remainder {
        leave,
        stop,
        migrate
    }

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Ordering ordering;

    @Parameters(paramLabel = "HOST", description = "the compute host that is to be emptied")
    private String host = "";

    @Mixin
    private Destinations destinations = new Destinations();

    @Option(
            names = "--remainder",
            paramLabel = "leave|stop|migrate",
            defaultValue = "leave",
            description = "what becomes of instances that run and cannot be migrated live: they stay and run on, are "
                    + "stopped where they are, or are shut down and migrated (default: ${DEFAULT-VALUE})")
    private Remainder remainder = Remainder.leave;

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        ObjectNode order = Ordering.order("drain")
                .put("host", host)
                .put("remainder", remainder.name().toLowerCase(Locale.ROOT));
        destinations.addTo(order);
        return ordering.give(order);
    }
}
