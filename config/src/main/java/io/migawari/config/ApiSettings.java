// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the controller serves its API and who may call it.
 *
 * @param port 0 means any free port
 * @param tls absent: it is served in the clear
 * @param oldMonitors absent: nothing is taken from monitors of NTT's first Masakari
 * @param health where metrics and health are served instead; absent: with everything else
 */
public record ApiSettings(
        String address,
        int port,
        Authentication authentication,
        Roles roles,
        RateLimit rateLimit,
        Optional<Tls> tls,
        Optional<Listen> health,
        Optional<OldMonitors> oldMonitors) {

    /** Who may call the API. */
    public enum Authentication {
        /** Nobody is asked: only on a loopback address. */
        NONE,
        /** A token of Keystone with one of the {@link Roles}. */
        KEYSTONE
    }

    /**
     * What the roles are called in this cloud's Keystone, and in which projects they count.
     *
     * @param projects where {@code service} and {@code reader} count: {@link #OWN}, {@link #ANY}, or ids
     * @param adminProjects the same for {@code admin}
     */
    public record Roles(
            Set<String> admin,
            Set<String> service,
            Set<String> reader,
            Set<String> projects,
            Set<String> adminProjects) {

        /** The project that the controller itself signs in to. */
        public static final String OWN = "own";

        /** Every project. */
        public static final String ANY = "any";

        public Roles {
            admin = Set.copyOf(admin);
            service = Set.copyOf(service);
            reader = Set.copyOf(reader);
            projects = Set.copyOf(projects);
            adminProjects = Set.copyOf(adminProjects);
        }

        public static Roles defaults() {
            return new Roles(Set.of("admin"), Set.of("service"), Set.of("reader"), Set.of(OWN), Set.of(ANY));
        }

        static Roles read(Section section) {
            Roles defaults = defaults();
            return new Roles(
                    names(section, "admin", defaults.admin()),
                    names(section, "service", defaults.service()),
                    names(section, "reader", defaults.reader()),
                    names(section, "projects", defaults.projects()),
                    names(section, "admin-projects", defaults.adminProjects()));
        }

        private static Set<String> names(Section section, String key, Set<String> fallback) {
            List<String> given = section.strings(key);
            return given.isEmpty() ? fallback : new LinkedHashSet<>(given);
        }
    }

    /**
     * How often one client may ask in the long run, before it is answered 429; ten times as often at once. 0: as often as it likes.
     *
     * @param requestsPerSecond of one user from one address; or of one address, without a good token
     * @param reportsPerSecond notifications and signs of life, of one user from one address: monitors share a user
     */
    public record RateLimit(int requestsPerSecond, int reportsPerSecond) {

        public static RateLimit defaults() {
            return new RateLimit(50, 1000);
        }

        static RateLimit read(Section section) {
            RateLimit defaults = defaults();
            return new RateLimit(
                    section.integer("requests-per-second", defaults.requestsPerSecond(), 0, 100_000),
                    section.integer("reports-per-second", defaults.reportsPerSecond(), 0, 100_000));
        }
    }

    /**
     * The certificate that is served, with its key, as PEM files.
     *
     * @param clients absent: nobody is asked for a certificate
     */
    public record Tls(Path certificateFile, Path keyFile, Optional<ClientCertificates> clients) {

        static Optional<Tls> read(Section section) {
            Optional<Path> certificate = section.findPath("certificate-file");
            Optional<Path> key = section.findPath("key-file");
            Optional<ClientCertificates> clients = ClientCertificates.read(section);
            if (certificate.isEmpty() && key.isEmpty()) {
                clients.ifPresent(without -> section.problem(
                        "client-ca-file",
                        "without certificate-file and key-file there is no TLS to show a certificate in"));
                return Optional.empty();
            }
            if (certificate.isEmpty() || key.isEmpty()) {
                section.problem("certificate-file", "certificate-file and key-file belong together");
                return Optional.empty();
            }
            section.usable("certificate-file", () -> OwnCertificate.store(certificate.get(), key.get()));
            return Optional.of(new Tls(certificate.get(), key.get(), clients));
        }
    }

    /**
     * What certificates of callers mean: whoever shows one may report about the host that it names, and no other.
     *
     * @param caFile who vouches for them
     * @param required whether monitors have to show one
     * @param naming how a name in a certificate becomes a host's
     * @param anyHost names in certificates whose owners may report about every host
     */
    public record ClientCertificates(Path caFile, boolean required, Naming naming, Set<String> anyHost) {

        /** How a name in a certificate becomes the name of a host. */
        public enum Naming {
            /** It is the host's name. */
            FULL,
            /** What stands before its first dot is. */
            FIRST_LABEL
        }

        private enum Wish {
            OPTIONAL,
            REQUIRED
        }

        public ClientCertificates {
            anyHost = Set.copyOf(anyHost);
        }

        static Optional<ClientCertificates> read(Section section) {
            Optional<Path> caFile = section.findCertificates("client-ca-file");
            Wish wish = section.choice("client-certificates", Wish.class, Wish.OPTIONAL);
            Naming naming = section.choice("client-host-name", Naming.class, Naming.FULL);
            var anyHost = new LinkedHashSet<>(section.strings("clients-for-any-host"));
            if (caFile.isEmpty()) {
                if (wish == Wish.REQUIRED) {
                    section.problem(
                            "client-certificates", "required, but client-ca-file does not say who vouches for them");
                }
                return Optional.empty();
            }
            return Optional.of(new ClientCertificates(caFile.get(), wish == Wish.REQUIRED, naming, anyHost));
        }
    }

    /**
     * What is taken from the monitors of NTT's first Masakari, which sign in to nothing.
     *
     * @param networks where they are; nobody else may report in their way
     * @param trustPower whether their word that a host's power is off is a proof of its death: with {@code STONITH_TYPE=ssh} they
     *     say so without having looked
     * @param timeZone in which their times are: they send local ones
     */
    public record OldMonitors(List<Network> networks, boolean trustPower, ZoneId timeZone) {

        public OldMonitors {
            networks = List.copyOf(networks);
        }

        static Optional<OldMonitors> read(Section section) {
            List<Network> networks = new ArrayList<>();
            for (String text : section.strings("networks")) {
                Network.parse(text)
                        .ifPresentOrElse(
                                networks::add,
                                () -> section.expected(
                                        "networks", "networks such as 192.0.2.0/24 or 2001:db8::/64", text));
            }
            boolean trustPower = section.flag("trust-power", false);
            Optional<String> zone = section.find("time-zone");
            if (networks.isEmpty()) {
                if (trustPower || zone.isPresent()) {
                    section.problem("networks", "without networks nothing is taken from these monitors");
                }
                return Optional.empty();
            }
            return Optional.of(new OldMonitors(
                    networks, trustPower, zone.map(name -> zone(section, name)).orElseGet(ZoneId::systemDefault)));
        }

        private static ZoneId zone(Section section, String name) {
            try {
                return ZoneId.of(name);
            } catch (DateTimeException e) {
                section.expected("time-zone", "a time zone such as Asia/Tokyo", name);
                return ZoneOffset.UTC;
            }
        }
    }

    /** @param port 0 means any free port */
    public record Listen(String address, int port) {

        private static final Pattern FORM = Pattern.compile("(.+):(\\d{1,5})");

        private static Optional<Listen> read(Section section, String text) {
            var match = FORM.matcher(text);
            if (!match.matches() || Integer.parseInt(match.group(2)) > 65535) {
                section.expected("listen", "ADDRESS:PORT, such as 127.0.0.1:15868 or [::]:15868", text);
                return Optional.empty();
            }
            return Optional.of(
                    new Listen(match.group(1).replaceAll("^\\[(.*)]$", "$1"), Integer.parseInt(match.group(2))));
        }
    }

    /** As it is by default, but for what is given. */
    public ApiSettings(String address, int port, Authentication authentication) {
        this(
                address,
                port,
                authentication,
                Roles.defaults(),
                RateLimit.defaults(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static ApiSettings read(Section section) {
        Optional<Listen> listen = Listen.read(section, section.string("listen", "127.0.0.1:15868"));
        var authentication = section.choice("authentication", Authentication.class, Authentication.KEYSTONE);
        Section health = section.section("health");
        var settings = new ApiSettings(
                listen.map(Listen::address).orElse("127.0.0.1"),
                listen.map(Listen::port).orElse(0),
                authentication,
                Roles.read(section.section("roles")),
                RateLimit.read(section.section("rate-limit")),
                Tls.read(section.section("tls")),
                health.find("listen").flatMap(text -> Listen.read(health, text)),
                OldMonitors.read(section.section("old-monitors")));
        if (authentication == Authentication.NONE && !settings.isLoopback()) {
            section.problem(
                    "authentication",
                    "none is allowed on a loopback address only, and listen is "
                            + section.string("listen", "127.0.0.1:15868"));
        }
        return settings;
    }

    private boolean isLoopback() {
        var resolved = new InetSocketAddress(address, port).getAddress();
        return resolved != null && resolved.isLoopbackAddress();
    }
}
