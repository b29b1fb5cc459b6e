// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdentityTest {

    private static final UUID MAINBOARD = UUID.fromString("4c4c4544-0043-3210-8058-b4c04f333933");

    private static Set<UUID> meanings(String bytes) {
        return ((Identity.Told) IpmiIdentity.of(HexFormat.of().parseHex(bytes))).meanings();
    }

    @Test
    void theBytesOfAGuidAreTakenInEachOrderThatMakersSendThemIn() {
        assertThat(meanings("44454c4c430010328058b4c04f333933")).contains(MAINBOARD); // SMBIOS
        assertThat(meanings("4c4c4544004332108058b4c04f333933")).contains(MAINBOARD); // RFC 4122
        assertThat(meanings("3339334fc0b4588010324300" + "44454c4c")).contains(MAINBOARD); // IPMI
        assertThat(meanings("44454c4c430010328058b4c04f333934")).doesNotContain(MAINBOARD);
    }

    @Test
    void whatAMakerSaysOfEveryBoardSaysNothing() {
        assertThat(IpmiIdentity.of(new byte[16])).isInstanceOf(Identity.Nothing.class);
        assertThat(IpmiIdentity.of(HexFormat.of().parseHex("ff".repeat(16)))).isInstanceOf(Identity.Nothing.class);
        assertThat(Identity.of(UUID.fromString("03000200-0400-0500-0006-000700080009")))
                .isInstanceOf(Identity.Nothing.class);
    }
}
