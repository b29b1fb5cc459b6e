// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.migawari.config.ApiSettings;
import io.migawari.config.LogSettings;
import io.migawari.controller.Trial;
import io.migawari.controller.api.HostileRequests.Caller;
import io.migawari.controller.api.HostileRequests.Hostile;
import io.migawari.controller.api.RawClient.Answer;
import io.migawari.db.Database;
import io.migawari.logging.LogSetup;
import io.migawari.simulator.identity.User;
import io.migawari.time.Deadline;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of requests that mean harm, made from the description of the API, over real sockets to a whole controller with its
 * database. A build sends as many as fit into half a minute; {@code -Dhostile.requests=20000} sends so many,
 * {@code -Dhostile.seed=N} those of another seed; see docs/fuzzing.md.
 */
class HostileRequestsTest {

    private static final SystemTime TIME = new SystemTime();
    private static final Optional<Long> REQUESTS = Optional.ofNullable(Long.getLong("hostile.requests"));
    private static final long SEED = Long.getLong("hostile.seed", 20261122);

    private static final int LONGEST = 2_000;

    private static final Pattern INSIDE = Pattern.compile(
            "io\\.migawari|org\\.eclipse|com\\.fasterxml|java\\.(lang|util|io|net)|[a-z]Exception|SQLSTATE|SQL syntax|(?i:mariadb)");

    private static final Pattern LOG_LINE =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z (DEBUG|INFO |WARN |ERROR) .*");

    /** What requests store; what recoveries make of it by themselves meanwhile is left out. */
    private static final String STORED = """
            SELECT CONCAT_WS(' ',
              (SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', id, name, recovery_method, service_type, enabled,
                description, updated_at, deleted_at))), 0)) FROM failover_segment),
              (SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', id, name, segment, type, control_attributes, reserved,
                on_maintenance, updated_at, deleted_at))), 0)) FROM host),
              (SELECT COUNT(*) FROM notification),
              (SELECT CONCAT(COUNT(*), ':', COUNT(cancelled_at), ':', COUNT(approved_at), ':', COALESCE(MAX(retried_at), ''))
                FROM incident WHERE kind <> 'RETURN'),
              (SELECT COUNT(*) FROM evidence WHERE kind = 'CONFIRMED_BY_OPERATOR'),
              (SELECT CONCAT(COUNT(*), ':', COUNT(ended_at), ':', COUNT(end_reason)) FROM pause),
              (SELECT CONCAT(COUNT(*), ':', COALESCE(MAX(at), '')) FROM sign_of_life),
              (SELECT COUNT(*) FROM fencing_attestation),
              (SELECT CONCAT(COUNT(*), ':', COUNT(aborted_at), ':', COUNT(forced_at), ':', COUNT(retried_at)) FROM operation))
            """;

