// SPDX-License-Identifier: Apache-2.0
package io.migawari.monitor.life;

import io.migawari.time.Deadline;
import io.migawari.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the controller knows this host by the name under which a monitor reports about it; every report about another
 * name would be refused. Asked at the start, where a wrong name is an error, and later if nobody answers in time then, for
 * no watching waits for a controller that is away; a wrong name is then an alarm.
 */
public final class OwnName implements Vitals.Source {

    private static final Logger log = LoggerFactory.getLogger(OwnName.class);

    /** How long a start is held up by a controller that does not answer. */
    private static final Duration MOST_AT_START = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** What is asked. */
    @FunctionalInterface
    public interface Registry {
        Set<String> hosts() throws IOException;
    }

    /** What it means at the start if the controller does not know this host; the setting unknown-to-controller. */
    public enum Unknown {
        /** Do not start. */
        REFUSE,
        /** Say so, and start. */
        WARN
    }

    private final String host;
    private final Registry registry;
    private final Time time;
    private final Duration mostAtStart;
    private CompletableFuture<List<String>> asking = CompletableFuture.completedFuture(List.of());
    private boolean done;
    private boolean saidUnanswered;
    private Deadline next;
    private volatile List<String> problems = List.of();

    public OwnName(String host, Registry registry, Time time) {
        this(host, registry, MOST_AT_START, time);
    }

    OwnName(String host, Registry registry, Duration mostAtStart, Time time) {
        this.host = host;
        this.registry = registry;
        this.mostAtStart = mostAtStart;
        this.time = time;
        this.next = time.deadlineAfter(PAUSE);
    }

    /**
     * Says what is wrong with the name; nothing, too, if that could not be learnt in time.
     *
     * @throws IOException if something is, and it means that the monitor shall not start
     */
    public void checkAtStart(Unknown meaning) throws IOException, InterruptedException {
        List<String> found = atStart();
        if (!found.isEmpty() && meaning == Unknown.REFUSE) {
            throw new IOException(String.join("; ", found) + " (unknown-to-controller: refuse)");
        }
        found.forEach(problem -> log.atError().log("The name does not fit: {}", problem));
    }

    List<String> atStart() throws InterruptedException {
        ask();
        try {
            asking.get(mostAtStart.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // take() says so
        }
        if (!take() && !asking.isDone()) {
            log.atInfo().log("The controller has not answered yet whether it knows {}", host);
        }
        return problems;
    }

    /** Asks again now and then until there was an answer; to be called by the loop that does the work. Never waits. */
    public void again() {
        if (!done && take()) {
            problems.forEach(problem -> log.atError().log("The name does not fit: {}", problem));
        }
        if (!done && asking.isDone() && next.isPast()) {
            ask();
        }
    }

    private void ask() {
        next = time.deadlineAfter(PAUSE);
        asking = new CompletableFuture<>();
        CompletableFuture<List<String>> answer = asking;
        var thread = new Thread(
                () -> {
                    try {
                        answer.complete(problemsWith(registry.hosts()));
                    } catch (IOException | RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "own-name");
        thread.setDaemon(true);
        thread.start();
    }

    private boolean take() {
        if (!asking.isDone()) {
            return false;
        }
        try {
            problems = asking.join();
            done = true;
        } catch (RuntimeException e) {
            if (!saidUnanswered) {
                log.atWarn()
                        .log(
                                "The controller cannot be asked whether it knows {}, and is asked later: {}",
                                host,
                                e.getCause() == null
                                        ? e.toString()
                                        : e.getCause().getMessage());
            }
            saidUnanswered = true;
        }
        return done;
    }

    private List<String> problemsWith(Set<String> known) {
        if (known.contains(host)) {
            return List.of();
        }
        String alike = known.stream()
                .filter(name -> shortened(name).equalsIgnoreCase(shortened(host)))
                .collect(Collectors.joining(", "));
        return List.of("the controller does not know a host " + host + " and will refuse what is reported about it"
                + (alike.isEmpty() ? "; add it to a segment, or set host to Nova's name of it" : "; it knows " + alike)
                + (known.isEmpty() ? " (it knows no host at all)" : ""));
    }

    private static String shortened(String name) {
        return name.replaceFirst("\\..*", "");
    }

    @Override
    public Vitals vitals() {
        return new Vitals(problems, Map.of(), List.of());
    }
}
