// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import io.migawari.config.OpenStackSettings.Credentials;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the OpenStack sign-in: in our own section ({@code auth-url} …), in a clouds.yaml ({@code cloud}), or in the
 * {@code OS_*} variables of the environment, in this order.
 */
final class OpenStackReader {

    private static final String OWN_SECTION = "give auth-url, or cloud, or the OS_* variables";

    private OpenStackReader() {}

    static OpenStackSettings read(Section section, Map<String, String> environment) {
        Optional<String> authUrl = section.find("auth-url");
        Optional<String> username = section.find("username");
        Optional<Secret> password = section.findSecret("password");
        String userDomain = section.string("user-domain-name", "Default");
        Optional<String> project = section.find("project-name");
        String projectDomain = section.string("project-domain-name", "Default");
        Optional<String> applicationCredential = section.find("application-credential-id");
        Optional<Secret> applicationSecret = section.findSecret("application-credential-secret");
        Optional<String> cloud = section.find("cloud").or(() -> ofNonEmpty(environment, "OS_CLOUD"));
        Optional<Path> cloudsFile = section.findPath("clouds-file");
        Optional<String> region = section.find("region");
        String endpointInterface = section.string("interface", "");
        Optional<Path> caFile = section.findCertificates("ca-file");
        Optional<URI> novaUrl = section.find("nova-url").flatMap(text -> url(section, "nova-url", text));
        Duration callTimeout =
                section.duration("call-timeout", Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofMinutes(5));

        SignIn signIn;
        if (authUrl.isPresent()) {
            signIn = new SignIn(
                    url(section, "auth-url", authUrl.get()).orElse(URI.create("http://invalid")),
                    credentials(
                            section,
                            username,
                            userDomain,
                            password,
                            project,
                            projectDomain,
                            applicationCredential,
                            applicationSecret),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        } else if (cloud.isPresent()) {
            signIn = fromCloudsYaml(section, cloud.get(), cloudsFile, environment, caFile.isEmpty());
        } else if (ofNonEmpty(environment, "OS_AUTH_URL").isPresent()) {
            signIn = fromEnvironment(section, environment, caFile.isEmpty());
        } else {
            section.problem("auth-url", "no way to sign in to OpenStack; " + OWN_SECTION);
            signIn = SignIn.none();
        }
        String facing = endpointInterface.isEmpty() ? signIn.facing.orElse("public") : endpointInterface;
        if (!List.of("public", "internal", "admin").contains(facing)) {
            section.expected("interface", "public or internal or admin", facing);
        }
        return new OpenStackSettings(
                signIn.authUrl,
                signIn.credentials,
                region.or(() -> signIn.region),
                facing,
                caFile.or(() -> signIn.caFile),
                novaUrl,
                callTimeout);
    }

    private record SignIn(
            URI authUrl,
            Credentials credentials,
            Optional<String> region,
            Optional<String> facing,
            Optional<Path> caFile) {

        /** Stands in where a problem has been noted already. */
        static SignIn none() {
            return new SignIn(
                    URI.create("http://invalid"),
                    new Credentials.ApplicationCredential("", new Secret("")),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    private static Credentials credentials(
            Section section,
            Optional<String> username,
            String userDomain,
            Optional<Secret> password,
            Optional<String> project,
            String projectDomain,
            Optional<String> applicationCredential,
            Optional<Secret> applicationSecret) {
        if (applicationCredential.isPresent()) {
            if (applicationSecret.isEmpty()) {
                section.problem("application-credential-secret", "missing, though there is an id");
            }
            return new Credentials.ApplicationCredential(
                    applicationCredential.get(), applicationSecret.orElse(new Secret("")));
        }
        if (username.isEmpty()) {
            section.problem("username", "missing (or give application-credential-id and -secret)");
        }
        if (password.isEmpty()) {
            section.problem("password", "missing; give one of password, password-file and password-env");
        }
        if (project.isEmpty()) {
            section.problem("project-name", "missing");
        }
        return new Credentials.Password(
                username.orElse(""), userDomain, password.orElse(new Secret("")), project.orElse(""), projectDomain);
    }

    /** @param trusted whether its certificates are those to trust, and not our own section's */
    private static SignIn fromEnvironment(Section section, Map<String, String> environment, boolean trusted) {
        Optional<String> id = ofNonEmpty(environment, "OS_APPLICATION_CREDENTIAL_ID");
        Optional<Path> caFile = ofNonEmpty(environment, "OS_CACERT").map(Path::of);
        if (trusted) {
            caFile.ifPresent(pem -> section.usable("OS_CACERT", () -> TrustedCertificates.store(pem)));
        }
        return new SignIn(
                url(section, "OS_AUTH_URL", environment.getOrDefault("OS_AUTH_URL", ""))
                        .orElse(URI.create("http://invalid")),
                credentials(
                        section,
                        ofNonEmpty(environment, "OS_USERNAME"),
                        ofNonEmpty(environment, "OS_USER_DOMAIN_NAME").orElse("Default"),
                        ofNonEmpty(environment, "OS_PASSWORD").map(Secret::new),
                        ofNonEmpty(environment, "OS_PROJECT_NAME"),
                        ofNonEmpty(environment, "OS_PROJECT_DOMAIN_NAME").orElse("Default"),
                        id,
                        ofNonEmpty(environment, "OS_APPLICATION_CREDENTIAL_SECRET")
                                .map(Secret::new)),
                ofNonEmpty(environment, "OS_REGION_NAME"),
                ofNonEmpty(environment, "OS_INTERFACE"),
                caFile);
    }

    /** @param trusted whether its certificates are those to trust, and not our own section's */
    private static SignIn fromCloudsYaml(
            Section section, String cloud, Optional<Path> named, Map<String, String> environment, boolean trusted) {
        List<Path> places = named.map(List::of).orElseGet(() -> usualPlaces(environment));
        Optional<Path> found = places.stream().filter(Files::isRegularFile).findFirst();
        if (found.isEmpty()) {
            section.problem("clouds-file", "no clouds.yaml; looked for " + places);
            return SignIn.none();
        }
        return YamlFile.read(found.get(), environment, root -> {
            root.ignoreOtherKeys();
            Map<String, Section> clouds = new LinkedHashMap<>(root.named("clouds"));
            clouds.forEach((name, other) -> {
                if (!name.equals(cloud)) {
                    other.ignoreOtherKeys();
                }
            });
            Section ours = clouds.get(cloud);
            if (ours == null) {
                root.problem("clouds", "has no cloud \"" + cloud + "\"; it has " + clouds.keySet());
                return SignIn.none();
            }
            ours.ignoreOtherKeys();
            Section auth = ours.section("auth");
            auth.ignoreOtherKeys();
            return new SignIn(
                    url(auth, "auth_url", auth.string("auth_url")).orElse(URI.create("http://invalid")),
                    credentials(
                            auth,
                            auth.find("username"),
                            domain(auth, "user"),
                            auth.find("password").map(Secret::new),
                            auth.find("project_name"),
                            domain(auth, "project"),
                            auth.find("application_credential_id"),
                            auth.find("application_credential_secret").map(Secret::new)),
                    ours.find("region_name"),
                    ours.find("interface"),
                    trusted ? ours.findCertificates("cacert") : ours.findPath("cacert"));
        });
    }

    /** A domain by name; {@code default}, as ids are usually given, is the id of the domain named Default. */
    private static String domain(Section auth, String whose) {
        return auth.find(whose + "_domain_name")
                .or(() -> auth.find("domain_name"))
                .or(() -> auth.find(whose + "_domain_id").filter(id -> !id.equals("default")))
                .orElse("Default");
    }

    private static List<Path> usualPlaces(Map<String, String> environment) {
        return Stream.of(
                        ofNonEmpty(environment, "OS_CLIENT_CONFIG_FILE"),
                        Optional.of("clouds.yaml"),
                        ofNonEmpty(environment, "HOME").map(home -> home + "/.config/openstack/clouds.yaml"),
                        Optional.of("/etc/openstack/clouds.yaml"))
                .flatMap(Optional::stream)
                .map(Path::of)
                .toList();
    }

    private static Optional<URI> url(Section section, String key, String text) {
        if (text.matches("https?://[^\\s]+")) {
            return Optional.of(URI.create(text.replaceFirst("/+$", "")));
        }
        section.expected(key, "a URL, http:// or https://", text);
        return Optional.empty();
    }

    private static Optional<String> ofNonEmpty(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }
}
