// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.decision.operation;

import io.migawari.controller.decision.Seen;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.ServerId;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.LiveProgress;
import io.migawari.controller.model.cloud.Migration;
import io.migawari.controller.model.cloud.Server;
import io.migawari.controller.model.cloud.ZoneEstate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The world as one pass over an operation found it.
 *
 * @param services all of the cloud
 * @param onHost the instances that Nova has on the host that is drained
 * @param changed the instances of the whole cloud that changed since shortly before the operation, deleted ones among them
 * @param migrations of the whole cloud, of all kinds, since then; newest first
 * @param progress of those that migrate live just now, as far as Nova tells
 * @param estate of an instance that moves into another zone
 */
public record Sight(
        Seen<List<ComputeService>> services,
        Seen<List<Server>> onHost,
        Seen<List<Server>> changed,
        Seen<List<Migration>> migrations,
        Map<ServerId, LiveProgress> progress,
        Seen<ZoneEstate> estate,
        Vicinity vicinity) {

    public Sight {
        progress = Map.copyOf(progress);
    }

    Optional<ComputeService> service(HostName host) {
        return services.known().orElse(List.of()).stream()
                .filter(service -> service.host().equals(host))
                .findFirst();
    }

    /** Why nothing can be decided now, if so. */
    Optional<String> unreadable() {
        return services.whyUnknown()
                .or(onHost::whyUnknown)
                .or(changed::whyUnknown)
                .or(migrations::whyUnknown)
                .or(estate::whyUnknown);
    }
}
