// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.controller.GeneratedPart;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Every command's help, as docs/commands.md shows it. */
class CommandPageTest {

    @Test
    void thePageShowsTheHelpOfEveryCommand() throws IOException {
        CommandLine root = Migawari.commandLine();
        var page = new StringBuilder();
        add(page, root);
        GeneratedPart.check("commands.md", "commands", page.toString());
    }

    @Test
    void everyCommandSaysWhatItDoes() {
        assertDescribed(Migawari.commandLine());
    }

    private static void assertDescribed(CommandLine command) {
        assertThat(command.getCommandSpec().usageMessage().description())
                .as(command.getCommandSpec().qualifiedName())
                .isNotEmpty();
        command.getSubcommands().values().forEach(CommandPageTest::assertDescribed);
    }

    private static void add(StringBuilder page, CommandLine command) {
        page.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```text\n");
        page.append(command.getUsageMessage(Ansi.OFF).stripTrailing().replaceAll("[ \t]+\n", "\n"));
        page.append("\n```\n");
        for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
            if (!sub.getKey().equals("help") && !sub.getKey().equals("generate-completion")) {
                add(page, sub.getValue());
            }
        }
    }
}
