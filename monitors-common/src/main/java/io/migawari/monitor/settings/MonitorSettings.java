// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.settings;

import io.migawari.config.LogSettings;
import io.migawari.config.OpenStackSettings;
import io.migawari.config.Section;
import io.migawari.monitor.settings.ControllerAccess.Authentication;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What every monitor's configuration says besides what it watches.
 *
 * @param openStack how to sign in; absent without authentication
 */
public record MonitorSettings(
        ControllerAccess controller,
        Optional<OpenStackSettings> openStack,
        SpoolSettings spool,
        HealthSettings health,
        LogSettings log) {

    /**
     * Reads the shared sections of a monitor's file; its own sections are read by itself.
     *
     * @param monitor the monitor's name, which its spool is called by default
     * @param healthPort the monitor's own, so that several fit on a host
     */
    public static MonitorSettings read(
            Section section, Map<String, String> environment, String monitor, int healthPort) {
        var controller = ControllerAccess.read(section.section("controller"));
        Section openStack = section.section("openstack");
        if (controller.authentication() == Authentication.NONE) {
            openStack.ignoreOtherKeys();
        }
        return new MonitorSettings(
                controller,
                controller.authentication() == Authentication.NONE
                        ? Optional.empty()
                        : Optional.of(OpenStackSettings.read(openStack, environment)),
                SpoolSettings.read(section.section("spool"), Path.of("/var/lib/migawari", monitor)),
                HealthSettings.read(section.section("health"), healthPort),
                LogSettings.read(section.section("log")));
    }
}
