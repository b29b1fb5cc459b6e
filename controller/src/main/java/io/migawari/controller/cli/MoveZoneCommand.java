// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code migawari move-zone}. */
@Command(
        name = "move-zone",
        mixinStandardHelpOptions = true,
        description = {
            "Replaces an instance by a copy of itself in another availability zone.",
            "It is stopped, its disk is copied, and a new instance with the same flavor, networks, security "
                    + "groups, key, metadata and volumes is made there. If anything fails before that one runs, "
                    + "everything is put back, and the old one is started again."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the new one is there, as the old one was", "1:it is as before", "4:refused"},
        footer = {
            "",
            "Examples:",
            "  migawari move-zone web1 --zone zone2 --dry-run",
            "  migawari move-zone web1 --zone zone2 --reason \"room 2 closes, ticket 4711\"",
            "  migawari move-zone web1 --zone zone2 --live-snapshot --delete-source"
        })
final class MoveZoneCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private Ordering ordering;

    @Parameters(paramLabel = "SERVER", description = "id, or a name that only one instance has")
    private String server = "";

    @Option(names = "--zone", paramLabel = "ZONE", required = true, description = "the availability zone to move to")
    private String zone = "";

    @Option(
            names = "--live-snapshot",
            description = {
                "copy the disk while the instance runs, and stop it only then:",
                "a shorter pause, but what it writes after the copy was begun is lost"
            })
    private boolean liveSnapshot;

    /** What becomes of the old instance. */
    static final class Retirement {

        @Option(names = "--keep-source", description = "the old instance stays, stopped (default)")
        private boolean keepSource;

        @Option(names = "--delete-source", description = "the old instance is deleted when the new one runs")
        private boolean deleteSource;
    }

    @ArgGroup
    private Retirement retirement = new Retirement();

    @Override
    public Integer call() throws ApiFailure, InterruptedException {
        ObjectNode order = Ordering.order("move-zone")
                .put("server", server)
                .put("zone", zone)
                .put("live_snapshot", liveSnapshot)
                .put("delete_source", retirement.deleteSource && !retirement.keepSource);
        return ordering.give(order);
    }
}
