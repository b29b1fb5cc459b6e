// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.decision.Tries;
import io.migawari.controller.model.JournalEntry;
import io.migawari.controller.model.ServiceBefore;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.operation.Operation;
import io.migawari.controller.model.operation.OperationState;
import io.migawari.controller.model.operation.Transfer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A decision about an operation in the making. Lives within one call of {@link OperationDecider}; not thread-safe. */
final class OperationDraft {

    final Operation operation;
    final Sight seen;
    final OperationPolicy policy;
    final Instant now;

    private OperationState state;
    private String words;
    private Optional<ServiceBefore> before;
    private Optional<Boolean> maintenance = Optional.empty();
    private final Map<Object, Transfer> transfers = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();

    OperationDraft(Operation operation, Sight seen, OperationPolicy policy, Instant now) {
        this.operation = operation;
        this.seen = seen;
        this.policy = policy;
        this.now = now;
        this.state = operation.state();
        this.words = operation.words();
        this.before = operation.before();
        operation.transfers().forEach(this::put);
    }

    OperationState state() {
        return state;
    }

    void become(OperationState next, String why) {
        state = next;
        words = why;
    }

    String words() {
        return words;
    }

    void say(String why) {
        words = why;
    }

    void put(Transfer transfer) {
        transfers.put(transfer.server(), transfer);
    }

    List<Transfer> transfers() {
        return List.copyOf(transfers.values());
    }

    List<Transfer> open() {
        return transfers().stream()
                .filter(transfer -> !transfer.state().isEnd())
                .toList();
    }

    boolean isAborted() {
        return operation.abort().isPresent();
    }

    void step(Step step) {
        steps.add(step);
    }

    Tries tries(Step step) {
        return Tries.of(operation.epoch(), operation.journal(), step);
    }

    /** Intends a step whose effect is missing, unless somebody is at it, or it has only just been tried. */
    void ensure(Step step) {
        if (!steps.contains(step) && tries(step).due(now)) {
            steps.add(step);
        }
    }

    /** The last try of a step of this kind on this instance, since a person last wanted it. */
    Optional<JournalEntry> last(Transfer transfer) {
        return operation.journalOfThisTry().stream()
                .filter(entry -> isMove(entry.step(), transfer))
                .reduce((earlier, later) -> later);
    }

    private static boolean isMove(Step step, Transfer transfer) {
        return switch (transfer.way()) {
            case LIVE -> step instanceof Step.LiveMigrate s && s.server().equals(transfer.server());
            case COLD -> step instanceof Step.ColdMigrate s && s.server().equals(transfer.server());
            case EVACUATE -> step instanceof Step.Evacuate s && s.server().equals(transfer.server());
            case ZONE -> false; // its steps are many
        };
    }

    void rememberBefore(ComputeService service) {
        before = before.or(() ->
                Optional.of(new ServiceBefore(service.enabled(), service.forcedDown(), service.disabledReason())));
    }

    Optional<ServiceBefore> before() {
        return before;
    }

    void maintenance(boolean on) {
        maintenance = Optional.of(on);
    }

    OperationDecision finish(Duration lookAgain) {
        if (state.isEnd()) { // nothing may stay open: no other operation could have it
            open().forEach(transfer -> put(transfer.ended(Transfer.State.LEFT, words, now)));
        }
        Operation next =
                operation.after(state, words, before, transfers(), state.isEnd() ? Optional.of(now) : Optional.empty());
        return new OperationDecision(next, steps, maintenance, lookAgain);
    }
}
