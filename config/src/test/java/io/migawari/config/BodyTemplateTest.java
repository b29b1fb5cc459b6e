// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyTemplateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "application/json                  | {\"t\": \"{{text}}\"} | {\"t\": \"a \\\"b\\\" <c> & ü\"}",
                "application/vnd.x+json            | {\"t\": \"{{text}}\"} | {\"t\": \"a \\\"b\\\" <c> & ü\"}",
                "application/x-www-form-urlencoded | t={{text}}          | t=a+%22b%22+%3Cc%3E+%26+%C3%BC",
                "text/html; charset=utf-8          | <p>{{text}}</p>     | <p>a &quot;b&quot; &lt;c&gt; &amp; ü</p>",
                "text/plain                        | {{text}}            | a \"b\" <c> & ü",
            })
    void valuesAreEscapedAsTheTypeNeedsIt(String type, String template, String body) {
        assertThat(BodyTemplate.of(template, type).fill(Map.of("text", "a \"b\" <c> & ü")))
                .isEqualTo(body);
    }

    @Test
    void aLineBreakBreaksNoJson() {
        assertThat(BodyTemplate.of("[\"{{text}}\"]", "application/json").fill(Map.of("text", "a\nb")))
                .isEqualTo("[\"a\\nb\"]");
    }

    @Test
    void whatMeansNothingIsEmptyAndFalse() {
        var template =
                BodyTemplate.of("{{severity}}{{#host}} on {{host}}{{/host}}{{^host}}, no host{{/host}}", "text/plain");

        assertThat(template.fill(Map.of("severity", "critical", "host", "compute1")))
                .isEqualTo("critical on compute1");
        assertThat(template.fill(Map.of("severity", "critical"))).isEqualTo("critical, no host");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"t\": \"{{colour}}\"}          | colour",
                "{{#resolved}}{{colour}}{{/resolved}} | colour",
                "{{#colour}}x{{/colour}}          | colour",
                "{\"t\": \"{{text}}\"             | no JSON",
                "{\"t\": \"{{{text}}}\"}          | no JSON",
                "{\"t\": {{severity}}}            | no JSON",
                "{{#text}}                        | text",
                "~~                               | it makes no JSON, but nothing",
            })
    void whatIsNoTemplateIsRefusedBeforeItIsNeeded(String source, String words) {
        assertThatThrownBy(() -> BodyTemplate.of(source, "application/json"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }
}
