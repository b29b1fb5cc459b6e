// SPDX-License-Identifier: Apache-2.0
package io.migawari.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24,   192.0.2.255,    true",
        "192.0.2.0/24,   192.0.3.0,      false",
        "192.0.2.128/25, 192.0.2.127,    false",
        "192.0.2.128/25, 192.0.2.128,    true",
        "192.0.2.7,      192.0.2.7,      true",
        "192.0.2.7,      192.0.2.6,      false",
        "0.0.0.0/0,      203.0.113.9,    true",
        "0.0.0.0/0,      ::1,            false",
        "2001:db8::/64,  2001:db8::9,    true",
        "2001:db8::/64,  2001:db8:0:1::, false",
        "127.0.0.0/8,    127.0.0.1,      true",
    })
    void anAddressIsInANetworkIfTheyBeginAlike(String network, String address, boolean isIn) {
        assertThat(Network.parse(network).orElseThrow().contains(address)).isEqualTo(isIn);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "compute1",
                "192.0.2.1/24",
                "192.0.2.0/33",
                "192.0.2/24",
                "192.0.2.256",
                "2001:db8::1/64",
                "::/129",
                "10.1",
                "/8",
                "1.2.3.4/",
                "::g"
            })
    void whatIsNoNetworkIsNone(String text) {
        assertThat(Network.parse(text)).isEmpty();
    }
}
