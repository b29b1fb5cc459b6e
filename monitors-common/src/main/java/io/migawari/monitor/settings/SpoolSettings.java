// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.settings;

import io.migawari.config.Section;
import java.nio.file.Path;

/**
 * Where notifications wait until the controller has them.
 *
 * @param mostNotifications on disk at once
 * @param mostKilobytes on disk at once
 */
public record SpoolSettings(Path directory, int mostNotifications, int mostKilobytes) {

    static SpoolSettings read(Section section, Path fallback) {
        return new SpoolSettings(
                section.findPath("directory").orElse(fallback),
                section.integer("most-notifications", 2000, 10, 100_000),
                section.integer("most-kilobytes", 8192, 64, 1_048_576));
    }
}
