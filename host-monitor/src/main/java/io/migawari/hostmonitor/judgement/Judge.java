// SPDX-License-Identifier: Apache-2.0
package io.migawari.hostmonitor.judgement;

import io.migawari.hostmonitor.judgement.Verdict.Tell;
import io.migawari.hostmonitor.judgement.Verdict.Wait;
import io.migawari.hostmonitor.membership.Fencing;
import io.migawari.hostmonitor.membership.SeenHost;
import io.migawari.hostmonitor.membership.Sighting;
import io.migawari.hostmonitor.membership.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what a sighting means. Pure: no clock, no I/O, nothing remembered but what it is given. Its rules: nothing is
 * said about oneself, nothing from a minority, nothing by not seeing; dead is who was fenced since he last ran, and, where
 * the site says that it has no fencing, who was lost in several equal sightings.
 *
 * @param reportLost whether the site has no fencing and wants hosts reported that are lost
 * @param lostAfter how many equal sightings it takes then
 */
public record Judge(boolean reportLost, int lostAfter) {

    /** A return is told again after a restart for so long; whoever did not take it by then has it in his spool. */
    private static final Duration RETURN_IS_NEWS = Duration.ofDays(1);

    /**
     * Each node notes the end of a fencing by itself, when it hears of it, and one that starts anew takes over another's note:
     * seen were differences of a second. No host is fenced, boots, joins, dies and is fenced again within this.
     */
    private static final Duration SAME_FENCING = Duration.ofSeconds(3);

    public Judgement judge(Memory memory, Sighting sighting, Instant now) {
        if (sighting instanceof Sighting.CannotSee) {
            // A row of equal sightings has ended; what was told stands.
            return new Judgement(Map.of(), Memory.of(memory.facts()));
        }
        if (sighting instanceof Sighting.Partition partition) {
            return judge(memory, partition, now);
        }
        throw new AssertionError(sighting);
    }

    /** Whether the row of sightings of a loss is still too short to be believed. */
    public boolean isInARow(Memory.Loss loss) {
        return reportLost && loss.sightings() < lostAfter;
    }

    private Judgement judge(Memory memory, Sighting.Partition partition, Instant now) {
        Optional<String> silence = silence(partition);
        Map<String, Verdict> verdicts = new HashMap<>();
        Map<String, Memory.Loss> losses = new HashMap<>();
        partition.hosts().forEach((name, host) -> {
            if (name.equals(partition.self())) {
                return;
            }
            if (silence.isPresent()) {
                verdicts.put(name, new Wait(silence.get()));
                return;
            }
            if (host.standing() == Standing.LOST_WITHOUT_FENCING) {
                losses.put(
                        name,
                        memory.loss(name)
                                .map(loss -> new Memory.Loss(loss.since(), loss.sightings() + 1))
                                .orElseGet(() -> new Memory.Loss(now, 1)));
            }
            verdicts.put(name, verdict(host, memory.fact(name), Optional.ofNullable(losses.get(name)), now));
        });
        return new Judgement(verdicts, new Memory(memory.facts(), losses));
    }

    /** Why we have nothing to say about anybody, if so. */
    private static Optional<String> silence(Sighting.Partition partition) {
        if (!partition.quorate()) {
            return Optional.of("this side of the cluster has no quorum");
        }
        if (partition.handsOff()) {
            return Optional.of("the whole cluster is in maintenance");
        }
        Optional<SeenHost> self = partition.host(partition.self());
        if (self.isEmpty() || !self.get().standing().runs()) {
            return Optional.of("this host (" + partition.self() + ") is itself not a full member: "
                    + self.map(SeenHost::why).orElse("not listed"));
        }
        return Optional.empty();
    }

    private Verdict verdict(SeenHost host, Optional<HostFact> told, Optional<Memory.Loss> loss, Instant now) {
        return switch (host.standing()) {
            case ONLINE, STANDBY -> runs(host, told, now);
            case MAINTENANCE -> new Wait("it is in maintenance: " + host.why());
            case JOINING -> new Wait("it is joining or leaving: " + host.why());
            case STOPPED_CLEANLY -> new Wait("it has left in good order, and its instances may run: " + host.why());
            case UNREACHABLE -> new Wait("it cannot be reached, and is not fenced: " + host.why());
            case FENCED -> fenced(host, told);
            case LOST_WITHOUT_FENCING -> lost(host, told, loss.orElseThrow());
        };
    }

    private static Verdict runs(SeenHost host, Optional<HostFact> told, Instant now) {
        boolean returned = told.filter(fact -> fact.kind().isDead()
                        || (fact.kind() == HostFact.Kind.RETURNED
                                && fact.since().plus(RETURN_IS_NEWS).isAfter(now)))
                .isPresent();
        HostFact.Kind kind = returned ? HostFact.Kind.RETURNED : HostFact.Kind.PRESENT;
        Instant since =
                told.filter(fact -> fact.kind() == kind).map(HostFact::since).orElse(now);
        return new Tell(HostFact.runs(kind, since, host.lastFencing()), Optional.empty(), host.why());
    }

    /**
     * A fencing that was in the history while the host ran is no proof about its absence now. Fencings are compared with
     * fencings only, so that differences between clocks do not matter.
     */
    private static Verdict fenced(SeenHost host, Optional<HostFact> told) {
        Optional<Fencing> fencing = host.lastFencing();
        if (fencing.isEmpty()) {
            return new Wait("it is called fenced, and no successful fencing is known: " + host.why());
        }
        Instant at = fencing.get().at();
        boolean usedUp = told.flatMap(HostFact::fencedBefore)
                .filter(before -> !at.isAfter(before.plus(SAME_FENCING)))
                .isPresent();
        if (usedUp) {
            return new Wait("its last fencing, at " + at + ", was before it last ran: " + host.why());
        }
        HostFact fact = told.filter(before -> before.kind() == HostFact.Kind.FENCED
                        && Duration.between(before.since(), at).abs().compareTo(SAME_FENCING) <= 0)
                .orElseGet(() -> HostFact.fenced(fencing.get()));
        return new Tell(fact, fencing, host.why());
    }

    private Verdict lost(SeenHost host, Optional<HostFact> told, Memory.Loss loss) {
        if (!reportLost) {
            return new Wait("it is lost, the cluster has no fencing, and fencing.none is not set: " + host.why());
        }
        if (loss.sightings() < lostAfter) {
            return new Wait("it is lost in " + loss.sightings() + " of " + lostAfter + " sightings: " + host.why());
        }
        Instant since = told.filter(fact -> fact.kind() == HostFact.Kind.LOST)
                .map(HostFact::since)
                .orElse(loss.since());
        return new Tell(HostFact.lost(since), Optional.empty(), host.why());
    }
}
