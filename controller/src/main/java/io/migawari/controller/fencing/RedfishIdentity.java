// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.config.FencingSettings.Device;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The UUID of the ComputerSystem that a Redfish service speaks for: the very one that fence_redfish switches off, which without
 * {@code systems_uri} is the last of its list.
 */
final class RedfishIdentity implements IdentityReader {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MOST_BYTES = 1024 * 1024;

    private final Time time;
    private final HttpClient checking = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final HttpClient trusting = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .sslContext(trustingEverybody())
            .build();

    RedfishIdentity(Time time) {
        this.time = time;
    }

    /** What went wrong, in words. */
    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        private final String words;

        Failure(String words) {
            super(words);
            this.words = words;
        }
    }

    @Override
    public Identity read(Device device, Scrubber scrubber) throws InterruptedException {
        if (device.find("ip", "ipaddr").isEmpty()) {
            return new Identity.Unreadable(
                    new Trouble(Trouble.Kind.UNVERIFIED, device.name() + " has no parameter ip"));
        }
        try {
            return identity(system(device));
        } catch (Failure e) {
            return new Identity.Unreadable(new Trouble(
                    Trouble.Kind.NO_ANSWER,
                    scrubber.scrub("the Redfish service of " + device.name() + " does not tell which machine it is: "
                            + e.words)));
        }
    }

    private JsonNode system(Device device) throws Failure, InterruptedException {
        Deadline deadline = time.deadlineAfter(device.timeout());
        var known = device.find("systems_uri", "systems-uri");
        if (known.isPresent()) {
            return get(device, known.get(), deadline);
        }
        JsonNode root = get(device, device.find("redfish_uri", "redfish-uri").orElse("/redfish/v1"), deadline);
        JsonNode systems = get(device, root.path("Systems").path("@odata.id").asText(), deadline)
                .path("Members");
        return get(device, systems.path(systems.size() - 1).path("@odata.id").asText(), deadline);
    }

    private static Identity identity(JsonNode system) {
        String uuid = system.path("UUID").asText();
        try {
            return Identity.of(UUID.fromString(uuid));
        } catch (IllegalArgumentException e) {
            return new Identity.Nothing();
        }
    }

    private JsonNode get(Device device, String path, Deadline deadline) throws Failure, InterruptedException {
        if (!path.startsWith("/")) {
            throw new Failure("it names no ComputerSystem");
        }
        URI uri = uri(device, path);
        String account = device.find("username", "login").orElse("") + ":"
                + device.find("password", "passwd").orElse("");
        var request = HttpRequest.newBuilder(uri)
                .header("Accept", "application/json")
                .header("OData-Version", "4.0")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(account.getBytes(StandardCharsets.UTF_8)))
                .build();
        var body = new ByteArrayOutputStream();
        HttpClient client = isOn(device, "ssl_insecure", "ssl-insecure") ? trusting : checking;
        CompletableFuture<HttpResponse<Void>> call = client.sendAsync(
                request,
                BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(bytes -> {
                    if (body.size() + bytes.length > MOST_BYTES) {
                        throw new IllegalStateException("the answer is too long");
                    }
                    body.writeBytes(bytes);
                })));
        try {
            int status =
                    call.get(deadline.left().toMillis(), TimeUnit.MILLISECONDS).statusCode();
            if (status != 200) {
                throw new Failure("HTTP status " + status + " for " + path);
            }
            return MAPPER.readTree(body.toByteArray());
        } catch (TimeoutException e) {
            throw new Failure("no answer within " + device.timeout().toMillis() / 1000.0 + " s");
        } catch (ExecutionException e) {
            throw new Failure(String.valueOf(e.getCause()));
        } catch (IOException e) {
            throw new Failure("what it answers is not JSON");
        } finally {
            call.cancel(true);
        }
    }

    private static URI uri(Device device, String path) throws Failure {
        String ip = device.find("ip", "ipaddr").orElseThrow();
        boolean isIpv6 = ip.indexOf(':') != ip.lastIndexOf(':') && !ip.startsWith("[");
        boolean hasPort = !isIpv6 && ip.matches(".*[^:\\]]:\\d+|\\[.*]:\\d+");
        String address = isIpv6 ? "[" + ip + "]" : ip;
        try {
            return URI.create("https://" + address
                    + (hasPort ? "" : ":" + device.find("ipport").orElse("443")) + path);
        } catch (IllegalArgumentException e) {
            throw new Failure("ip, ipport and paths do not make an address");
        }
    }

    private static boolean isOn(Device device, String... names) {
        return device.find(names)
                .filter(text -> Set.of("1", "yes", "on", "true").contains(text))
                .isPresent();
    }

    /** For the certificates that BMCs make for themselves, where the configuration says so, as for the agent. */
    private static SSLContext trustingEverybody() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trusting()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has TLS", e);
        }
    }

    /** The extended kind is asked about the host's name, too. */
    private static final class Trusting extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
