// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

import io.migawari.monitor.settings.ControllerAccess.Authentication;
import io.migawari.monitor.settings.MonitorSettings;
import java.net.URI;
import java.util.List;

/** Settings for tests in other packages. */
public final class Settings {

    private Settings() {}

    public static MonitorSettings open(List<URI> endpoints) {
        return ControllerClientTest.settings(Authentication.NONE, URI.create("http://unused"), endpoints);
    }
}
