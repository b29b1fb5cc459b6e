// SPDX-License-Identifier: Apache-2.0
package io.migawari.instancemonitor.libvirt;

import io.migawari.instancemonitor.domain.Domain;
import io.migawari.instancemonitor.domain.Happening;
import io.migawari.instancemonitor.domain.Hypervisor;
import io.migawari.instancemonitor.domain.Sighting;
import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libvirt, through a read-only connection that is made anew whenever it ends, as fast as libvirt is back. Used by the watching
 * thread; what may hang runs on {@code libvirt-calls}, and libvirt calls back on {@code libvirt-events}.
 */
public final class LibvirtHypervisor implements Hypervisor, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LibvirtHypervisor.class);

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    /** How often the connection is looked after at least, and how often while there is none. */
    private static final Duration GLANCE = Duration.ofMillis(500);

    private static final Duration QUICK_GLANCE = Duration.ofMillis(50);

    /**
     * @param keepAlive how often libvirt is asked for a sign of life
     * @param keepAliveCount how many signs of life it may owe
     * @param callTimeout how long it may take to answer
     */
    public record Settings(String uri, Duration keepAlive, int keepAliveCount, Duration callTimeout) {}

    private final Settings settings;
    private final Time time;
    private final EventLoop loop;
    private final EventQueue queue = new EventQueue();
    private final PatientCalls calls = new PatientCalls();
    private Optional<Connection> connection = Optional.empty();
    private @Nullable Future<Connection> opening;
    private Deadline nextTry;
    private volatile Optional<String> trouble = Optional.of("there is no connection to libvirt yet");

    /** @throws IOException if libvirt's library is not there; a daemon that is not there is waited for */
    public LibvirtHypervisor(Settings settings, Time time) throws IOException {
        this.settings = settings;
        this.time = time;
        this.loop = EventLoop.start(time);
        this.nextTry = time.deadlineAfter(Duration.ZERO);
    }

    @Override
    public Optional<Happening> next(Duration most) throws InterruptedException {
        Deadline end = time.deadlineAfter(most);
        while (true) {
            lookAfterConnection();
            Duration glance = connection.isPresent() ? GLANCE : QUICK_GLANCE;
            Duration left = end.left();
            Optional<Happening> happening = queue.take(left.compareTo(glance) < 0 ? left : glance);
            if (happening.isPresent() || end.isPast()) {
                return happening;
            }
        }
    }

    private void lookAfterConnection() throws InterruptedException {
        connection.flatMap(Connection::end).ifPresent(this::lose);
        if (connection.isPresent()) {
            return;
        }
        if (opening == null) {
            if (nextTry.isPast() && !calls.isBusy()) {
                opening = calls.start(() -> Connection.open(
                        settings.uri(),
                        queue.callbacks(),
                        (int) Math.max(1, settings.keepAlive().toSeconds()),
                        settings.keepAliveCount()));
                nextTry = time.deadlineAfter(BETWEEN_TRIES);
            }
        } else if (opening.isDone()) {
            finishOpening(opening);
            opening = null;
        }
    }

    private void finishOpening(Future<Connection> done) throws InterruptedException {
        try {
            connection = Optional.of(done.get());
            trouble = Optional.empty();
            queue.put(new Happening.Connected());
        } catch (ExecutionException e) {
            setTrouble(String.valueOf(PatientCalls.failure(e).getMessage()));
        }
    }

    private void lose(String why) {
        connection.ifPresent(lost -> calls.begin(lost::close));
        connection = Optional.empty();
        nextTry = time.deadlineAfter(Duration.ZERO);
        setTrouble(why);
        queue.put(new Happening.Disconnected(why));
    }

    private void setTrouble(String words) {
        if (!trouble.equals(Optional.of(words))) {
            log.atWarn().log("libvirt cannot be watched: {}", words);
        }
        trouble = Optional.of(words);
    }

    @Override
    public Sighting look() throws InterruptedException {
        if (connection.isEmpty()) {
            return new Sighting.CannotSee(trouble.orElse("there is no connection to libvirt"));
        }
        try {
            return new Sighting.Domains(calls.within(settings.callTimeout(), connection.get()::domains));
        } catch (IOException e) {
            return new Sighting.CannotSee(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Optional<Boolean> isNovas(Domain domain) throws InterruptedException {
        if (connection.isEmpty()) {
            return Optional.empty();
        }
        Connection asked = connection.get();
        try {
            return Optional.of(calls.within(settings.callTimeout(), () -> asked.isNovas(domain.uuid())));
        } catch (IOException e) {
            log.atDebug().addKeyValue("domain", domain.name()).log("Not known whose it is: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether libvirt's event loop turns; if it does not, nothing but a new process helps. Safe for any thread. */
    public boolean isTurning() {
        return loop.trouble().isEmpty();
    }

    @Override
    public Optional<String> trouble() {
        return trouble.or(loop::trouble);
    }

    @Override
    public void close() {
        connection.ifPresent(open -> calls.begin(open::close));
        connection = Optional.empty();
        calls.stop();
    }
}
