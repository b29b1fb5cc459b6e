// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Option;

/** What a person vouches for who evacuates instances. A mixin. */
final class DeathWord {

    @Option(
            names = "--confirm-dead",
            description = {
                "you know that the host is off; needed where no fencing device shows it.",
                "If it is not off, instances run twice, and their disks are destroyed"
            })
    private boolean confirmDead;

    @Option(
            names = "--accept-rebuild",
            description = "a root disk may be built anew from its image, and what it has written may be lost")
    private boolean acceptRebuild;

    void addTo(ObjectNode order) {
        order.put("confirm_dead", confirmDead).put("accept_rebuild", acceptRebuild);
    }
}
