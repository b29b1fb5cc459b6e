// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

import io.migawari.config.ClientTls;
import io.migawari.config.LogSettings;
import io.migawari.config.OpenStackSettings;
import io.migawari.config.OpenStackSettings.Credentials;
import io.migawari.config.Secret;
import io.migawari.monitor.settings.ControllerAccess;
import io.migawari.monitor.settings.ControllerAccess.Authentication;
import io.migawari.monitor.settings.ControllerAccess.Evidence;
import io.migawari.monitor.settings.HealthSettings;
import io.migawari.monitor.settings.MonitorSettings;
import io.migawari.monitor.settings.SpoolSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings for tests in other packages. */
public final class Settings {

    /** By default. */
    public static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    /** By default. */
    public static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private Settings() {}

    public static MonitorSettings open(List<URI> endpoints) {
        return ControllerClientTest.settings(Authentication.NONE, URI.create("http://unused"), endpoints);
    }

    /** As they are by default, for a user of Keystone. */
    public static MonitorSettings signedIn(URI keystone, URI controller, Path spool) {
        var openStack = new OpenStackSettings(
                keystone,
                new Credentials.Password("monitor", "Default", new Secret("password"), "service", "Default"),
                Optional.of("RegionOne"),
                "internal",
                Optional.empty(),
                Optional.empty(),
                CALL_TIMEOUT);
        return new MonitorSettings(
                new ControllerAccess(
                        List.of(controller),
                        Authentication.KEYSTONE,
                        Evidence.AUTO,
                        ClientTls.none(),
                        CALL_TIMEOUT,
                        LONGEST_PAUSE,
                        Duration.ofSeconds(10)),
                Optional.of(openStack),
                new SpoolSettings(spool, 2000, 8192),
                new HealthSettings(Optional.empty()),
                LogSettings.console(LogSettings.Level.INFO));
    }
}
