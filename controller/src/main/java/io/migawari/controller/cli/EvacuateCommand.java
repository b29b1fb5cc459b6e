// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code migawari evacuate}. */
@Command(
        name = "evacuate",
        mixinStandardHelpOptions = true,
        description = {
            "Starts one instance of a dead host on another one, from its disks. Refused while its host is alive.",
            "For all instances of a host: migawari evacuate-host."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it is on another host, as it was", "1:it is not", "4:refused"},
        footer = {
            "",
            "Example: migawari evacuate db1 --to compute5 --confirm-dead --reason \"compute2 is unplugged, ticket 4711\""
        })
final class EvacuateCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Ordering ordering;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private DeathWord word;

    @Parameters(paramLabel = "SERVER", description = "id, or a name that only one instance has")
    private String server = "";

    @Mixin
    private Destination destination = new Destination();

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        ObjectNode order = Ordering.order("evacuate").put("server", server);
        word.addTo(order);
        destination.addTo(order);
        return ordering.give(order);
    }
}
