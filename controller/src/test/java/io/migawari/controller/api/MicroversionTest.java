// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which version of Masakari's API a header asks for. */
class MicroversionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "instance-ha 1.0 | 1.0",
                "instance-ha 1.1 | 1.1",
                "instance-ha 1.3 | 1.3",
                "instance-ha   1.2 | 1.2",
                "INSTANCE-HA 1.2 | 1.2",
                "instance-ha latest | 1.3",
                "compute 2.1, instance-ha 1.2 | 1.2",
                "instance-ha 1.2,compute 9.9 | 1.2",
                "instance-ha 1.1, instance-ha 1.2 | 1.2",
                "masakari 1.2 | 1.0",
                "compute 2.1 | 1.0",
                "instance-ha | 1.0",
                "1.2 | 1.0",
                "'' | 1.0",
            })
    void isTheLastOneThatTheHeaderAsksOfThisService(String header, String version) throws ApiException {
        assertThat(Microversion.of(List.of(header)).toString()).isEqualTo(version);
        assertThat(Microversion.label(List.of(header))).isEqualTo("instance-ha " + version);
    }

    @Test
    void isTheOldestIfNobodyAsks() throws ApiException {
        assertThat(Microversion.of(List.of())).isEqualTo(Microversion.OLDEST);
        assertThat(Microversion.of(List.of("instance-ha 1.2", "compute 2.1"))).isEqualTo(new Microversion(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1", "abc", "1.02", "1.2.3", "-1.0", "1.1 1.2", "0.9", "01.2", "LATEST", "1.", ".2", "1.٢", "1.2;"
            })
    void isRefusedIfItIsNone(String version) {
        assertThatThrownBy(() -> Microversion.of(List.of("instance-ha " + version)))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(400))
                .hasMessage("API Version String " + version
                        + " is of invalid format. Must be of format MajorNum.MinorNum.");
        assertThat(Microversion.label(List.of("instance-ha " + version))).isEqualTo("instance-ha 1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.4", "2.0", "10.0", "1.10", "1.99999999999999999999999999", "99999999999999999999.0"})
    void isNotAcceptableIfWeDoNotSpeakIt(String version) {
        assertThatThrownBy(() -> Microversion.of(List.of("instance-ha " + version)))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(406))
                .hasMessage("Version " + version + " is not supported by the API. Minimum is 1.0 and maximum is 1.3.");
    }

    @Test
    void appliesToMasakarisApiOnly() {
        assertThat(Microversion.appliesTo("/v1")).isTrue();
        assertThat(Microversion.appliesTo("/v1/segments/{segment}")).isTrue();
        assertThat(Microversion.appliesTo("/")).isFalse();
        assertThat(Microversion.appliesTo("/v10")).isFalse();
        assertThat(Microversion.appliesTo("/migawari/v1")).isFalse();
    }
}
