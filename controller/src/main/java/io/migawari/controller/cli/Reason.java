// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import picocli.CommandLine.Option;

/** Why a person asks for something that the controller keeps for good. A mixin. */
final class Reason {

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why; it is recorded")
    private String words = "";

    String words() {
        return words;
    }
}
