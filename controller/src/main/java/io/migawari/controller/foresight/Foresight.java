// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.foresight;

import io.migawari.controller.model.Alert;
import io.migawari.controller.model.HostName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which hosts may die without a loss, as far as it was last looked.
 *
 * @param at when the newest complete look was begun; absent: there was none yet
 * @param took how long it took
 * @param trouble why a later look was not complete
 * @param hosts of all segments, without those that have failed and are being recovered
 */
public record Foresight(Optional<Instant> at, Duration took, Optional<String> trouble, List<HostForesight> hosts) {

    /**
     * One host.
     *
     * @param instances that are on it
     * @param homeless the names of those that would fit nowhere
     * @param why of the first of them
     * @param unmovable the names of those that Nova would not evacuate in their present state
     */
    public record HostForesight(
            HostName host,
            String segment,
            int instances,
            List<String> homeless,
            Optional<String> why,
            List<String> unmovable) {

        public HostForesight {
            homeless = List.copyOf(homeless);
            unmovable = List.copyOf(unmovable);
        }

        public static HostForesight of(Plan plan) {
            return new HostForesight(
                    plan.host(),
                    plan.segment(),
                    plan.fates().size(),
                    plan.homeless().stream().map(Plan.Fate::name).toList(),
                    plan.homeless().stream().map(Plan.Fate::why).findFirst(),
                    plan.losses().stream()
                            .filter(fate -> fate.end() == Plan.End.CANNOT_BE_MOVED)
                            .map(Plan.Fate::name)
                            .toList());
        }

        /** Whether its segment has room for all that could be moved. What Nova would not move in its state is not counted. */
        public boolean survives() {
            return homeless.isEmpty();
        }

        /** {@code Segment rack1 does not survive the loss of compute2: web3 fits nowhere (compute5 has too little room …)}. */
        public String words() {
            if (survives()) {
                return "Segment " + segment + " survives the loss of " + host;
            }
            int most = 3;
            String names = String.join(", ", homeless.subList(0, Math.min(most, homeless.size())))
                    + (homeless.size() > most ? " and " + (homeless.size() - most) + " more" : "");
            return "Segment " + segment + " does not survive the loss of " + host + ": " + names
                    + (homeless.size() == 1 ? " fits" : " fit") + " nowhere"
                    + why.map(text -> " (" + text + ")").orElse("");
        }
    }

    /** What people should know of. */
    public List<Alert> alerts() {
        return hosts.stream()
                .filter(host -> !host.survives())
                .map(host -> new Alert(
                        "foresight/" + host.host(),
                        Alert.Kind.DOES_NOT_SURVIVE,
                        Alert.Severity.WARNING,
                        Optional.empty(),
                        Optional.of(host.host()),
                        Optional.of(host.segment()),
                        Optional.empty(),
                        host.words(),
                        "see what would find no room: migawari plan " + host.host()))
                .toList();
    }

    /** Before the first look. */
    static final Foresight NONE = new Foresight(Optional.empty(), Duration.ZERO, Optional.empty(), List.of());

    public Foresight {
        hosts = List.copyOf(hosts);
    }
}
