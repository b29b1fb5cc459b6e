// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

/**
 * Requests that somebody sends who means harm, or whose program is broken: made from the description of the API, and then
 * spoilt in some way, or not. The same seed leads to the same ones, as long as the server says the same of itself.
 */
final class HostileRequests {

    /** What must never stand at the beginning of a line of the log. */
    static final String FORGED = "2026-11-20T08:00:00.000Z ERROR forged by a client";

    /** Where what only administrators may see begins. */
    static final String SECRET = "calvin-of-the-bmc";

    /** So many of the raw ones at the beginning end where nobody can say. */
    private static final int SMUGGLERS = 9;

    /** Stands in a text for characters that no JSON writer would write. */
    private static final String RAW = "@raw:";

    private static final List<String> BAD_TEXTS = List.of(
            "",
            " ",
            "null",
            "-1",
            "0",
            "99999999999999999999",
            "' OR '1'='1",
            "x'; DROP TABLE failover_segment; --",
            "1; SELECT SLEEP(20)",
            "%' UNION SELECT password FROM mysql.user #",
            "\\' OR 1=1 -- ",
            "${jndi:ldap://127.0.0.1:1/x}",
            "{{7*7}}${7*7}",
            "%n%s%x{}{}",
            "\r\n" + FORGED,
            "\n" + FORGED,
            "\u2028" + FORGED,
            "\u0085" + FORGED,
            "x\r\nX-Injected: yes\r\n\r\n",
            "\u0000",
            "a\u0000b",
            "\u001b[2J\u001b[31m",
            "\u202eevil",
            "\ufeff",
            "\ud83d\ude00",
            "e\u0301\u0301\u0301",
            "İıſK",
            "../../../etc/passwd",
            "..%2f..%2fetc%2fpasswd",
            "<script>alert(1)</script>",
            "../../../../v1/segments",
            "00000000-0000-0000-0000-000000000000",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "x".repeat(256),
            "é".repeat(256),
            "日".repeat(30_000),
            "x".repeat(70_000));

    private static final List<String> BAD_JSON = List.of(
            "null",
            "true",
            "-1",
            "0.5",
            "1e400",
            "-1e-400",
            "1e999999999",
            "1E+2147483648",
            "9".repeat(900),
            "9".repeat(2000),
            "[]",
            "{}",
            "[[]]",
            "{\"\":\"\"}",
            "[".repeat(900) + "]".repeat(900),
            "[".repeat(20_000),
            "{\"a\":".repeat(900) + "1" + "}".repeat(900),
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\\u0000\"",
            "\"\\x41\"",
            "\"a\nb\"",
            "NaN",
            "0x10",
            "01",
            "'x'",
            "undefined",
            "/* */ 1");

    private static final List<String> CONTENT_TYPES = List.of(
            "application/xml",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=utf-16",
            "application/json;",
            ";",
            "*/*",
            "application/" + "x".repeat(500));

    private static final List<String> TOKENS = List.of(
            "forged",
            "",
            "' OR '1'='1",
            "../../v3/users",
            "x".repeat(4000),
            "gAAAAABmAAAA" + "A".repeat(180),
            "%0d%0aX-Injected:%20yes");

