// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.awaitility.Awaitility.await;

import io.migawari.controller.ControllerDaemon;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** The least of an HTTP client, for tests of a daemon without a {@link io.migawari.controller.Trial}. */
final class Http {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private Http() {}

    static void untilServed(ControllerDaemon daemon) {
        await().ignoreExceptions().until(() -> status(daemon, "GET", "/healthz") == 200);
    }

    static int status(ControllerDaemon daemon, String method, String path) throws IOException, InterruptedException {
        return CLIENT.send(
                        HttpRequest.newBuilder(URI.create(daemon.url() + path))
                                .method(method, BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    static int post(ControllerDaemon daemon, String path, String body) throws IOException, InterruptedException {
        return CLIENT.send(
                        HttpRequest.newBuilder(URI.create(daemon.url() + path))
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
