// SPDX-License-Identifier: Apache-2.0
package io.migawari.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HangupTest {

    @Test
    void aHangupSignalIsHandledAndTheProcessLivesOn() throws Exception {
        var reloaded = new CountDownLatch(1);
        Hangup.handle(reloaded::countDown);
        new ProcessBuilder("kill", "-HUP", Long.toString(ProcessHandle.current().pid()))
                .start()
                .waitFor();

        assertThat(reloaded.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
