// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.ops;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Nova now and then whether it would answer, so that a wrong password or a moved endpoint is known before the night in
 * which it matters. Its thread is {@code cloud-watch}; the state may be read by any.
 */
public final class CloudWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CloudWatch.class);

    private static final String ANSWERS = "answers";
    private static final Duration EVERY = Duration.ofSeconds(30);

    /** @param words "answers", or what is wrong */
    public record State(String words, Optional<Instant> lastAnswerAt) {

        public boolean answers() {
            return words.equals(ANSWERS);
        }
    }

    private final Cloud cloud;
    private final Duration patience;
    private final Time time;
    private final Thread thread = new Thread(this::run, "cloud-watch");
    private volatile State state = new State("not asked yet", Optional.empty());

    public CloudWatch(Cloud cloud, Duration patience, Time time) {
        this.cloud = cloud;
        this.patience = patience;
        this.time = time;
    }

    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    public State state() {
        return state;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look();
                time.sleep(EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    void look() throws InterruptedException {
        State before = state;
        try {
            int hosts = cloud.computeServices(patience).size();
            state = new State(ANSWERS, Optional.of(time.now()));
            if (!before.words().equals(state.words())) {
                log.atInfo().addKeyValue("hosts", hosts).log("Nova answers");
            }
        } catch (CloudException e) {
            state = new State(e.words(), before.lastAnswerAt());
            if (!before.words().equals(state.words())) {
                log.atWarn().log("Nova does not answer as it should: {}", e.words());
            }
        } catch (RuntimeException | Error e) {
            log.atError().setCause(e).log("Asking Nova failed by a mistake of ours");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
