// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.crash;

import io.migawari.controller.model.IncidentId;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.StepWords;
import io.migawari.controller.store.Lease;
import io.migawari.simulate.world.Onlooker;
import io.migawari.simulate.world.Trap;
import io.migawari.simulate.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Notes what controllers do in one play, in the order in which they do it. */
final class Watch implements Onlooker {

    /** What the controllers do with their incidents besides asking for steps. */
    enum Doing {
        CLAIMS,
        LOOKS,
        WRITES
    }

    /** @param at since the start */
    record Act(Duration at, String controller, Doing doing, IncidentId incident) {}

    /** Something that was intended, and where it was asked for, if it was. */
    private static final class Intent {
        private final Lease lease;
        private final Step step;
        private int call = NOT_YET;

        Intent(Lease lease, Step step) {
            this.lease = lease;
            this.step = step;
        }

        boolean isAwaitedOf(String controller) {
            return call == NOT_YET && controller(lease).equals(controller);
        }
    }

    private record Numbered(String controller, Trap.Calls kind, Trap.Moment moment) {}

    private static final int NOT_YET = -1;

    private final World world;
    private final Map<Long, Intent> intents = new LinkedHashMap<>();
    private final Map<Numbered, Integer> numbers = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<Act> acts = new ArrayList<>();
    private final List<String> needless = new ArrayList<>();

    Watch(World world) {
        this.world = world;
    }

    private static String controller(Lease lease) {
        return lease.owner().substring(0, lease.owner().indexOf('/'));
    }

    private int number(String controller, Trap.Calls kind, Trap.Moment moment) {
        return numbers.merge(new Numbered(controller, kind, moment), 1, Integer::sum);
    }

    /** One that takes no time. */
    private void writes(Lease lease, Trap.Calls kind, List<Step> steps) {
        int number = number(controller(lease), kind, Trap.Moment.BEFORE);
        Duration now = world.sinceStart();
        calls.add(new Call(controller(lease), kind, number, number, now, now, lease.incident(), steps));
        note(lease, Doing.WRITES);
    }

    private void note(Lease lease, Doing doing) {
        acts.add(new Act(world.sinceStart(), controller(lease), doing, lease.incident()));
    }

    void claimed(Lease lease) {
        note(lease, Doing.CLAIMS);
    }

    void looked(Lease lease) {
        note(lease, Doing.LOOKS);
    }

    void recorded(Lease lease, List<JournalEntry> intended) {
        writes(
                lease,
                Trap.Calls.RECORD,
                intended.stream().map(JournalEntry::step).toList());
        intended.forEach(entry -> intents.put(entry.number(), new Intent(lease, entry.step())));
    }

    @Override
    public void asks(String controller, Step step) {
        Intent intent = intents.values().stream()
                .filter(one -> one.isAwaitedOf(controller) && one.step.equals(step))
                .reduce((former, latter) -> latter) // one that was cut off before is never asked for
                .orElseThrow(() -> new AssertionError("nobody had intended to " + StepWords.of(step)));
        intent.call = calls.size();
        int number = number(controller, Trap.Calls.STEP, Trap.Moment.BEFORE);
        Duration now = world.sinceStart();
        calls.add(new Call(controller, Trap.Calls.STEP, number, 0, now, now, intent.lease.incident(), List.of(step)));
        if (Effect.isThere(step, world.cloud())) {
            needless.add(StepWords.of(step));
        }
    }

    /** It is written down at once what a step was answered, so that is when, and in which order. */
    void ended(Lease lease, long journalNumber) {
        Intent intent = intents.get(journalNumber);
        Call asked = calls.get(intent.call);
        int answer = number(controller(lease), Trap.Calls.STEP, Trap.Moment.AFTER);
        calls.set(intent.call, asked.answered(answer, world.sinceStart()));
        writes(lease, Trap.Calls.RESULT, List.of(intent.step));
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    List<Act> acts() {
        return List.copyOf(acts);
    }

    /** What was asked for although the world showed it already. */
    List<String> needless() {
        return List.copyOf(needless);
    }

    /** How often each step was asked of the world, by its words. */
    Map<String, Integer> asked() {
        Map<String, Integer> asked = new TreeMap<>();
        calls.stream()
                .filter(call -> call.kind() == Trap.Calls.STEP)
                .flatMap(call -> call.steps().stream())
                .forEach(step -> asked.merge(StepWords.of(step), 1, Integer::sum));
        return asked;
    }
}
