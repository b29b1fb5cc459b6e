// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

import io.migawari.config.OpenStackSettings;
import io.migawari.config.OpenStackSettings.Credentials;
import io.migawari.monitor.notification.Json;
import io.migawari.time.Time;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A token of Keystone v3 and the catalogue that came with it; renewed when four fifths of its life are over or when it was
 * refused. Tokens are never logged. Used by one thread.
 */
final class KeystoneSignIn {

    private static final String SERVICE_TYPE = "instance-ha";

    /** @param text the token itself; this record must not be printed */
    private record Token(String text, Instant renewAt, Json catalogue) {}

    private final OpenStackSettings settings;
    private final Http http;
    private final Time time;
    private @Nullable Token token;

    KeystoneSignIn(OpenStackSettings settings, Http http, Time time) {
        this.settings = settings;
        this.http = http;
        this.time = time;
    }

    /** A token that should be good. */
    String token() throws SignInException {
        return current().text();
    }

    /** Says that the last token was refused, so that it is not used again. */
    void refused() {
        token = null;
    }

    /** Where the catalogue says that the controller is. */
    URI endpoint() throws SignInException {
        var regions = new TreeSet<String>();
        Optional<String> found = Optional.empty();
        for (Json service : current().catalogue().items()) {
            if (!service.at("type").text().equals(SERVICE_TYPE)) {
                continue;
            }
            for (Json endpoint : service.at("endpoints").items()) {
                String region = region(endpoint);
                boolean ours = settings.region().map(region::equals).orElse(true);
                if (ours && endpoint.at("interface").text().equals(settings.endpointInterface())) {
                    regions.add(region);
                    found = Optional.of(endpoint.at("url").text());
                }
            }
        }
        if (regions.size() > 1) {
            throw new SignInException("Keystone's catalogue has " + SERVICE_TYPE + " in the regions " + regions
                    + "; say which with openstack.region");
        }
        String url = found.orElseThrow(() -> new SignInException("Keystone's catalogue has no " + SERVICE_TYPE
                + " endpoint for the interface " + settings.endpointInterface()
                + settings.region().map(r -> " in the region " + r).orElse("")));
        try {
            return new URI(url.replaceFirst("/+$", ""));
        } catch (URISyntaxException e) {
            throw new SignInException("Keystone's catalogue has an endpoint that is not a URL: " + url);
        }
    }

    private static String region(Json endpoint) {
        String id = endpoint.at("region_id").text();
        return id.isEmpty() ? endpoint.at("region").text() : id;
    }

    private Token current() throws SignInException {
        Token known = token;
        if (known == null || !time.now().isBefore(known.renewAt())) {
            known = signIn();
            token = known;
        }
        return known;
    }

    private Token signIn() throws SignInException {
        Instant asked = time.now();
        Http.Answer answer;
        Json body;
        try {
            answer = http.post(
                    URI.create(settings.authUrl() + "/auth/tokens"),
                    Map.of(),
                    request(settings.credentials()),
                    time.deadlineAfter(settings.callTimeout()));
            body = answer.status() == 201
                    ? Json.parse(answer.body())
                    : Json.parse("{}"); // the status says it all, and the body may be anything
        } catch (IOException e) {
            throw new SignInException("Keystone at " + settings.authUrl() + ": " + ControllerClient.words(e));
        }
        if (answer.status() != 201) {
            throw new SignInException("Keystone at " + settings.authUrl() + " answers " + answer.status()
                    + (answer.status() == 401 ? ": wrong user, password or project" : ""));
        }
        try {
            Instant expires = Instant.parse(body.at("token").at("expires_at").text());
            String text = answer.header("X-Subject-Token")
                    .orElseThrow(() -> new SignInException("Keystone's answer has no X-Subject-Token"));
            return new Token(
                    text,
                    asked.plus(Duration.between(asked, expires).multipliedBy(4).dividedBy(5)),
                    body.at("token").at("catalog"));
        } catch (DateTimeException e) {
            throw new SignInException("Keystone's answer is not a token");
        }
    }

    private static String request(Credentials credentials) {
        if (credentials instanceof Credentials.Password password) {
            var user = Map.of(
                    "name", password.username(),
                    "password", password.password().reveal(),
                    "domain", Map.of("name", password.userDomain()));
            var project = Map.of("name", password.projectName(), "domain", Map.of("name", password.projectDomain()));
            return Json.write(Map.of(
                    "auth",
                    Map.of(
                            "identity", Map.of("methods", List.of("password"), "password", Map.of("user", user)),
                            "scope", Map.of("project", project))));
        }
        if (credentials instanceof Credentials.ApplicationCredential application) {
            var credential = Map.of(
                    "id", application.id(), "secret", application.secret().reveal());
            return Json.write(Map.of(
                    "auth",
                    Map.of(
                            "identity",
                            Map.of(
                                    "methods",
                                    List.of("application_credential"),
                                    "application_credential",
                                    credential))));
        }
        throw new AssertionError(credentials.getClass());
    }
}
