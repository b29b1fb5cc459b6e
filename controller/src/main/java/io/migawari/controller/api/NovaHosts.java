// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.controller.cloud.Cloud;
import io.migawari.controller.cloud.CloudException;
import io.migawari.controller.model.HostName;
import io.migawari.controller.model.Outcome;
import io.migawari.controller.model.Step;
import io.migawari.controller.model.cloud.ComputeService;
import io.migawari.controller.model.cloud.Server;
import java.time.Duration;
import java.util.List;

/** What administration asks of Nova: whether a host is there, and to prepare it as a reserved one. */
public final class NovaHosts {

    private final Cloud cloud;
    private final Duration patience;

    public NovaHosts(Cloud cloud, Duration patience) {
        this.cloud = cloud;
        this.patience = patience;
    }

    /** @throws ApiException 400 if Nova has no such host, 503 if Nova cannot be asked */
    ComputeService require(HostName host) throws ApiException, InterruptedException {
        try {
            return cloud.computeServices(patience).stream()
                    .filter(service -> service.host().equals(host))
                    .findFirst()
                    .orElseThrow(() ->
                            ApiException.badRequest("Compute service with name " + host + " could not be found."));
        } catch (CloudException e) {
            throw unavailable(e);
        }
    }

    List<Server> serversOn(HostName host) throws ApiException, InterruptedException {
        try {
            return cloud.serversOn(host, patience);
        } catch (CloudException e) {
            throw unavailable(e);
        }
    }

    /** @throws ApiException 503 with Nova's words if it was not done */
    void carryOut(Step step) throws ApiException, InterruptedException {
        Outcome outcome = cloud.carryOut(step, patience);
        if (outcome instanceof Outcome.Refused refused) {
            throw new ApiException(503, "Nova refuses: " + refused.words());
        }
        if (outcome instanceof Outcome.Unknown unknown) {
            throw new ApiException(503, "It is not known whether Nova did it: " + unknown.words());
        }
    }

    private static ApiException unavailable(CloudException e) {
        return new ApiException(503, "Nova cannot be asked: " + e.words());
    }
}
