// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.migawari.config.Durations;
import io.migawari.simulate.seed.PlayedSeed;
import io.migawari.simulate.seed.Seeds;
import io.migawari.time.Time;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code migawari simulate --seeds}: many seeds, and what was broken in which. */
final class SeedsRun {

    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(2);

    private final Seeds seeds;
    private final Time time;
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean forPeople;
    private final List<PlayedSeed> failed = new ArrayList<>();
    private final long begun;
    private long played;
    private long toldAt;

    SeedsRun(Seeds seeds, Time time, PrintWriter out, PrintWriter err, boolean forPeople) {
        this.seeds = seeds;
        this.time = time;
        this.out = out;
        this.err = err;
        this.forPeople = forPeople;
        this.begun = time.nanos();
        this.toldAt = begun;
    }

    int run(int threads) throws InterruptedException, JsonProcessingException {
        seeds.play(threads, incidents -> incidents, this::note);
        failed.sort(Comparator.comparingLong(one -> one.seed().number()));
        if (forPeople) {
            out.println(played + (played == 1 ? " seed" : " seeds") + " from " + seeds.from() + " on, in "
                    + Durations.format(Duration.ofSeconds(Math.max(1, lasted().toSeconds()))) + ": "
                    + (failed.isEmpty() ? "all held" : failed.size() + " failed"));
        } else {
            out.println(json());
        }
        return failed.isEmpty() ? 0 : 1;
    }

    private Duration lasted() {
        return Duration.ofNanos(time.nanos() - begun);
    }

    private void note(PlayedSeed one) {
        played++;
        if (!one.isGood()) {
            failed.add(one);
            if (forPeople) {
                long number = one.seed().number();
                out.println("Seed " + number + " failed; its story: migawari simulate --seed " + number);
                one.broken().forEach(line -> out.println("  " + line));
                out.flush();
            }
        }
        if (time.nanos() - toldAt >= PROGRESS_EVERY.toNanos()) {
            toldAt = time.nanos();
            Duration left = lasted().multipliedBy(seeds.count() - played).dividedBy(played);
            err.println(played + " of " + seeds.count() + " seeds, " + failed.size() + " failed, about "
                    + Durations.format(Duration.ofSeconds(Math.max(1, left.toSeconds()))) + " to go");
            err.flush();
        }
    }

    private String json() throws JsonProcessingException {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("from", seeds.from())
                .put("played", played)
                .put("seconds", lasted().toSeconds());
        ArrayNode list = json.putArray("failed");
        failed.forEach(one -> {
            ArrayNode broken = list.addObject().put("seed", one.seed().number()).putArray("broken");
            one.broken().forEach(broken::add);
        });
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json);
    }
}
