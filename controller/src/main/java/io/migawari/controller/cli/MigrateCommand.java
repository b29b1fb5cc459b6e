// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code migawari migrate}. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = {
            "Moves an instance to another host, with a pause.",
            "One that runs is shut down for it and started again, one that is stopped stays so. The migration "
                    + "is confirmed when it is there as it was."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it is on another host, as it was", "1:it is not", "4:refused"},
        footer = {
            "",
            "Examples:",
            "  migawari migrate web1 --to compute5",
            "  migawari operation abort OPERATION --running --reason \"not now\"   # puts it back, if not confirmed yet"
        })
final class MigrateCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Ordering ordering;

    @Parameters(paramLabel = "SERVER", description = "id, or a name that only one instance has")
    private String server = "";

    @Mixin
    private Destination destination = new Destination();

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        ObjectNode order = Ordering.order("migrate").put("server", server);
        destination.addTo(order);
        return ordering.give(order);
    }
}
