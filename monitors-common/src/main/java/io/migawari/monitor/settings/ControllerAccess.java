// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.settings;

import io.migawari.config.ClientTls;
import io.migawari.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where notifications go and who sends them.
 *
 * @param endpoints the addresses, tried in this order; empty means that Keystone's catalogue is asked
 * @param tls if it does not say whom to trust, those are trusted who are for OpenStack
 * @param longestPause between two attempts; pauses grow up to this
 * @param signOfLife how often the controller is told that this host is well; zero: never
 */
public record ControllerAccess(
        List<URI> endpoints,
        Authentication authentication,
        Evidence evidence,
        ClientTls tls,
        Duration callTimeout,
        Duration longestPause,
        Duration signOfLife) {

    /** Who we say we are. */
    public enum Authentication {
        /** Nobody: for a controller on this machine that asks nobody. */
        NONE,
        /** A user of Keystone. */
        KEYSTONE
    }

    /** Whether a notification carries its evidence. */
    public enum Evidence {
        /** To a controller that says that it understands it. */
        AUTO,
        NEVER
    }

    public ControllerAccess {
        endpoints = List.copyOf(endpoints);
    }

    static ControllerAccess read(Section section) {
        List<URI> endpoints = new ArrayList<>();
        section.strings("endpoints").forEach(text -> url(section, text).ifPresent(endpoints::add));
        var authentication = section.choice("authentication", Authentication.class, Authentication.KEYSTONE);
        if (authentication == Authentication.NONE
                && section.strings("endpoints").isEmpty()) {
            section.problem("endpoints", "missing; without authentication there is no catalogue to find them in");
        }
        return new ControllerAccess(
                endpoints,
                authentication,
                section.choice("evidence", Evidence.class, Evidence.AUTO),
                ClientTls.read(section, true),
                section.duration("call-timeout", Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMinutes(1)),
                section.duration(
                        "longest-pause", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                section.duration("sign-of-life", Duration.ofSeconds(10), Duration.ZERO, Duration.ofMinutes(1)));
    }

    private static Optional<URI> url(Section section, String text) {
        try {
            var url = new URI(text.replaceFirst("/+$", ""));
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (web && url.getHost() != null && url.getQuery() == null) {
                return Optional.of(url);
            }
        } catch (URISyntaxException e) {
            // the problem below says what was expected
        }
        section.expected("endpoints", "URLs such as https://controller:15868/v1", text);
        return Optional.empty();
    }
}
