// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code migawari evacuate-host}. */
@Command(
        name = "evacuate-host",
        mixinStandardHelpOptions = true,
        description = {
            "Starts all instances of a dead host on other hosts, from their disks, without waiting for a notification.",
            "Refused while the host is alive, and while an incident about it is open: its recovery does the same."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all are on other hosts, as they were", "1:some are not", "4:refused"},
        footer = {
            "",
            "Examples:",
            "  migawari evacuate-host compute2 --dry-run --confirm-dead --accept-rebuild",
            "  migawari evacuate-host compute2 --to compute5 --to compute6 --confirm-dead --reason \"burnt, ticket 4711\""
        })
final class EvacuateHostCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Ordering ordering;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private DeathWord word;

    @Parameters(paramLabel = "HOST", description = "the compute host that is dead")
    private String host = "";

    @Mixin
    private Destinations destinations = new Destinations();

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        ObjectNode order = Ordering.order("evacuate-host").put("host", host);
        word.addTo(order);
        destinations.addTo(order);
        return ordering.give(order);
    }
}
