// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.process;

import java.nio.file.Path;
import java.util.Optional;

/** How a process is found. */
public sealed interface Where {

    /** @param name with its {@code .service} */
    record Unit(String name) implements Where {}

    /** @param executable what the process of that number must be; absent means that the number alone is believed */
    record PidFile(Path file, Optional<Path> executable) implements Where {}

    /** The oldest process of that program. */
    record Executable(Path path) implements Where {}
}
