// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.settings;

import io.migawari.config.Section;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the monitor tells how it does.
 *
 * @param listen a loopback address, because nobody is asked who he is; absent means nowhere
 */
public record HealthSettings(Optional<InetSocketAddress> listen) {

    private static final Pattern LISTEN = Pattern.compile("(.+):(\\d{1,5})");

    static HealthSettings read(Section section, int fallbackPort) {
        String text = section.string("listen", "127.0.0.1:" + fallbackPort);
        if (text.equals("off")) {
            return new HealthSettings(Optional.empty());
        }
        var match = LISTEN.matcher(text);
        if (!match.matches() || Integer.parseInt(match.group(2)) > 65535) {
            section.expected("listen", "ADDRESS:PORT, such as 127.0.0.1:" + fallbackPort + ", or off", text);
            return new HealthSettings(Optional.empty());
        }
        var address =
                new InetSocketAddress(match.group(1).replaceAll("^\\[(.*)]$", "$1"), Integer.parseInt(match.group(2)));
        if (address.getAddress() == null || !address.getAddress().isLoopbackAddress()) {
            section.expected("listen", "a loopback address", text);
        }
        return new HealthSettings(Optional.of(address));
    }
}