    private final Trial trial = Trial.withSignIn(new ApiSettings(
            "127.0.0.1",
            0,
            ApiSettings.Authentication.KEYSTONE,
            ApiSettings.Roles.defaults(),
            new ApiSettings.RateLimit(0, 0),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
    private final Database database = Database.open(trial.settings.database(), "hostile");
    private final Map<String, List<String>> known = new HashMap<>();
    private final List<String> secrets = new ArrayList<>();
    private final Map<String, String> findings = new LinkedHashMap<>();

    @AfterEach
    void close() {
        LogSetup.apply(LogSettings.console(LogSettings.Level.INFO), "test", Map.of());
        database.close();
        trial.close();
    }

    @Test
    void nothingThatIsSentDoesHarm(@TempDir Path directory, TestReporter reporter) throws Exception {
        Path log = directory.resolve("log");
        LogSetup.apply(LogSettings.file(LogSettings.Level.DEBUG, log), "test", Map.of());
        List<Caller> callers = callers();
        var requests =
                new HostileRequests(SEED, TIME.now(), callers, name -> known.getOrDefault(name, List.of("none")));
        Deadline end = TIME.deadlineAfter(Duration.ofSeconds(30));
        Map<Integer, Integer> answers = new TreeMap<>();
        long number = 0;
        try (var client = new RawClient(trial.url())) {
            String before = stored();
            while (REQUESTS.isPresent() ? number < REQUESTS.get() : !end.isPast()) {
                if (number % 50 == 0) {
                    prepare(callers.get(0));
                    lookAround();
                    before = stored();
                }
                Hostile request = requests.next(number++);
                List<Answer> all = send(client, request);
                all.forEach(answer -> answers.merge(answer.status(), 1, Integer::sum));
                String what = "seed " + SEED + ", request " + number + ": " + request.operation() + " " + request.what()
                        + " " + shown(request.bytes()) + "\nanswered "
                        + shown(all.toString());
                String after = stored();
                String until = before;
                findings(request.operation(), () -> {
                    boolean isAdmin = request.token().equals(callers.get(0).token());
                    all.forEach(answer -> harmless(request, answer, what, isAdmin));
                    if (request.isSmuggling()) {
                        assertThat(all.size()).as(what).isLessThan(2);
                    }
                    if (all.stream().noneMatch(answer -> answer.status() < 300)) {
                        assertThat(after)
                                .as("Something is stored of what was refused: " + what)
                                .isEqualTo(until);
                    }
                });
                before = after;
            }
        }
        reporter.publishEntry("Hostile requests", number + " of seed " + SEED + "; answers by status: " + answers);
        String lines = Files.readString(log);
        findings("log", () -> harmless(lines));
        assertThat(findings).isEmpty();
        assertThat(number).isGreaterThan(100);
    }

    /** All that is wrong is told at the end, once for each operation: a mistake is found by many requests, and hides no other. */
    private void findings(String operation, Runnable look) {
        try {
            look.run();
        } catch (AssertionError e) {
            findings.putIfAbsent(operation, shown(String.valueOf(e.getMessage())));
        }
    }

    private List<Caller> callers() throws Exception {
        List<Caller> callers = new ArrayList<>();
        callers.add(new Caller("admin", trial.token("admin", "admin-secret", "admin")));
        callers.add(new Caller("service", user("monitor", "admin", "service")));
        callers.add(new Caller("reader", user("looker", "admin", "reader")));
        callers.add(new Caller("member", user("member", "admin", "member")));
        callers.add(new Caller("reader of another project", user("stranger", "elsewhere", "reader")));
        trial.simulator.identity().setTokenLifetime(Duration.ofNanos(1));
        callers.add(new Caller("one whose token has ended", user("late", "admin", "admin")));
        trial.simulator.identity().setTokenLifetime(Duration.ofHours(1));
        callers.forEach(caller -> secrets.add(caller.token()));
        callers.add(new Caller("nobody", ""));
        secrets.add("admin-secret");
        secrets.add("secret-of-");
        secrets.add(trial.settings.database().password().reveal());
        return callers;
    }

    private String user(String name, String project, String role) throws Exception {
        trial.simulator.identity().addUser(new User(name, "secret-of-" + name, project, Set.of(role)));
        return trial.token(name, "secret-of-" + name, project);
    }

    /** Two segments with two hosts each, of which requests may have removed some meanwhile. */
    private void prepare(Caller admin) {
        for (int i = 0; i < 2; i++) {
            String name = "rack" + i;
            create(
                    admin,
                    "/v1/segments",
                    "{\"segment\": {\"name\": \"" + name
                            + "\", \"recovery_method\": \"auto\", \"service_type\": \"x\"}}");
            String segment = ids("SELECT id FROM failover_segment WHERE live AND name = '" + name + "'")
                    .get(0);
            for (int j = 1; j <= 2; j++) {
                create(
                        admin,
                        "/v1/segments/" + segment + "/hosts",
                        "{\"host\": {\"name\": \"compute" + (2 * i + j)
                                + "\", \"type\": \"COMPUTE\", \"control_attributes\": \"" + HostileRequests.SECRET
                                + "\"}}");
            }
        }
    }

    private void create(Caller admin, String path, String body) {
        assertThat(trial.send("POST", path, body, "X-Auth-Token", admin.token()).statusCode())
                .isIn(201, 409);
    }

    /** What there is by now, for requests that mean something. */
    private void lookAround() {
        known.put("host name", List.of("compute1", "compute2", "compute3", "compute4", "compute5"));
        known.put("alias", List.of("segments", "vmoves", "none"));
        known.put(
                "segment",
                ids("SELECT id FROM failover_segment WHERE live UNION SELECT number FROM failover_segment WHERE live"));
        known.put("host", ids("SELECT id FROM host WHERE live UNION SELECT number FROM host WHERE live"));
        known.put("notification", ids("SELECT id FROM notification ORDER BY number DESC LIMIT 4"));
        known.put("incident", ids("SELECT id FROM incident ORDER BY open DESC, number DESC LIMIT 4"));
        known.put("pause", ids("SELECT id FROM pause ORDER BY number DESC LIMIT 4"));
        known.put("vmove", ids("SELECT id FROM move ORDER BY number DESC LIMIT 4"));
    }

    private List<String> ids(String query) {
        List<String> ids = database.inTransaction(
                handle -> handle.createQuery(query).mapTo(String.class).list());
        return ids.isEmpty() ? List.of("1") : ids;
    }

    private String stored() {
        return database.inTransaction(
                handle -> handle.createQuery(STORED).mapTo(String.class).one());
    }

    private static List<Answer> send(RawClient client, Hostile request) throws IOException {
        byte[] bytes = request.bytes().getBytes(ISO_8859_1);
        boolean isHead = request.method().equals("HEAD");
        return request.isRaw()
                ? client.all(bytes, isHead)
                : client.exchange(bytes, isHead).stream().toList();
    }

    private void harmless(Hostile request, Answer answer, String what, boolean isAdmin) {
        // 505 is for versions of HTTP that nobody speaks
        assertThat(answer.status() < 500 || answer.status() == 503 || (request.isRaw() && answer.status() == 505))
                .as(what)
                .isTrue();
        assertThat(answer.header("x-openstack-request-id")).as(what).startsWith("req-");
        assertThat(answer.headers()).as(what).doesNotContainKeys("x-injected", "server");
        if (!answer.header("content-type").startsWith("text/plain")) {
            assertThat(INSIDE.matcher(answer.body()).find()).as(what).isFalse();
        }
        secrets.forEach(secret -> assertThat(answer.body()).as(what).doesNotContain(secret));
        if (!isAdmin && answer.status() < 300) {
            assertThat(answer.body()).as(what).doesNotContain(HostileRequests.SECRET);
        }
        if (!request.isRaw()) {
            AsDescribed.check(
                    request.method(),
                    path(request.target()),
                    answer.status(),
                    answer.header("content-type"),
                    answer.body());
        }
    }

    /** As the server reads it. */
    private static String path(String target) {
        return URLDecoder.decode(target.split("\\?", 2)[0].replace("+", "%2B"), UTF_8);
    }

    private void harmless(String log) {
        assertThat(log.split("\n"))
                .as("every line is one of ours")
                .allMatch(line -> LOG_LINE.matcher(line).matches());
        assertThat(log.lines()).noneMatch(line -> line.startsWith(HostileRequests.FORGED));
        assertThat(log).doesNotContain(secrets).doesNotContain(HostileRequests.SECRET);
        assertThat(log.lines().filter(line -> line.matches("\\S+ ERROR .*"))).isEmpty(); // its level, not a word in it
        assertThat(log).doesNotContain("by a mistake of ours", "refuses the request");
    }

    private static String shown(String text) {
        return text.length() < LONGEST ? text : text.substring(0, LONGEST) + "… (" + text.length() + " in all)";
    }
}
