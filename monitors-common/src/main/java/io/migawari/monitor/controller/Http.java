// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.controller;

import io.migawari.config.ClientTls;
import io.migawari.config.RenewedTls;
import io.migawari.time.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTP for a process that must stay small: {@link HttpURLConnection} costs 10 MB less than the JDK's newer client. One
 * connection a call, because a kept one may have died unnoticed, and the call that finds out is the report of a failure.
 * Safe for any thread.
 */
public final class Http {

    static {
        // Otherwise the JDK sends a POST again by itself when the connection breaks; trying again is the courier's
        // task.
        System.setProperty("sun.net.http.retryPost", "false");
        // "Connection: close" alone does not do: if the server does not say it too, the JDK keeps the connection.
        System.setProperty("http.keepAlive", "false");
    }

    /** No answer that we read comes near, a catalogue included. */
    private static final int MOST_BODY_BYTES = 1024 * 1024;

    private static final int MOST_CONNECT_MILLIS = 5_000;

    /** @param headers by their names in lower case */
    public record Answer(int status, Map<String, String> headers, String body) {

        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }
    }

    private final RenewedTls tls;

    /**
     * @param tls whom to trust and who we are
     * @throws IllegalArgumentException naming the file that cannot be used
     */
    public Http(ClientTls tls) {
        this.tls = new RenewedTls(tls);
    }

    Answer get(URI url, Map<String, String> headers, Deadline deadline) throws IOException {
        return send("GET", url, headers, null, deadline);
    }

    public Answer post(URI url, Map<String, String> headers, String json, Deadline deadline) throws IOException {
        return send("POST", url, headers, json, deadline);
    }

    private Answer send(String method, URI url, Map<String, String> headers, @Nullable String json, Deadline deadline)
            throws IOException {
        var connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        if (connection instanceof HttpsURLConnection secure) {
            SSLSocketFactory sockets = tls.sockets();
            if (sockets != null) {
                secure.setSSLSocketFactory(sockets);
            }
        }
        try {
            connection.setRequestMethod(method);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setConnectTimeout(Math.min(MOST_CONNECT_MILLIS, millisLeft(deadline)));
            connection.setReadTimeout(millisLeft(deadline));
            connection.setRequestProperty("Connection", "close");
            connection.setRequestProperty("Accept", "application/json");
            headers.forEach(connection::setRequestProperty);
            if (json != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                try (var body = connection.getOutputStream()) {
                    body.write(json.getBytes(StandardCharsets.UTF_8));
                }
            }
            int status = connection.getResponseCode();
            if (status < 0) {
                throw new IOException("the answer is not HTTP");
            }
            return new Answer(status, headers(connection), body(connection, status, deadline));
        } finally {
            connection.disconnect();
        }
    }

    private static Map<String, String> headers(HttpURLConnection connection) {
        Map<String, String> headers = new TreeMap<>();
        connection.getHeaderFields().forEach((name, values) -> {
            if (name != null && !values.isEmpty()) {
                headers.put(name.toLowerCase(Locale.ROOT), values.get(0));
            }
        });
        return headers;
    }

    /** The read time-out bounds each read only, so an answer that trickles is cut off here. */
    private static String body(HttpURLConnection connection, int status, Deadline deadline) throws IOException {
        InputStream stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        if (stream == null) {
            return "";
        }
        try (stream) {
            var body = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            int read;
            while ((read = stream.read(buffer)) >= 0) {
                body.write(buffer, 0, read);
                if (body.size() > MOST_BODY_BYTES) {
                    throw new IOException("the answer is longer than " + MOST_BODY_BYTES + " bytes");
                }
                connection.setReadTimeout(millisLeft(deadline));
            }
            return body.toString(StandardCharsets.UTF_8);
        }
    }

    /** At least 1, because 0 means for ever to the JDK. */
    private static int millisLeft(Deadline deadline) throws SocketTimeoutException {
        if (deadline.isPast()) {
            throw new SocketTimeoutException("no whole answer in time");
        }
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, deadline.left().toMillis()));
    }
}