    private static final List<String> METHODS = List.of(
            "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "EVIL", "PRI");

    /**
     * @param what who sends it, and what was spoilt
     * @param bytes all that is sent, each a character
     * @param target path and query, as they are sent
     * @param isRaw whether what it means is not for sure: how many requests it is, and for what
     * @param isSmuggling whether it hides a second request, which nobody may find
     */
    record Hostile(
            String operation,
            String what,
            String method,
            String target,
            String token,
            String bytes,
            boolean isRaw,
            boolean isSmuggling) {}

    /** A caller: his token, and what he is called here. */
    record Caller(String name, String token) {}

    private final long seed;
    private final Instant start;
    private final List<Caller> callers;
    private final Function<String, List<String>> known;
    private final List<Operation> operations = new ArrayList<>();

    private record Operation(String method, String template, JsonNode said) {

        @Override
        public String toString() {
            return method + " " + template;
        }
    }

    /**
     * @param start shortly before which everything is said to have happened
     * @param callers the first one may do everything
     * @param known names of what there is, by the name of the variable of a path that stands for it
     */
    HostileRequests(long seed, Instant start, List<Caller> callers, Function<String, List<String>> known) {
        this.seed = seed;
        this.start = start;
        this.callers = callers;
        this.known = known;
        AsDescribed.DOCUMENT
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> add(new Operation(
                                operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), operation.getValue()))));
    }

    /** What takes a body can be spoilt in more ways. */
    private void add(Operation operation) {
        operations.addAll(Collections.nCopies(operation.said().has("requestBody") ? 4 : 1, operation));
    }

    Hostile next(long number) {
        return new Maker(new Random(seed * 1_000_003 + number)).make();
    }

    private final class Maker {

        private final Random random;
        private final List<String> done = new ArrayList<>();

        Maker(Random random) {
            this.random = random;
        }

        private boolean perCent(int chance) {
            return random.nextInt(100) < chance;
        }

        private <T> T one(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }

        Hostile make() {
            Operation operation = one(operations);
            Caller caller = perCent(65) ? callers.get(0) : one(callers);
            String token = perCent(94) ? caller.token() : one(TOKENS);
            String method = perCent(96) ? operation.method() : one(METHODS);
            String target = path(operation) + query(operation);
            byte[] body = body(operation);
            if (perCent(6)) {
                return raw(operation, method, target, token, body);
            }
            var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: migawari\r\n");
            if (!token.isEmpty()) {
                head.append("X-Auth-Token: ").append(token).append("\r\n");
            }
            if (body.length > 0 || perCent(20)) {
                head.append("Content-Length: ").append(body.length).append("\r\n");
                head.append("Content-Type: ")
                        .append(perCent(90) ? "application/json" : one(CONTENT_TYPES))
                        .append("\r\n");
            }
            headers(head);
            return new Hostile(
                    operation.toString(),
                    "as " + caller.name() + " " + done,
                    method,
                    target,
                    token,
                    bytes(head + "\r\n", body),
                    false,
                    false);
        }

        private void headers(StringBuilder head) {
            if (perCent(30)) {
                head.append("OpenStack-API-Version: ")
                        .append(one(List.of(
                                "instance-ha 1.3",
                                "instance-ha latest",
                                "instance-ha 1.1",
                                "instance-ha 9.9",
                                "instance-ha -1.0",
                                "instance-ha " + "9".repeat(300) + ".1",
                                "compute 2.1, instance-ha 1.2",
                                ",,,",
                                "instance-ha ' OR 1=1")))
                        .append("\r\n");
            }
            if (perCent(5)) {
                head.append(one(List.of(
                        "X-Forwarded-For: 10.0.0.1\r\n",
                        "X-HTTP-Method-Override: DELETE\r\n",
                        "X-Roles: admin\r\nX-Identity-Status: Confirmed\r\n",
                        "X-Openstack-Request-Id: req-\"><script>\r\n",
                        "Accept: application/xml\r\n",
                        "Accept-Encoding: gzip\r\n",
                        "Content-Encoding: gzip\r\n",
                        "Origin: https://evil.example\r\n",
                        "Range: bytes=0-0\r\n",
                        "If-None-Match: *\r\n",
                        "Cookie: " + "a=b; ".repeat(200) + "\r\n",
                        "Referer: \u00e9\u00ff\r\n",
                        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n",
                        "Expect: 200-ok\r\n")));
            }
        }

        private String path(Operation operation) {
            var path = new StringBuilder();
            for (String part : operation.template().substring(1).split("/")) {
                path.append('/');
                if (!part.startsWith("{")) {
                    path.append(part);
                    continue;
                }
                String name = part.substring(1, part.length() - 1);
                if (perCent(75)) {
                    path.append(encoded(one(known.apply(
                            name.equals("host") && operation.template().startsWith("/migawari")
                                    ? "host name"
                                    : name))));
                } else {
                    done.add("path:" + name);
                    path.append(cut(encoded(badText())));
                }
            }
            return path.toString();
        }

        private String query(Operation operation) {
            List<String> parts = new ArrayList<>();
            for (JsonNode parameter : operation.said().path("parameters")) {
                if (!parameter.path("in").asText().equals("query") || perCent(65)) {
                    continue;
                }
                String name = parameter.path("name").asText();
                parts.add(name + "=" + cut(encoded(perCent(60) ? goodQuery(name) : badText())));
            }
            if (perCent(5)) {
                parts.add(one(List.of("colour=1", "=", "&&", "%", "%zz", "limit=%00", "a[b]=c", "limit", "sort_key")));
            }
            return parts.isEmpty() ? "" : "?" + String.join("&", parts);
        }

        private String goodQuery(String name) {
            return switch (name) {
                case "limit", "after" -> String.valueOf(random.nextInt(5));
                case "sort_key" -> one(List.of("name", "created_at", "id", "uuid", "type", "status"));
                case "sort_dir" -> one(List.of("asc", "desc"));
                case "marker" -> one(known.apply(one(List.of("segment", "host", "notification"))));
                case "since", "generated-since" -> "2026-01-01T00:00:00";
                case "type" -> one(List.of("COMPUTE_HOST", "VM", "COMPUTE"));
                case "name" -> one(known.apply("host name"));
                case "status" -> "new";
                case "recovery_method" -> "auto";
                case "notification", "source_host_uuid" -> one(known.apply("notification"));
                default -> one(List.of("true", "false"));
            };
        }

        private byte[] body(Operation operation) {
            JsonNode schema = operation.said().at("/requestBody/content/application~1json/schema");
            if (schema.isMissingNode()) {
                return perCent(90) ? new byte[0] : one(BAD_JSON).getBytes(UTF_8);
            }
            JsonNode body = good(schema, "");
            onlyOfItsType(body.path("notification"));
            oneOfEach(body.path("pause"));
            int spoils = perCent(35) ? 0 : 1 + random.nextInt(2);
            for (int i = 0; i < spoils; i++) {
                spoil(body);
            }
            String text = body.toString();
            for (int i = 0; i < BAD_JSON.size(); i++) {
                text = text.replace("\"" + RAW + i + "\"", BAD_JSON.get(i));
            }
            return spoiltText(text);
        }

        private byte[] spoiltText(String text) {
            return switch (perCent(88) ? 0 : 1 + random.nextInt(8)) {
                case 1 -> text.substring(0, random.nextInt(text.length())).getBytes(UTF_8);
                case 2 -> (text + text).getBytes(UTF_8);
                case 3 -> ("\ufeff" + text).getBytes(UTF_8);
                case 4 -> text.getBytes(StandardCharsets.UTF_16);
                case 5 -> text.replace("some", "\u00c3(\u00ff").getBytes(ISO_8859_1);
                case 6 ->
                    text.replaceFirst("\\{\"", "{\"reason\":1,\"reason\":2,\"").getBytes(UTF_8);
                case 7 -> (text.replace("}", "") + " ".repeat(262_144)).getBytes(UTF_8);
                case 8 -> text.replace('"', '\'').getBytes(UTF_8);
                default -> text.getBytes(UTF_8);
            };
        }

        /** One member of one of its objects is taken away, doubled, replaced or added. */
        private void spoil(JsonNode body) {
            List<ObjectNode> objects = new ArrayList<>();
            body.forEach(inner -> {
                if (inner instanceof ObjectNode object) {
                    objects.add(object);
                    inner.forEach(innermost -> {
                        if (innermost instanceof ObjectNode deeper) {
                            objects.add(deeper);
                        }
                    });
                }
            });
            if (body instanceof ObjectNode whole) {
                objects.add(whole);
            }
            ObjectNode object = one(objects);
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            if (names.isEmpty() || perCent(10)) {
                done.add("more");
                object.set(badText(), bad());
                return;
            }
            String name = one(names);
            done.add(name);
            if (perCent(10)) {
                object.remove(name);
            } else {
                object.set(name, bad());
            }
        }

        private JsonNode bad() {
            return TextNode.valueOf(perCent(60) ? badText() : RAW + random.nextInt(BAD_JSON.size()));
        }

        private String badText() {
            return one(BAD_TEXTS);
        }

        /** Such as the schema describes; where it cannot say which ones make sense, the names of its members do. */
        private JsonNode good(JsonNode schema, String name) {
            if (schema.has("$ref")) {
                JsonNode referred =
                        AsDescribed.DOCUMENT.at(schema.get("$ref").asText().substring(1));
                String type = schema.get("$ref").asText().replaceFirst(".*/", "");
                return type.equals("moment") ? TextNode.valueOf(moment()) : good(referred, name);
            }
            if (schema.has("anyOf")) {
                return good(
                        schema.get("anyOf")
                                .get(random.nextInt(schema.get("anyOf").size())),
                        name);
            }
            if (schema.has("enum")) {
                return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
            }
            return switch (schema.path("type").asText()) {
                case "object" -> object(schema);
                case "array" -> JsonNodeFactory.instance.arrayNode().add(good(schema.get("items"), name));
                case "boolean" -> JsonNodeFactory.instance.booleanNode(perCent(50));
                case "integer" -> JsonNodeFactory.instance.numberNode(random.nextInt(10));
                case "null" -> JsonNodeFactory.instance.nullNode();
                default -> TextNode.valueOf(text(name));
            };
        }

        private ObjectNode object(JsonNode schema) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            List<String> required = new ArrayList<>();
            schema.path("required").forEach(member -> required.add(member.asText()));
            schema.path("properties").properties().forEach(member -> {
                if (required.contains(member.getKey()) || perCent(40)) {
                    object.set(member.getKey(), good(member.getValue(), member.getKey()));
                }
            });
            return object;
        }

        private String text(String name) {
            return switch (name) {
                case "hostname", "host" -> one(known.apply("host name"));
                case "name" -> perCent(50) ? one(known.apply("host name")) : "n" + random.nextInt(1_000_000);
                case "segment" -> one(known.apply("segment"));
                case "instance_uuid" -> new UUID(random.nextLong(), random.nextLong()).toString();
                case "for" -> one(List.of("10m", "1s", "1h"));
                case "control_attributes" -> SECRET + random.nextInt(100);
                case "type" -> "COMPUTE";
                case "event" -> one(List.of("STOPPED", "STARTED", "LIFECYCLE"));
                case "vir_domain_event" -> "STOPPED_FAILED";
                default -> "some " + name;
            };
        }

        private String moment() {
            return start.minus(random.nextInt(100_000), ChronoUnit.MILLIS).toString();
        }

        /** A pause is of one thing, and ends in one way. */
        private void oneOfEach(JsonNode pause) {
            if (pause instanceof ObjectNode one) {
                String scope = one(List.of("all", "segment", "host"));
                one.remove(List.of("all", "segment", "host", "for", "until"));
                if (scope.equals("all")) {
                    one.put(scope, true);
                } else {
                    one.put(scope, text(scope));
                }
                one.put("for", text("for"));
            }
        }

        /** What belongs to another type of notification would be refused for that. */
        private void onlyOfItsType(JsonNode notification) {
            if (notification.path("payload") instanceof ObjectNode payload) {
                List<String> members = Map.of(
                                "COMPUTE_HOST", List.of("event", "host_status", "cluster_status"),
                                "PROCESS", List.of("event", "process_name"),
                                "VM", List.of("event", "vir_domain_event", "instance_uuid"))
                        .get(notification.path("type").asText());
                payload.retain(members);
                if (!notification.path("type").asText().equals("COMPUTE_HOST")) {
                    members.forEach(member -> payload.put(member, text(member)));
                }
                if (!notification.path("type").asText().equals("VM")) {
                    payload.put("event", one(List.of("STOPPED", "STARTED")));
                }
            }
        }

        /** What two servers might read differently, or one not at all. */
        private Hostile raw(Operation operation, String method, String target, String token, byte[] body) {
            String auth = "Host: migawari\r\nX-Auth-Token: " + token + "\r\n";
            String line = method + " " + target + " HTTP/1.1\r\n";
            String length = "Content-Length: " + body.length + "\r\n";
            String smuggled = "DELETE /v1/segments/" + one(known.apply("segment")) + " HTTP/1.1\r\n" + auth + "\r\n";
            String chunked = "Transfer-Encoding: chunked\r\n";
            List<String> heads = List.of(
                    line + auth + length + "Content-Length: 0\r\n\r\n",
                    line + auth + length + chunked + "\r\n0\r\n\r\n",
                    line + auth + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                    line + auth + "Transfer-Encoding : chunked\r\n" + length + "\r\n0\r\n\r\n",
                    line + auth + chunked + "\r\nffffffffffffffff\r\n",
                    line + auth + chunked + "\r\n-1\r\n\r\n",
                    line + auth + "Content-Length: -1\r\n\r\n",
                    line + auth + "Content-Length: 9999999999999999999999\r\n\r\n",
                    line + auth + "Content-Length: +1\r\n\r\n",
                    line + auth + "X-Folded: a\r\n b\r\n\r\n",
                    line + "Host: a\r\n" + auth + "\r\n",
                    line + "X-Auth-Token: " + token + "\r\n\r\n",
                    line + auth + "X-Null: a\0b\r\n\r\n",
                    line + auth + "X-Bare: a\nX-Injected: yes\r\n\r\n",
                    line + auth + "X-Bare: a\rX-Injected: yes\r\n\r\n",
                    line + auth + ": nameless\r\n\r\n",
                    line + auth + "X-Long: " + "x".repeat(20_000) + "\r\n\r\n",
                    line + auth + "a: b\r\n".repeat(3_000) + "\r\n",
                    method + " " + target + "\r\n\r\n",
                    method + " " + target + " HTTP/9.9\r\n" + auth + "\r\n",
                    method + " " + target + " HTTP/1.0\r\n" + auth + "\r\n",
                    method + "  " + target + " HTTP/1.1\r\n" + auth + "\r\n",
                    method + " http://evil.example" + target + " HTTP/1.1\r\n" + auth + "\r\n",
                    method + " /v1/../migawari/v1/audit HTTP/1.1\r\n" + auth + "\r\n",
                    method + " /v1/segments/..;/x HTTP/1.1\r\n" + auth + "\r\n",
                    method + " /v1/%2e%2e/healthz HTTP/1.1\r\n" + auth + "\r\n",
                    method + " /v1%2fsegments HTTP/1.1\r\n" + auth + "\r\n",
                    method + " //v1//segments HTTP/1.1\r\n" + auth + "\r\n",
                    method + " /v1/segments/%c0%ae%c0%ae HTTP/1.1\r\n" + auth + "\r\n",
                    method + " /v1/segments/%ff HTTP/1.1\r\n" + auth + "\r\n",
                    method + " /v1/segments/%00 HTTP/1.1\r\n" + auth + "\r\n",
                    method + " /v1/segments/\u0001\u007f\u00e9 HTTP/1.1\r\n" + auth + "\r\n",
                    method + " " + "/x".repeat(8_000) + " HTTP/1.1\r\n" + auth + "\r\n",
                    method + " * HTTP/1.1\r\n" + auth + "\r\n",
                    method + " segments HTTP/1.1\r\n" + auth + "\r\n",
                    method + " " + target + "#f HTTP/1.1\r\n" + auth + "\r\n",
                    "\r\n\r\n" + line + auth + "\r\n",
                    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            int which = random.nextInt(heads.size());
            boolean isSmuggling = which < SMUGGLERS;
            String rest = isSmuggling ? smuggled : "";
            return new Hostile(
                    operation.toString(),
                    "raw " + which,
                    method,
                    target,
                    token,
                    heads.get(which) + rest,
                    true,
                    isSmuggling);
        }

        private static String bytes(String head, byte[] body) {
            return head + new String(body, ISO_8859_1);
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, UTF_8).replace("+", "%20");
        }

        /** Not always too long for a path. */
        private String cut(String encoded) {
            return encoded.length() < 3_000 || perCent(10) ? encoded : encoded.substring(0, 2_997);
        }
    }
}
