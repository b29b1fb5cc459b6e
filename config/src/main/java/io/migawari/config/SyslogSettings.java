// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which syslog server log lines go to.
 *
 * @param tls only for {@link Address.Tls}
 */
public record SyslogSettings(Address address, Facility facility, ClientTls tls) {

    private static final Address LOCAL = new Address.Local(Path.of("/dev/log"));

    /** Where it listens. */
    public sealed interface Address {

        /** A socket of datagrams in the file system. */
        record Local(Path path) implements Address {
            @Override
            public String toString() {
                return path.toString();
            }
        }

        /** RFC 5426. */
        record Udp(String host, int port) implements Address {
            @Override
            public String toString() {
                return "udp://" + host + ":" + port;
            }
        }

        /** RFC 5425. */
        record Tls(String host, int port) implements Address {
            @Override
            public String toString() {
                return "tls://" + host + ":" + port;
            }
        }
    }

    /** What syslog servers sort by. The codes are those of RFC 5424, section 6.2.1. */
    public enum Facility {
        USER(1),
        DAEMON(3),
        LOCAL0(16),
        LOCAL1(17),
        LOCAL2(18),
        LOCAL3(19),
        LOCAL4(20),
        LOCAL5(21),
        LOCAL6(22),
        LOCAL7(23);

        private final int code;

        Facility(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /** The machine's own. */
    public static SyslogSettings local() {
        return new SyslogSettings(LOCAL, Facility.DAEMON, ClientTls.none());
    }

    /** @param needed whether it is to be used at all */
    static SyslogSettings read(Section section, boolean needed) {
        Address address = section.find("address")
                .map(text -> address(text).orElseGet(() -> {
                    section.expected("address", "a path, udp://HOST[:PORT] or tls://HOST[:PORT]", text);
                    return LOCAL;
                }))
                .orElse(LOCAL);
        return new SyslogSettings(
                address,
                section.choice("facility", Facility.class, Facility.DAEMON),
                ClientTls.read(section, needed && address instanceof Address.Tls));
    }

    private static Optional<Address> address(String text) {
        if (text.startsWith("/")) {
            return Optional.of(new Address.Local(Path.of(text)));
        }
        try {
            var uri = new URI(text);
            boolean isMore = uri.getUserInfo() != null
                    || !uri.getPath().isEmpty()
                    || uri.getQuery() != null
                    || uri.getFragment() != null
                    || uri.getPort() == 0
                    || uri.getPort() > 65535;
            if (uri.getHost() == null || uri.getScheme() == null || isMore) {
                return Optional.empty();
            }
            String host = uri.getHost().replaceAll("[\\[\\]]", "");
            return switch (uri.getScheme()) {
                case "udp" -> Optional.of(new Address.Udp(host, uri.getPort() < 0 ? 514 : uri.getPort()));
                case "tls" -> Optional.of(new Address.Tls(host, uri.getPort() < 0 ? 6514 : uri.getPort()));
                default -> Optional.empty();
            };
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
