// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;

/** What this machine is called. */
public final class MachineName {

    private MachineName() {}

    public static String of(Map<String, String> environment) {
        String fromEnvironment = environment.getOrDefault("HOSTNAME", "");
        if (!fromEnvironment.isEmpty()) {
            return fromEnvironment;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "controller";
        }
    }
}
