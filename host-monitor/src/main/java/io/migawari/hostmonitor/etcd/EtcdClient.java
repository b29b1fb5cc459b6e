// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.etcd;

import io.migawari.monitor.controller.Http;
import io.migawari.monitor.notification.Json;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * etcd's v3 API in its JSON form, at whichever of its members answers. Nothing that is asked here is answered by a member that
 * has lost the others: it needs a quorum, or it fails. Safe for any thread.
 */
final class EtcdClient {

    private static final int UNAUTHORIZED = 401;
    private static final String NO_VALID_TOKEN = "invalid auth token";

    private final EtcdSettings settings;
    private final Duration callTimeout;
    private final Http http;
    private final Time time;
    private volatile int lastGood;
    private volatile @Nullable String token;

    /** @param callTimeout how long a call may take, however many members it has to try */
    EtcdClient(EtcdSettings settings, Duration callTimeout, Time time) {
        this.settings = settings;
        this.callTimeout = callTimeout;
        this.http = new Http(settings.tls());
        this.time = time;
    }

    /** @throws IOException saying of each member why it did not do */
    Json call(String path, Map<String, ?> request) throws IOException {
        List<String> reasons = new ArrayList<>();
        Deadline whole = time.deadlineAfter(callTimeout);
        int members = settings.endpoints().size();
        int first = lastGood;
        for (int i = 0; i < members && !whole.isPast(); i++) {
            int member = (first + i) % members;
            URI endpoint = settings.endpoints().get(member);
            // A member that hangs must leave time for the next one.
            Duration share = i == members - 1 ? whole.left() : whole.left().dividedBy(2);
            try {
                Json answer = call(endpoint, path, request, time.deadlineAfter(share));
                lastGood = member;
                return answer;
            } catch (IOException e) {
                reasons.add(endpoint + ": " + e.getMessage());
            }
        }
        throw new IOException("etcd: " + String.join("; ", reasons));
    }

    private Json call(URI endpoint, String path, Map<String, ?> request, Deadline deadline) throws IOException {
        String body = Json.write(request);
        for (boolean again = false; ; again = true) {
            Http.Answer answer =
                    http.post(URI.create(endpoint + path), identification(endpoint, deadline), body, deadline);
            if (answer.status() == 200) {
                return checked(Json.parse(answer.body()));
            }
            boolean tokenRefused =
                    answer.status() == UNAUTHORIZED || answer.body().contains(NO_VALID_TOKEN);
            if (!tokenRefused || settings.login().isEmpty() || again) {
                throw new IOException("answers " + answer.status() + " " + words(answer));
            }
            token = null;
        }
    }

    /** Streams are answered by 200 first, and may hold an error all the same. */
    private static Json checked(Json answer) throws IOException {
        Json error = answer.at("error");
        if (!error.fields().isEmpty() || !error.text().isEmpty()) {
            throw new IOException("answers " + error.at("message").text() + error.text());
        }
        return answer;
    }

    private Map<String, String> identification(URI endpoint, Deadline deadline) throws IOException {
        if (settings.login().isEmpty()) {
            return Map.of();
        }
        String known = token;
        if (known == null) {
            EtcdSettings.Login login = settings.login().get();
            Http.Answer answer = http.post(
                    URI.create(endpoint + "/v3/auth/authenticate"),
                    Map.of(),
                    Json.write(Map.of(
                            "name", login.user(), "password", login.password().reveal())),
                    deadline);
            known = answer.status() == 200
                    ? Json.parse(answer.body()).at("token").text()
                    : "";
            if (known.isEmpty()) {
                throw new IOException(
                        "does not let the user " + login.user() + " in: " + answer.status() + " " + words(answer));
            }
            token = known;
        }
        return Map.of("Authorization", known);
    }

    private static String words(Http.Answer answer) {
        try {
            Json json = Json.parse(answer.body());
            String message = json.at("message").text();
            return message.isEmpty() ? json.at("error").text() : message;
        } catch (IOException e) {
            return "(not JSON)";
        }
    }
}
