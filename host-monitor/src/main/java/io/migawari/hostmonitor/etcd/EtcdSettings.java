// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.etcd;

import io.migawari.config.ClientTls;
import io.migawari.config.Secret;
import io.migawari.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where etcd is, and what is kept in it.
 *
 * @param endpoints its members, tried in this order
 * @param prefix before our keys
 * @param ttl how long a host is there without a sign of life
 * @param watch whether this host looks after the others, besides being there itself
 * @param login absent if etcd asks nobody
 */
public record EtcdSettings(
        List<URI> endpoints, String prefix, Duration ttl, boolean watch, Optional<Login> login, ClientTls tls) {

    /** A user of etcd. */
    public record Login(String user, Secret password) {}

    public EtcdSettings {
        endpoints = List.copyOf(endpoints);
    }

    /** @param needed whether it is to be used at all */
    public static EtcdSettings read(Section section, boolean needed) {
        List<URI> endpoints = new ArrayList<>();
        for (String text : section.strings("endpoints")) {
            url(section, text).ifPresent(endpoints::add);
        }
        if (needed && section.strings("endpoints").isEmpty()) {
            section.problem("endpoints", "missing; the driver etcd needs the addresses of its members");
        }
        String prefix = section.string("prefix", "/migawari/hosts");
        if (!prefix.matches("(/[A-Za-z0-9._-]+)+")) {
            section.expected("prefix", "a path such as /migawari/hosts", prefix);
        }
        Optional<String> user = section.find("user");
        Optional<Secret> password = section.findSecret("password");
        if (user.isPresent() != password.isPresent()) {
            section.problem("user", "user and password belong together");
        }
        return new EtcdSettings(
                endpoints,
                prefix,
                section.duration("ttl", Duration.ofSeconds(15), Duration.ofSeconds(3), Duration.ofMinutes(10)),
                section.flag("watch", true),
                user.flatMap(name -> password.map(secret -> new Login(name, secret))),
                ClientTls.read(section, needed));
    }

    private static Optional<URI> url(Section section, String text) {
        try {
            var url = new URI(text.replaceFirst("/+$", ""));
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (web && url.getHost() != null && url.getPath().isEmpty()) {
                return Optional.of(url);
            }
        } catch (URISyntaxException e) {
            // the problem below says what was expected
        }
        section.expected("endpoints", "URLs such as https://etcd1:2379", text);
        return Optional.empty();
    }
}
