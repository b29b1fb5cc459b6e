// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.migawari.config.DatabaseSettings;
import io.migawari.controller.TestDatabase;
import io.migawari.controller.Trial;
import io.migawari.db.Database;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Masakari's database with the columns that are read of it; the trial has the segment rack1 with some of the same hosts. */
class ImportMasakariCommandTest {

    private final DatabaseSettings masakari = TestDatabase.empty();
    private final Trial trial = new Trial("auto");
    private final Terminal terminal = new Terminal(
            trial, Map.of("MASAKARI_DB_PASSWORD", masakari.password().reveal()));

    @BeforeEach
    void fill() {
        sql(
                "CREATE TABLE failover_segments (id INT PRIMARY KEY AUTO_INCREMENT, uuid VARCHAR(36), name VARCHAR(255), "
                        + "service_type VARCHAR(255), enabled BOOLEAN, description TEXT, recovery_method VARCHAR(20), deleted INT)");
        sql(
                "CREATE TABLE hosts (id INT PRIMARY KEY AUTO_INCREMENT, uuid VARCHAR(36), name VARCHAR(255), reserved BOOLEAN, "
                        + "type VARCHAR(255), control_attributes TEXT, on_maintenance BOOLEAN, failover_segment_id VARCHAR(36), "
                        + "deleted INT)");
        sql("CREATE TABLE notifications (id INT PRIMARY KEY AUTO_INCREMENT, status VARCHAR(20), deleted INT)");
        segment("s2", "rack2", "reserved_host", true, 0);
        segment("s3", "gone", "auto", true, 3);
    }

    @AfterEach
    void close() {
        trial.close();
    }

    private void sql(String statement, Object... values) {
        try (var database = Database.open(masakari.withPoolSize(2), "masakari")) {
            database.inTransaction(handle -> handle.execute(statement, values));
        }
    }

    private void segment(String id, String name, String method, boolean enabled, int deleted) {
        sql(
                "INSERT INTO failover_segments (uuid, name, service_type, enabled, description, recovery_method, deleted) "
                        + "VALUES (?, ?, 'compute', ?, 'by Masakari', ?, ?)",
                id,
                name,
                enabled,
                method,
                deleted);
    }

    private void host(String segment, String name, boolean reserved, int deleted) {
        sql(
                "INSERT INTO hosts (uuid, name, reserved, type, control_attributes, on_maintenance, failover_segment_id, "
                        + "deleted) VALUES (UUID(), ?, ?, 'COMPUTE', 'SSH', FALSE, ?, ?)",
                name,
                reserved,
                segment,
                deleted);
    }

