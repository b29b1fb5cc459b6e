// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.controller.model.IncidentId;
import io.migawari.controller.store.Asked;
import io.migawari.controller.store.Audit;
import io.migawari.controller.store.AuditLine;
import io.migawari.controller.store.DecisionLine;
import io.migawari.controller.store.Milestone;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An audit in memory, for tests without a database. */
final class SilentAudit implements Audit {

    final List<Asked> asked = new ArrayList<>();
    final List<AuditLine.Answer> answers = new ArrayList<>();

    @Override
    public synchronized long asked(Asked what) {
        asked.add(what);
        return asked.size();
    }

    @Override
    public synchronized void answered(long number, AuditLine.Answer answer, Instant at) {
        answers.add(answer);
    }

    @Override
    public List<AuditLine> list(Optional<Instant> since, int limit) {
        return List.of();
    }

    @Override
    public List<AuditLine> concerning(IncidentId incident, Instant from, Instant until) {
        return List.of();
    }

    @Override
    public List<DecisionLine> decisions(IncidentId incident) {
        return List.of();
    }

    @Override
    public List<Milestone> milestones(IncidentId incident) {
        return List.of();
    }

    @Override
    public List<IncidentId> related(IncidentId incident) {
        return List.of();
    }
}
