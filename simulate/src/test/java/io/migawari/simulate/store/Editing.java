// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulate.store;

import io.migawari.controller.model.Approval;
import io.migawari.controller.model.Incident;
import io.migawari.controller.model.Move;
import io.migawari.controller.model.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Incidents made otherwise than a decision has them, for controllers with mistakes. */
public final class Editing {

    private Editing() {}

    public static Incident withMoves(Incident incident, UnaryOperator<Move> change) {
        var edited = new MemoryStore.Edited(incident);
        List<Move> moves = incident.moves().stream().map(change).toList();
        edited.moves = moves;
        return edited.done();
    }

    public static Incident approved(Incident incident, Approval approval) {
        var edited = new MemoryStore.Edited(incident);
        edited.approval = Optional.of(approval);
        return edited.done();
    }

    public static Incident ended(Incident incident, Phase phase, String words, Instant at) {
        var edited = new MemoryStore.Edited(incident);
        edited.phase = phase;
        edited.words = words;
        edited.gate = Optional.empty();
        edited.closedAt = Optional.of(at);
        return edited.done();
    }
}
