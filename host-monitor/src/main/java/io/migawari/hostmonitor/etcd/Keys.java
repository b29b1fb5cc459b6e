// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.etcd;

import io.migawari.monitor.notification.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is kept in etcd, and how it is asked for. Of each host two keys:
 *
 * <ul>
 *   <li>{@code PREFIX/alive/HOST}, on a lease: gone soon after the host's monitor has last kept it alive;
 *   <li>{@code PREFIX/known/HOST}, for ever: whether the host takes part or has left in good order, so that one whose lease
 *       lapsed is missed.
 * </ul>
 */
record Keys(String prefix) {

    private static final String TAKES_PART = "takes-part";
    private static final String LEFT = "left";

    /** A host as its keys show it. */
    record Host(boolean alive, boolean left, String boot) {}

    /** All that a look has shown. */
    record Shown(String cluster, long revision, Map<String, Host> hosts) {

        Shown {
            hosts = Map.copyOf(hosts);
        }

        Optional<Host> host(String name) {
            return Optional.ofNullable(hosts.get(name));
        }
    }

    Map<String, ?> everything() {
        // the end is excluded; 0 is what comes after / in ASCII
        return Map.of("key", base64(prefix + "/"), "range_end", base64(prefix + "0"));
    }

    /** Whether one host is alive. */
    Map<String, ?> of(String host) {
        return Map.of("key", alive(host));
    }

    Map<String, ?> join(String host, String boot, String lease) {
        String value = Json.write(Map.of("state", TAKES_PART, "boot", boot));
        return both(
                Map.of("requestPut", Map.of("key", alive(host), "value", base64(value), "lease", lease)),
                Map.of("requestPut", Map.of("key", known(host), "value", base64(value))));
    }

    Map<String, ?> leave(String host, String boot) {
        String value = Json.write(Map.of("state", LEFT, "boot", boot));
        return both(
                Map.of("requestPut", Map.of("key", known(host), "value", base64(value))),
                Map.of("requestDeleteRange", Map.of("key", alive(host))));
    }

    /** At once, so that nobody ever sees one without the other. */
    private static Map<String, ?> both(Map<String, ?> one, Map<String, ?> other) {
        return Map.of("success", List.of(one, other));
    }

    private String alive(String host) {
        return base64(prefix + "/alive/" + host);
    }

    private String known(String host) {
        return base64(prefix + "/known/" + host);
    }

    /** @throws IOException if that is no answer to {@link #everything} */
    Shown read(Json answer) throws IOException {
        Json header = answer.at("header");
        if (!header.at("revision").text().matches("\\d{1,18}")) {
            throw new IOException("etcd's answer has no header");
        }
        if (answer.at("more").text().equals("true")) {
            throw new IOException("etcd's answer is not whole");
        }
        Map<String, Host> hosts = new TreeMap<>();
        for (Json pair : answer.at("kvs").items()) {
            String key = text(pair.at("key").text());
            Json value = Json.parse(text(pair.at("value").text()));
            boolean alive = key.startsWith(prefix + "/alive/");
            if (!alive && !key.startsWith(prefix + "/known/")) {
                continue; // not ours
            }
            String name = key.substring((prefix + "/alive/").length());
            Host known = hosts.getOrDefault(name, new Host(false, false, ""));
            hosts.put(
                    name,
                    alive
                            ? new Host(true, known.left(), value.at("boot").text())
                            : new Host(
                                    known.alive(),
                                    value.at("state").text().equals(LEFT),
                                    value.at("boot").text()));
        }
        return new Shown(
                header.at("cluster_id").text(),
                Long.parseLong(header.at("revision").text()),
                new LinkedHashMap<>(hosts));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String base64) throws IOException {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("etcd's answer is not what it should be: " + e.getMessage(), e);
        }
    }
}
