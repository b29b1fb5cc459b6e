// SPDX-License-Identifier: Apache-2.0
package io.migawari.logging.syslog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.migawari.time.ManualTime;
import io.migawari.time.SystemTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SyslogSenderTest {

    private final ManualTime time = new ManualTime(Instant.EPOCH);
    private final List<String> received = new ArrayList<>();
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(SyslogSender.class);
    private boolean serverIsThere = true;
    private boolean serverHasGone;
    private int connections;

    private final SyslogSender sender = new SyslogSender("udp://log:514", this::open, 20, time);

    @BeforeEach
    void listen() {
        said.start();
        logger.addAppender(said);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(said);
    }

    private Channel open() throws IOException {
        if (!serverIsThere) {
            throw new IOException("refused");
        }
        connections++;
        serverHasGone = false;
        return new Channel() {
            @Override
            public void send(byte[] message) throws IOException {
                if (!serverIsThere) {
                    throw new IOException("broken");
                }
                if (!serverHasGone) { // otherwise the network takes it, and nobody gets it
                    received.add(new String(message, UTF_8));
                }
            }

            @Override
            public boolean isOpen() {
                return !serverHasGone;
            }

            @Override
            public void close() {}
        };
    }

    private void offer(String... messages) {
        for (String message : messages) {
            sender.offer(message.getBytes(UTF_8));
        }
    }

    private List<String> said() {
        return said.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage() + " " + line.getKeyValuePairs())
                .toList();
    }

    @Test
    void messagesArriveInTheirOrderOverOneConnection() {
        offer("one", "two", "three");

        assertThat(sender.carry(true)).isTrue();
        assertThat(sender.carry(false)).isTrue();
        assertThat(sender.carry(false)).isTrue();

        assertThat(received).containsExactly("one", "two", "three");
        assertThat(connections).isEqualTo(1);
        assertThat(said()).isEmpty();
    }

    @Test
    void whatAServerThatIsAwayDoesNotTakeWaitsForItAndIsToldOnce() {
        offer("one");
        sender.carry(true);
        serverIsThere = false;
        offer("two", "three");

        assertThat(sender.carry(false)).isFalse();
        assertThat(sender.carry(false)).isFalse();
        assertThat(said())
                .containsExactly(
                        "WARN The syslog server does not take lines, which wait now: java.io.IOException: broken "
                                + "[server=\"udp://log:514\"]");
        serverIsThere = true;
        sender.carry(false);
        sender.carry(false);

        assertThat(received).containsExactly("one", "two", "three");
        assertThat(said()).hasSize(2).last().asString().startsWith("INFO The syslog server takes lines again");
    }

    @Test
    void whatFindsNoRoomIsCountedAndToldWhenTheRestIsThere() {
        serverIsThere = false;
        offer("0123456789", "012345678");
        sender.carry(true);
        offer("lost", "lost, too", ".");
        serverIsThere = true;
        sender.carry(false);
        assertThat(said()).hasSize(2);
        sender.carry(false);
        sender.carry(false);

        assertThat(received).containsExactly("0123456789", "012345678", ".");
        assertThat(said())
                .last()
                .asString()
                .startsWith("WARN Log lines were lost: more came than the syslog server took")
                .contains("lines=\"2\"");
    }

    @Test
    void whatWasTakenLeavesRoomForWhatComesNext() {
        for (int message = 1; message <= 3; message++) { // of which two would find room at once
            offer("0123456789");
            sender.carry(true);
        }

        assertThat(received).hasSize(3);
        assertThat(said()).isEmpty();
    }

    @Test
    void aServerThatHasGoneWithoutAWordIsNoticedBeforeTheNextMessage() {
        offer("one");
        sender.carry(true);
        serverHasGone = true;
        offer("two");
        sender.carry(true);

        assertThat(received).containsExactly("one", "two");
        assertThat(connections).isEqualTo(2);
    }

    @Test
    void aServerThatTakesNothingHoldsNobodyUpAndIsGivenUp() throws Exception {
        var isSending = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        var hung = new SyslogSender(
                "tls://log:6514",
                () -> new Channel() {
                    @Override
                    public void send(byte[] message) throws IOException {
                        isSending.countDown();
                        try {
                            closed.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        throw new IOException("closed meanwhile");
                    }

                    @Override
                    public boolean isOpen() {
                        return true;
                    }

                    @Override
                    public void close() {
                        closed.countDown();
                    }
                },
                100,
                time);
        hung.offer("one".getBytes(UTF_8));
        var carrier = new Thread(() -> hung.carry(true));
        carrier.start();
        isSending.await();

        hung.offer("two".getBytes(UTF_8));
        assertThat(closed.getCount()).isEqualTo(1);
        time.advance(Duration.ofSeconds(31));
        hung.offer("three".getBytes(UTF_8));
        carrier.join();

        assertThat(closed.getCount()).isZero();
        assertThat(hung.waiting()).isEqualTo(3);
    }

    @Test
    void whatIsQueuedIsSentBeforeTheEndAndAnAbsentServerIsNotWaitedFor() throws Exception {
        try (var running = new SyslogSender("udp://log:514", this::open, 1_000, new SystemTime())) {
            for (int i = 0; i < 100; i++) {
                running.offer(("" + i).getBytes(UTF_8));
            }
            running.start();
            running.flush(Duration.ofMinutes(1));
            assertThat(received).hasSize(100);

            serverIsThere = false;
            running.offer("lost".getBytes(UTF_8));
            running.flush(Duration.ofDays(1));
            assertThat(running.waiting()).isEqualTo(1);
        }
    }
}
