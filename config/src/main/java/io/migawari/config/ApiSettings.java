// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * Where the controller serves its API and who may call it.
 *
 * @param port 0 means any free port
 */
public record ApiSettings(String address, int port, Authentication authentication) {

    /** Who may call the API. */
    public enum Authentication {
        /** Nobody is asked: only on a loopback address. */
        NONE,
        /** A token of Keystone with the role {@code admin}. */
        KEYSTONE
    }

    private static final Pattern LISTEN = Pattern.compile("(.+):(\\d{1,5})");

    static ApiSettings read(Section section) {
        String listen = section.string("listen", "127.0.0.1:15868");
        var authentication = section.choice("authentication", Authentication.class, Authentication.KEYSTONE);
        var match = LISTEN.matcher(listen);
        if (!match.matches() || Integer.parseInt(match.group(2)) > 65535) {
            section.expected("listen", "ADDRESS:PORT, such as 127.0.0.1:15868 or [::]:15868", listen);
            return new ApiSettings("127.0.0.1", 0, authentication);
        }
        String address = match.group(1).replaceAll("^\\[(.*)]$", "$1");
        var settings = new ApiSettings(address, Integer.parseInt(match.group(2)), authentication);
        if (authentication == Authentication.NONE && !settings.isLoopback()) {
            section.problem("authentication", "none is allowed on a loopback address only, and listen is " + listen);
        }
        return settings;
    }

    private boolean isLoopback() {
        var resolved = new InetSocketAddress(address, port).getAddress();
        return resolved != null && resolved.isLoopbackAddress();
    }
}
