// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.spool;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.migawari.monitor.controller.ControllerClient;
import io.migawari.monitor.controller.Outcome;
import io.migawari.monitor.controller.Settings;
import io.migawari.monitor.controller.UnwellController;
import io.migawari.monitor.notification.Notification;
import io.migawari.time.Deadline;
import io.migawari.time.ManualTime;
import io.migawari.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.slf4j.LoggerFactory;

/**
 * What a monitor's process has between its watching and the controller, in virtual time: the spool on a real disk, the
 * courier's steps, and the client that speaks HTTP. For tests of whole monitors.
 */
public final class WayToController implements AutoCloseable {

    /** How long a silent controller is really waited for; in virtual time it is the call's time-out. */
    private static final Duration PATIENCE = Duration.ofMillis(30);

    private final Path directory;
    private final UnwellController controller;
    private final ManualTime time;
    private final Random random = new Random(1);
    private final Logger courierLog = (Logger) LoggerFactory.getLogger(Courier.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Spool spool;
    private ToldFacts told;
    private Courier courier;

    public WayToController(Path directory, UnwellController controller, ManualTime time) throws IOException {
        this.directory = directory;
        this.controller = controller;
        this.time = time;
        log.start();
        courierLog.addAppender(log);
        courierLog.setLevel(Level.WARN); // tests are silent otherwise
        begin();
    }

    private void begin() throws IOException {
        var settings = Settings.signedIn(controller.keystone(), controller.url(), directory);
        var client = new ControllerClient(settings, new Time() {
            @Override
            public Instant now() {
                return time.now();
            }

            @Override
            public long nanos() {
                return time.nanos();
            }

            @Override
            public void sleep(Duration duration) {
                throw new AssertionError("the client never sleeps");
            }

            @Override
            public Deadline deadlineAfter(Duration duration) {
                return time.deadlineAfter(controller.hangs() ? PATIENCE : duration);
            }
        });
        spool = Spool.open(settings.spool());
        told = ToldFacts.beside(spool);
        courier = new Courier(
                spool,
                notification -> {
                    boolean waits = controller.hangs();
                    Outcome outcome = client.deliver(notification);
                    if (waits) {
                        time.advance(Settings.CALL_TIMEOUT);
                    }
                    return outcome;
                },
                settings.controller().longestPause(),
                random,
                time);
    }

    /** The process ends where it stands, and another one takes its place. */
    public void anotherProcess() throws IOException {
        spool.close(); // which gives up the directory, as the end of a process does, and writes nothing
        begin();
    }

    public ToldFacts told() {
        return told;
    }

    public void report(Notification notification) {
        spool.append(notification);
    }

    /** What the courier has to do by now. */
    public void deliver() {
        Duration pause = Duration.ZERO;
        while (pause.isZero()) {
            pause = courier.step();
        }
    }

    /** What was said in the log at the level of a warning or above. */
    public List<String> warnings() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** The notifications that are on disk, and those that were set aside. */
    public List<String> files() {
        try (var all = Files.walk(directory)) {
            return all.map(file -> directory.relativize(file).toString())
                    .filter(name -> name.matches(".*\\d{19}-.*"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        courierLog.detachAppender(log);
        courierLog.setLevel(null);
        spool.close();
    }
}
