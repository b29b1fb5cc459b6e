// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What people are told without having asked, and where.
 *
 * @param recoveryLongerThan a recovery that lasts longer is an alert
 * @param phaseLongerThan a phase that lasts longer is one, too, of a recovery that waits for nothing
 * @param settle an alert that is over so soon is not told at all
 * @param giveUpAfter how long a message is tried to be delivered
 */
public record AlertSettings(
        Duration recoveryLongerThan,
        Duration phaseLongerThan,
        Duration settle,
        Duration giveUpAfter,
        List<Webhook> webhooks) {

    /** How much an alert matters, the least first. */
    public enum Severity {
        /** Nothing to do: for those who like to know. */
        INFO,
        /** Soon: nothing is down because of it. */
        WARNING,
        /** Now: instances are down until somebody does something. */
        CRITICAL
    }

    /**
     * Where alerts are sent by HTTP POST.
     *
     * @param url as a whole a secret: of many receivers it is all that one needs to write there
     * @param headers that are sent along, such as Authorization
     * @param signingSecret with it each body is signed, so that the receiver can tell that it is ours
     * @param timeout how long one try may take, its whole answer included
     * @param caFile certificates to trust; absent: those of the Java runtime
     * @param fromSeverity what is less is not sent
     * @param body what is sent; absent: our own JSON
     */
    public record Webhook(
            String name,
            Secret url,
            Map<String, Secret> headers,
            Optional<Secret> signingSecret,
            Duration timeout,
            Optional<Path> caFile,
            Severity fromSeverity,
            Optional<BodyTemplate> body) {

        public Webhook {
            headers = Map.copyOf(headers);
        }

        /** Where it is, without what only the receiver and we should know. */
        public String place() {
            URI uri = URI.create(url.reveal());
            return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() == -1 ? "" : ":" + uri.getPort());
        }

        private static Webhook read(String name, Section section) {
            Secret url = section.secret("url");
            if (!url.reveal().isEmpty() && !isHttp(url.reveal())) {
                section.problem("url", "expected http://… or https://…");
            }
            if (!name.matches("[A-Za-z0-9._-]{1,100}")) {
                section.problem("", "a webhook's name has letters, digits, and . _ - only");
            }
            return new Webhook(
                    name,
                    url,
                    headers(section.section("headers")),
                    section.findSecret("signing-secret"),
                    section.duration("timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofSeconds(30)),
                    section.findCertificates("ca-file"),
                    section.choice("from-severity", Severity.class, Severity.WARNING),
                    body(section));
        }

        private static Optional<BodyTemplate> body(Section section) {
            String contentType = section.string("content-type", "application/json");
            if (!contentType.matches("[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+(; *[A-Za-z0-9-]+=[A-Za-z0-9.-]+)*")) {
                section.expected("content-type", "a type such as application/json or text/plain", contentType);
                return Optional.empty();
            }
            Optional<String> text = section.find("body");
            if (text.isEmpty()) {
                if (section.has("content-type")) {
                    section.problem("content-type", "without a body of your own, JSON is sent");
                }
                return Optional.empty();
            }
            try {
                return Optional.of(BodyTemplate.of(text.get(), contentType));
            } catch (IllegalArgumentException e) {
                section.problem("body", String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        }

        private static boolean isHttp(String url) {
            try {
                URI uri = URI.create(url);
                return uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme());
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        /** Each a secret, and so given as NAME, NAME-file or NAME-env. */
        private static Map<String, Secret> headers(Section section) {
            Set<String> names = new TreeSet<>();
            section.keys().forEach(key -> names.add(key.replaceFirst("-(file|env)$", "")));
            Map<String, Secret> headers = new LinkedHashMap<>();
            for (String name : names) {
                boolean ours = Set.of("host", "content-length", "connection", "upgrade", "expect")
                        .contains(name.toLowerCase(Locale.ROOT));
                if (ours || !name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
                    section.problem(name, "not a header that can be set");
                    section.ignoreOtherKeys();
                } else {
                    headers.put(name, section.secret(name));
                }
            }
            return headers;
        }
    }

    public AlertSettings {
        webhooks = List.copyOf(webhooks);
    }

    /** What holds where a configuration says nothing: alerts are kept and shown, and sent nowhere. */
    public static AlertSettings defaults() {
        return YamlFile.readText("defaults", "", Map.of(), AlertSettings::read);
    }

    static AlertSettings read(Section section) {
        List<Webhook> webhooks = new ArrayList<>();
        section.named("webhooks").forEach((name, webhook) -> webhooks.add(Webhook.read(name, webhook)));
        return new AlertSettings(
                section.duration(
                        "recovery-longer-than", Duration.ofMinutes(15), Duration.ofSeconds(1), Duration.ofDays(30)),
                section.duration(
                        "phase-longer-than", Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofDays(30)),
                section.duration("settle", Duration.ofSeconds(5), Duration.ZERO, Duration.ofSeconds(30)),
                readGiveUpAfter(section),
                webhooks);
    }

    static Duration readGiveUpAfter(Section section) {
        return section.duration("give-up-after", Duration.ofDays(1), Duration.ofMinutes(1), Duration.ofDays(30));
    }
}
