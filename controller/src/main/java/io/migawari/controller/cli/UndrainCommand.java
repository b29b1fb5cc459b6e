// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code migawari undrain}. */
@Command(
        name = "undrain",
        mixinStandardHelpOptions = true,
        description = {
            "Puts a drained host to use again.",
            "It is taken off maintenance, and enabled as soon as its nova-compute is up, if it was enabled "
                    + "before the drain."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it is in use, and everything is where it should be", "1:something is not", "4:refused"},
        footer = {"", "Example: migawari undrain compute2 --return"})
final class UndrainCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Ordering ordering;

    @Parameters(paramLabel = "HOST", description = "the compute host that was drained")
    private String host = "";

    @Option(
            names = "--return",
            description = "bring the instances back that the drain has moved away and that are still where it put them")
    private boolean bringBack;

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        return ordering.give(Ordering.order("undrain").put("host", host).put("return", bringBack));
    }
}
