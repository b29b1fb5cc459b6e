// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.controller.cloud.CloudException.Kind;
import io.migawari.time.Deadline;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openstack4j.core.transport.HttpMethod;
import org.openstack4j.core.transport.HttpRequest;
import org.openstack4j.openstack.identity.v3.domain.KeystoneToken;

/** Signed-in requests of our own, and the lists that come in pages. Safe for any thread. */
final class Calls {

    /** Whom a request is for, and in which version. */
    enum Service {
        /**
         * It has to be at least 2.59 (paged migrations, with UUIDs; Queens, 2018), which is above 2.53 (services by id) and
         * 2.14 (evacuate no longer asks whether storage is shared: the destination looks). It has to be below 2.95, from which
         * on Nova leaves an evacuated instance stopped, whatever it was before.
         */
        NOVA("Nova", "compute", "compute 2.59", "Queens"),
        /** From 1.27 on a candidate comes with all that it has, and not only with what was asked for. */
        PLACEMENT("Placement", "placement", "placement 1.27", "Rocky"),
        /** The newest that Queens has; what is asked of it is older. */
        CINDER("Cinder", "volumev3", "volume 3.50", "Queens"),
        GLANCE("Glance", "image", null, "Queens");

        private final String title;
        private final String type;
        private final @Nullable String version;
        private final String since;

        /** @param version absent where there are no microversions */
        Service(String title, String type, @Nullable String version, String since) {
            this.title = title;
            this.type = type;
            this.version = version;
            this.since = since;
        }
    }

    /** Takes one element of a list. */
    @FunctionalInterface
    interface Each {
        /** @return whether the next one is wanted */
        boolean take(JsonNode json) throws CloudException;
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern MARKER = Pattern.compile("[?&]marker=([^&]+)");

    /** More pages than these are not a list but a loop: at Nova's 1000 a page, 100,000 instances. */
    private static final int MOST_PAGES = 100;

    private final JdkTransport transport;
    private final CallConfig config;
    private final KeystoneSession session;
    private final CatalogueResolver catalogue;

    Calls(JdkTransport transport, CallConfig config, KeystoneSession session, CatalogueResolver catalogue) {
        this.transport = transport;
        this.config = config;
        this.session = session;
        this.catalogue = catalogue;
    }

    KeystoneToken token(Deadline deadline) throws CloudException, InterruptedException {
        return session.token(deadline.left());
    }

    String novaUrl(KeystoneToken token) throws CloudException {
        return catalogue.nova(token);
    }

    JsonNode get(Service service, String path, Map<String, String> query, Deadline deadline)
            throws CloudException, InterruptedException {
        Answer answer = call(service, HttpMethod.GET, path, query, Optional.empty(), deadline);
        return json(answer, service.title + "'s answer to GET " + path);
    }

    static JsonNode json(Answer answer, String what) throws CloudException {
        try {
            return MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new CloudException(Kind.GARBLED, what + " is not JSON");
        }
    }

    /** A list of Nova's, page after page, until it ends or no more is wanted. */
    void list(String path, Map<String, String> query, String key, Deadline deadline, Each each)
            throws CloudException, InterruptedException {
        Optional<String> marker = Optional.empty();
        for (int page = 0; page < MOST_PAGES; page++) {
            JsonNode answer = get(Service.NOVA, path, withMarker(query, marker), deadline);
            for (JsonNode json : array(answer, key)) {
                if (!each.take(json)) {
                    return;
                }
            }
            marker = nextMarker(answer, key + "_links");
            if (marker.isEmpty()) {
                return;
            }
        }
        throw new CloudException(Kind.GARBLED, "Nova's list of " + key + " does not end");
    }

    /** One request; a second one only if the token was refused, which means that the first was not looked at. */
    Answer call(
            Service service,
            HttpMethod method,
            String path,
            Map<String, String> query,
            Optional<JsonNode> body,
            Deadline deadline)
            throws CloudException, InterruptedException {
        KeystoneToken token = token(deadline);
        try {
            return once(token, service, method, path, query, body, deadline);
        } catch (CloudException e) {
            if (e.kind() != Kind.UNAUTHORIZED) {
                throw e;
            }
            session.refused(token);
            return once(token(deadline), service, method, path, query, body, deadline);
        }
    }

    private Answer once(
            KeystoneToken token,
            Service service,
            HttpMethod method,
            String path,
            Map<String, String> query,
            Optional<JsonNode> body,
            Deadline deadline)
            throws CloudException, InterruptedException {
        String endpoint = service == Service.NOVA ? catalogue.nova(token) : catalogue.endpoint(token, service.type);
        var request = HttpRequest.builder(Void.class)
                .endpoint(endpoint)
                .method(method)
                .path(path)
                .header("X-Auth-Token", token.getId())
                .config(config.lasting(deadline.left()));
        if (service.version != null) {
            request.header("OpenStack-API-Version", service.version);
        }
        query.forEach(request::queryParam);
        body.ifPresent(json -> request.json(json.toString()));
        Answer answer = send(request.build());
        if (service.version != null && !service.version.equals(answer.header("OpenStack-API-Version"))) {
            throw new CloudException(
                    Kind.UNSUITABLE,
                    method + " " + path + " was not answered as " + service.version + ": is that " + service.title
                            + "'s endpoint, " + service.since + " or newer?");
        }
        return answer;
    }

    /** A request without a version, as for the list of versions. */
    Answer plain(KeystoneToken token, String url, Deadline deadline) throws CloudException, InterruptedException {
        return send(HttpRequest.builder(Void.class)
                .endpoint(url)
                .method(HttpMethod.GET)
                .path("/")
                .header("X-Auth-Token", token.getId())
                .config(config.lasting(deadline.left()))
                .build());
    }

    private Answer send(HttpRequest<?> request) throws CloudException, InterruptedException {
        try {
            return (Answer) transport.execute(request);
        } catch (JdkTransport.Failure failure) {
            throw failure.what();
        } catch (JdkTransport.Interrupted e) {
            throw new InterruptedException();
        }
    }

    static JsonNode array(JsonNode answer, String key) throws CloudException {
        JsonNode array = answer.path(key);
        if (!array.isArray()) {
            throw new CloudException(Kind.GARBLED, "Nova's answer has no list of " + key);
        }
        return array;
    }

    private static Map<String, String> withMarker(Map<String, String> query, Optional<String> marker) {
        Map<String, String> page = new LinkedHashMap<>(query);
        marker.ifPresent(value -> page.put("marker", value));
        return page;
    }

    private static Optional<String> nextMarker(JsonNode answer, String links) {
        for (JsonNode link : answer.path(links)) {
            var marker = MARKER.matcher(link.path("href").asText());
            if (link.path("rel").asText().equals("next") && marker.find()) {
                return Optional.of(marker.group(1));
            }
        }
        return Optional.empty();
    }
}
