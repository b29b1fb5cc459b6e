// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SectionTest {

    private static List<String> strings(String text) {
        return YamlFile.readText("s.yaml", text, Map.of(), section -> section.strings("hosts"));
    }

    @Test
    void aListOfValuesIsReadInItsOrderAndOneValueAloneIsAList() {
        assertThat(strings("hosts: [b, a, 7]")).containsExactly("b", "a", "7");
        assertThat(strings("hosts:\n- b\n- a\n")).containsExactly("b", "a");
        assertThat(strings("hosts: b")).containsExactly("b");
        assertThat(strings("hosts: []")).isEmpty();
        assertThat(strings("hosts:")).isEmpty();
        assertThat(strings("")).isEmpty();
    }

    @Test
    void whatIsNoListOfValuesIsNamedWithItsLine() {
        assertThatThrownBy(() -> strings("# names\nhosts: [a, [b]]"))
                .hasMessage("s.yaml:2: hosts: expected a list of single values");
        assertThatThrownBy(() -> strings("hosts: {a: b}"))
                .hasMessageStartingWith("s.yaml:1: hosts: expected a single value");
        assertThatThrownBy(() -> strings("hosts: [a, null]")).hasMessageContaining("expected a list of single values");
    }
}
