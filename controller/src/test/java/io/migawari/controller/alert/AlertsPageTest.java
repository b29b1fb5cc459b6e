// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.config.BodyTemplate;
import io.migawari.controller.GeneratedPart;
import io.migawari.controller.model.Alert;
import io.migawari.controller.model.Gate;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.IncidentId;
import io.migawari.controller.store.AlertMessage;
import io.migawari.controller.store.RaisedAlert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/alerts.md says about messages. */
class AlertsPageTest {

    @Test
    void theExampleIsWhatIsSent() throws IOException {
        var alert = new Alert(
                "about",
                Alert.Kind.WAITING,
                Alert.Severity.CRITICAL,
                Optional.of(IncidentId.parse("0b9c2f0e-6f5c-4a9f-9a4e-2d9b3f6f1c11")),
                Optional.of(new HostName("compute1")),
                Optional.of("rack1"),
                Optional.of(Gate.Kind.NO_PROOF),
                "compute1 is reported as stopped, and nothing proves that it is off",
                "make sure that the host is off, then run: migawari incident confirm-dead "
                        + "0b9c2f0e-6f5c-4a9f-9a4e-2d9b3f6f1c11 --reason TEXT");
        Instant at = Instant.parse("2026-11-21T03:00:07.250Z");
        var raised = new RaisedAlert(alert.idSince(at), alert, at, Optional.empty(), Optional.empty(), List.of());
        var message = new AlertMessage(
                1, UUID.fromString("5d1f7a52-58b7-3c3e-8f0a-7d0f4a1f7f10"), RaisedAlert.Event.RAISED, at, 1, raised);

        GeneratedPart.check(
                "alerts.md",
                "example",
                "```json\n"
                        + new ObjectMapper()
                                .readTree(AlertBody.of(message, Optional.empty()))
                                .toPrettyString() + "\n```\n");
    }

    @Test
    void everyFieldMayStandInATemplate() throws IOException {
        List<String> named = new ArrayList<>(List.of("raised", "resolved"));
        new ObjectMapper()
                .readTree(AlertBody.ofTest("c1", Instant.EPOCH, Optional.empty()))
                .fieldNames()
                .forEachRemaining(named::add);

        assertThat(BodyTemplate.FIELDS).containsExactlyInAnyOrderElementsOf(named);
        assertThat(AlertBody.ofTest(
                        "c1",
                        Instant.EPOCH,
                        Optional.of(BodyTemplate.of(
                                "{\"text\": \"{{#raised}}[{{severity}}] {{/raised}}{{message}}\"}",
                                "application/json"))))
                .isEqualTo("{\"text\": \"[warning] This is only a test, from the controller c1\"}");
    }

    @Test
    void everyTemplateOnThePageIsOne() throws IOException {
        var blocks = Pattern.compile("content-type: (\\S+)\n +body: [|>]-?\n((?: +.*\n)+)")
                .matcher(Files.readString(Path.of("../docs/alerts.md")))
                .results()
                .toList();

        assertThat(blocks).hasSizeGreaterThan(1);
        blocks.forEach(block -> BodyTemplate.of(block.group(2).replaceAll("(?m)^ +", ""), block.group(1)));
    }

    @Test
    void everyKindIsOnThePage() throws IOException {
        String page = Files.readString(Path.of("../docs/alerts.md"));

        for (Alert.Kind kind : Alert.Kind.values()) {
            assertThat(page).contains("| `" + kind.name().toLowerCase(Locale.ROOT) + "` |");
        }
    }

    @Test
    void aReceiverThatIsBackHearsSoon() {
        assertThat(AlertCourier.pause(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(AlertCourier.pause(4)).isEqualTo(Duration.ofSeconds(8));
        assertThat(AlertCourier.pause(6)).isEqualTo(Duration.ofSeconds(30));
        assertThat(AlertCourier.pause(1_000_000)).isEqualTo(Duration.ofSeconds(30));
    }
}
