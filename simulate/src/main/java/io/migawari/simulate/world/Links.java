// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.world;

import io.migawari.controller.cloud.CloudException;
import io.migawari.db.DatabaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The ways of one controller to what is outside of its process, and what goes wrong on them: they are cut or slow, commits fail
 * or their answers are lost, and the controller can die or stand still exactly before or after a call.
 */
final class Links {

    /** A {@link Trap} that has not gone off. */
    private static final class Armed {
        private final Trap trap;
        private int left;

        Armed(Trap trap) {
            this.trap = trap;
            this.left = trap.number();
        }

        boolean goesOff(Trap.Calls call, Trap.Moment moment) {
            boolean counts = trap.moment() == moment && (trap.at() == Trap.Calls.ANY || trap.at() == call);
            return counts && --left == 0;
        }
    }

    private static final Duration IN_THE_MIDDLE = Duration.ofSeconds(1);

    private final String name;
    private final Consumer<String> tell;
    private final Set<Way> cut = EnumSet.noneOf(Way.class);
    private final List<Armed> traps = new ArrayList<>();
    private Duration toNova = Duration.ZERO;
    private int commitsToRefuse;
    private int commitsToLose;

    /** @param name of the controller whose ways they are */
    Links(String name, Consumer<String> tell) {
        this.name = name;
        this.tell = tell;
    }

    void cut(Collection<Way> ways) {
        cut.addAll(ways);
    }

    /** Everything is as it should be. */
    void mend() {
        cut.clear();
        traps.clear();
        toNova = Duration.ZERO;
        commitsToRefuse = 0;
        commitsToLose = 0;
    }

    /** Requests and answers take so long together. */
    void slowToNova(Duration lasting) {
        toNova = lasting;
    }

    Duration toNova() {
        return toNova;
    }

    void refuseCommits(int next) {
        commitsToRefuse = next;
    }

    void loseCommits(int next) {
        commitsToLose = next;
    }

    void arm(Trap trap) {
        traps.add(new Armed(trap));
    }

    /** What was to befall the former process does not befall the next. */
    void disarm() {
        traps.clear();
    }

    boolean isCut(Way way) {
        return cut.contains(way);
    }

    void reachDatabase() {
        if (isCut(Way.DATABASE)) {
            throw new DatabaseException(DatabaseException.Kind.UNAVAILABLE, "no connection to the database");
        }
    }

    void reachNova() throws CloudException {
        if (isCut(Way.KEYSTONE)) {
            throw new CloudException(CloudException.Kind.UNREACHABLE, "no connection to Keystone");
        }
        if (isCut(Way.NOVA)) {
            throw new CloudException(CloudException.Kind.UNREACHABLE, "no connection to Nova");
        }
    }

    /** A commit is about to be made; it may fail, as one does that meets another in a Galera cluster. */
    void beforeCommit() {
        if (commitsToRefuse > 0) {
            commitsToRefuse--;
            tell.accept("the database refuses a commit of " + name);
            throw new DatabaseException(DatabaseException.Kind.CONFLICT, "deadlock");
        }
    }

    /** A commit was made; the one who asked for it may never hear of it. */
    void afterCommit() {
        if (commitsToLose > 0) {
            commitsToLose--;
            tell.accept(name + " loses its connection to the database in the middle of a commit, which is done");
            throw new DatabaseException(DatabaseException.Kind.UNAVAILABLE, "the connection broke during the commit");
        }
    }

    /** Before, during or after a call of this controller's. */
    void pass(VirtualTime.Crew crew, Trap.Calls call, Trap.Moment moment) {
        crew.mustLive();
        for (Armed armed : List.copyOf(traps)) {
            if (armed.goesOff(call, moment)) {
                traps.remove(armed);
                spring(crew, armed.trap);
            }
        }
    }

    private void spring(VirtualTime.Crew crew, Trap trap) {
        if (trap.moment() == Trap.Moment.DURING) {
            crew.later(IN_THE_MIDDLE, () -> {
                tell(trap);
                switch (trap.effect()) {
                    case DIES -> crew.kill();
                    case STALLS -> crew.freeze(trap.lasting());
                }
            });
            return;
        }
        tell(trap);
        switch (trap.effect()) {
            case DIES -> crew.dieHere();
            case STALLS -> crew.stallHere(trap.lasting());
        }
    }

    private void tell(Trap trap) {
        tell.accept(
                switch (trap.effect()) {
                    case DIES -> name + " dies";
                    case STALLS -> name + " stands still for " + trap.lasting().toSeconds() + " s";
                });
    }
}