    private String[] arguments(String... more) {
        String url =
                masakari.url().replace("jdbc:mariadb://", "mysql+pymysql://" + masakari.user() + "@") + "?charset=utf8";
        return Stream.concat(Stream.of("import-masakari", "--database", url, "-o"), Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void whatIsMissingIsCreatedOnceAndWhatWasDeletedThereIsNot() {
        trial.cloud.addHost("compute6");
        trial.cloud.addHost("compute7");
        host("s2", "compute6", false, 0);
        host("s2", "compute7", true, 0);
        host("s2", "compute8", false, 7);

        assertThat(terminal.output(arguments("value", "--dry-run")))
                .isEqualTo("create rack2 - \ncreate rack2 compute6 \ncreate rack2 compute7 \n");
        assertThat(terminal.output("segment", "list", "-o", "value", "-c", "name"))
                .doesNotContain("rack2");
        assertThat(terminal.output(arguments("value")))
                .isEqualTo("created rack2 - \ncreated rack2 compute6 \ncreated rack2 compute7 \n");
        assertThat(terminal.output(arguments("value")))
                .isEqualTo("same rack2 - \nsame rack2 compute6 \nsame rack2 compute7 \n");

        assertThat(terminal.output(
                        "segment", "list", "-o", "value", "-c", "name", "-c", "recovery_method", "-c", "description"))
                .contains("rack2 reserved_host by Masakari");
        assertThat(terminal.output("host", "list", "rack2", "-o", "value", "-c", "name", "-c", "reserved"))
                .contains("compute6 false\n", "compute7 true\n");
    }

    @Test
    void whatIsHereOtherwiseIsLeftAndSaid() {
        segment("s1", "rack1", "rh_priority", true, 0);
        host("s2", "compute1", false, 0);

        assertThat(terminal.run(arguments("value"))).isEqualTo(1);

        assertThat(terminal.out())
                .contains("differs rack1 - recovery_method is auto here and rh_priority in Masakari; description is")
                .contains("differs rack2 compute1 segment is rack1 here and rack2 in Masakari");
        assertThat(terminal.output("host", "list", "rack1", "-o", "value", "-c", "name"))
                .contains("compute1\n");
        assertThat(terminal.output("segment", "show", "rack1", "-o", "value", "-c", "recovery_method"))
                .isEqualTo("auto\n");
    }

    @Test
    void whatHasNoDescriptionThereHasNoneHere() {
        sql("UPDATE failover_segments SET description = NULL");

        assertThat(terminal.output(arguments("value"))).isEqualTo("created rack2 - \n");
        assertThat(terminal.output(arguments("value"))).isEqualTo("same rack2 - \n");
        assertThat(terminal.output("segment", "show", "rack2", "-o", "json")).contains("\"description\" : null");
        terminal.output("segment", "update", "rack2", "--description", "ours");
        assertThat(terminal.run(arguments("value"))).isEqualTo(1);
        assertThat(terminal.out()).isEqualTo("differs rack2 - description is ours here and none in Masakari\n");
    }

    @Test
    void aHostThatNovaDoesNotHaveIsRefusedAndTheRestIsCreated() {
        trial.cloud.addHost("compute6");
        host("s2", "nobody", false, 0);
        host("s2", "compute6", false, 0);

        assertThat(terminal.run(arguments("value"))).isEqualTo(1);

        assertThat(terminal.out()).contains("refused rack2 nobody ", "created rack2 compute6 ");
    }

    @Test
    void whatMasakariHasNotFinishedIsSaid() {
        sql(
                "INSERT INTO notifications (status, deleted) VALUES ('new', 0), ('running', 0), ('finished', 0), ('new', 1)");

        assertThat(terminal.output(arguments("table", "--dry-run")))
                .contains("2 notification(s) of Masakari are not finished");
    }

    @Test
    void anotherApiIsReadLikeADatabase() {
        assertThat(terminal.output("import-masakari", "--api", trial.url().toString(), "-o", "value"))
                .contains("same rack1 - ", "same rack1 compute1 ")
                .doesNotContain("create");
    }

    @Test
    void aMasakariThatIsOlderThanOurNewestVersionIsReadInItsOwn() throws IOException {
        HttpServer old = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        old.createContext("/", exchange -> {
            boolean isNamed =
                    !"instance-ha latest".equals(exchange.getRequestHeaders().getFirst("OpenStack-API-Version"));
            byte[] body = (isNamed
                            ? "{\"masakariFault\": {\"code\": 406, \"message\": \"Minimum is 1.0 and maximum is 1.2.\"}}"
                            : "{\"segments\": [], \"notifications\": []}")
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(isNamed ? 406 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        old.start();
        try {
            assertThat(terminal.run(
                            "import-masakari",
                            "--api",
                            "http://127.0.0.1:" + old.getAddress().getPort()))
                    .isZero();
        } finally {
            old.stop(0);
        }
    }

    @Test
    void anApiIsReadPageByPage() throws ApiFailure, InterruptedException {
        var client = new ApiClient(trial.url(), Map.of(), new SystemTime());

        assertThat(MasakariInventory.of(client, 2)).isEqualTo(MasakariInventory.of(client, 500));
        assertThat(MasakariInventory.of(client, 2).segments().get(0).hosts()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://masakari:se cret@db/masakari",
                "mysql+pymysql://masakari:se/cret@db/masakari",
                "mysql+pymysql://masakari:se cret@db/masakari",
                "mysql+pymysql://db/masakari",
                "mysql+pymysql://masakari:secret@db",
                "masakari"
            })
    void aUrlThatCannotBeUsedIsRefusedWithoutShowingWhatMayBeAPassword(String url) {
        assertThat(terminal.run("import-masakari", "--database", url)).isEqualTo(2);
        assertThat(terminal.err())
                .contains("--database: expected mysql+pymysql://USER:PASSWORD@HOST/DATABASE")
                .doesNotContain("cret@");
    }

    @Test
    void aUrlWithoutAPasswordNeedsOneFromTheEnvironment() {
        assertThatThrownBy(() -> MasakariDatabase.at("mysql+pymysql://masakari@db/masakari", Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MASAKARI_DB_PASSWORD");
    }

    @Test
    void exactlyOneSourceIsNamed() {
        assertThat(terminal.run("import-masakari")).isEqualTo(2);
        assertThat(terminal.run("import-masakari", "--api", "http://a", "--database", "mysql://a@b/c"))
                .isEqualTo(2);
    }
}
