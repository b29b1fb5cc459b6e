// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.migawari.config.ApiSettings.OldMonitors;
import io.migawari.controller.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The description of the API: whole, no more than there is, and the one that is served. What is answered is held against it by {@link Trial}. */
class OpenApiTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void theDocumentIsUpToDate() throws IOException {
        Path file = Path.of("../docs/openapi.json");
        String document = AsDescribed.DOCUMENT.toPrettyString() + "\n";
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(file, document);
        }

        assertThat(Files.readString(file))
                .as("docs/openapi.json; rewrite it with -Ddocs.update=true")
                .isEqualTo(document);
    }

    @Test
    void theDocumentIsServedToAnybody() throws IOException {
        try (Trial trial = Trial.withSignIn()) {
            var answer = trial.send("GET", "/migawari/v1/openapi", "");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(MAPPER.readTree(answer.body())).isEqualTo(AsDescribed.DOCUMENT);
        }
    }

    @Test
    void everyRouteIsDescribedAndEverythingDescribedIsARoute() {
        Set<String> routes = EveryResource.router().policies().stream()
                .map(policy -> policy.method() + " " + policy.template())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> inTheDocument = new TreeSet<>();
        AsDescribed.DOCUMENT
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> inTheDocument.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));

        assertThat(inTheDocument).isEqualTo(routes);
        routes.add("POST /"); // where it is switched on
        assertThat(OpenApi.described(EveryResource.ALL)).isEqualTo(routes);
    }

    @Test
    void whatIsSwitchedOffIsDescribedOnlyWhereItIsOn() {
        var router = new Router();
        var old = new OldMonitorsResource(Optional.of(new OldMonitors(List.of(), false, ZoneOffset.UTC)), null);
        old.addTo(router);

        assertThat(OpenApi.of(router, List.of(old))
                        .at("/paths/~1/post/responses/403")
                        .isObject())
                .isTrue();
    }

    @Test
    void aRouteThatNothingDescribesIsAMistake() {
        Router router = EveryResource.router().add("GET", "/migawari/v1/news", Router.Access.LOOK, call -> null);

        assertThatThrownBy(() -> OpenApi.of(router, EveryResource.ALL))
                .hasMessage("GET /migawari/v1/news is a route, and nothing describes it");
    }

    @Test
    void everythingThatIsReferredToIsThere() {
        List<JsonNode> references = AsDescribed.DOCUMENT.findValues("$ref");

        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(AsDescribed.DOCUMENT
                                .at(reference.asText().substring(1))
                                .isMissingNode())
                        .as(reference.asText())
                        .isFalse());
    }
}
