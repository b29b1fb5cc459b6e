// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import io.migawari.config.RecoverySettings.Proof;
import java.util.List;

/** A segment in which Nova's "down" counts as a proof of death. */
final class ProofByNova implements Check {

    @Override
    public String id() {
        return "nova-down-is-proof";
    }

    @Override
    public String finds() {
        return "a segment in which Nova's \"down\" counts as a proof of death";
    }

    @Override
    public String why() {
        return "Nova also calls a host down that has only lost its message bus; every instance of it would then run twice, and destroy its disk";
    }

    @Override
    public String nextStep() {
        return "fence the hosts, and set recovery.proof-of-death: required";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.segments().stream()
                .filter(segment -> facts.policy(segment).proof() == Proof.NOVA_DOWN)
                .map(segment -> warning(segment.name(), "proof-of-death is nova-down"))
                .toList();
    }
}
