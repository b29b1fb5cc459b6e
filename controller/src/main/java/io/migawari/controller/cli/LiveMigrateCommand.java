// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code migawari live-migrate}. */
@Command(
        name = "live-migrate",
        mixinStandardHelpOptions = true,
        description = {
            "Moves a running instance to another host while it runs.",
            "Which of its disks have to be copied, and which are on shared storage or volumes, is found out by "
                    + "Nova."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it is on another host, as it was", "1:it is not", "4:refused"},
        footer = {
            "",
            "Examples:",
            "  migawari live-migrate web1 --to compute5",
            "  migawari live-migrate web1 --no-wait",
            "  migawari operation force-complete OPERATION   # a guest that writes faster than is copied",
            "  migawari operation abort OPERATION --running --reason \"takes too long\""
        })
final class LiveMigrateCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Ordering ordering;

    @Parameters(paramLabel = "SERVER", description = "id, or a name that only one instance has")
    private String server = "";

    @Mixin
    private Destination destination = new Destination();

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        ObjectNode order = Ordering.order("live-migrate").put("server", server);
        destination.addTo(order);
        return ordering.give(order);
    }
}
