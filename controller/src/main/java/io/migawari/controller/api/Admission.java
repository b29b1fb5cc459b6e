// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.config.ApiSettings;
import io.migawari.config.ApiSettings.Authentication;
import io.migawari.config.ApiSettings.OldMonitors;
import io.migawari.config.Network;
import io.migawari.controller.api.Authenticator.Who;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.cloud.Identity;
import io.migawari.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lets callers in: asks who they are, and turns those away who ask too often. Whoever is signed in has a limit of his own, as a
 * user from an address; monitors, which share a user, have a wider one for what they report. Strangers share one with
 * everybody at their address, and as long as it is used up, Keystone is not asked about tokens that nobody has seen before; a
 * token that is known goes on working. Safe for any thread.
 */
final class Admission {

    private final boolean asksNobody;
    private final List<Network> oldMonitors;
    private final Authenticator authenticator;
    private final RateLimit requests;
    private final RateLimit reports;
    private final RateLimit strangers;

    Admission(ApiSettings settings, Identity identity, Time time) {
        this.asksNobody = settings.authentication() == Authentication.NONE;
        this.oldMonitors = settings.oldMonitors().map(OldMonitors::networks).orElse(List.of());
        this.authenticator = new Authenticator(settings, identity, time);
        ApiSettings.RateLimit limits = settings.rateLimit();
        this.requests = new RateLimit("requests of one user from one address", limits.requestsPerSecond(), time);
        this.reports = new RateLimit("reports of one user from one address", limits.reportsPerSecond(), time);
        this.strangers =
                new RateLimit("requests without a good token from one address", limits.requestsPerSecond(), time);
    }

    /**
     * @param address where the request came from
     * @throws ApiException 401; 429; or 503 if Keystone cannot be asked
     */
    Who admit(Access access, Optional<String> token, String address) throws ApiException, InterruptedException {
        if (access == Access.OLD_MONITOR) {
            return oldMonitor(address);
        }
        if (access.roles().isEmpty()) {
            return Who.at(address, Set.of());
        }
        if (asksNobody) {
            return authenticator.identify(token, address); // a limit would be one for the whole machine
        }
        if (!isKnown(token)) {
            refuseIf(strangers.peek(address));
        }
        Who who = identified(token, address);
        RateLimit limit = access == Access.REPORT || access == Access.MONITOR ? reports : requests;
        refuseIf(limit.take(who.id().orElse(who.name()) + " from " + address));
        return who;
    }

    private Who oldMonitor(String address) throws ApiException {
        if (oldMonitors.stream().noneMatch(network -> network.contains(address))) {
            throw new ApiException(403, address + " is in none of the networks from which this is taken.");
        }
        refuseIf(reports.take("nobody from " + address));
        return Who.at(address, Set.of(Role.SERVICE));
    }

    private Who identified(Optional<String> token, String address) throws ApiException, InterruptedException {
        try {
            return authenticator.identify(token, address);
        } catch (ApiException e) {
            if (e.status() == 401) {
                strangers.take(address);
            }
            throw e;
        }
    }

    /** Whether it needs no question to tell that somebody with this token may send us something. Does not wait. */
    boolean isKnown(Optional<String> token) {
        return asksNobody || token.map(authenticator::knows).orElse(false);
    }

    String challenge() {
        return authenticator.challenge();
    }

    private static void refuseIf(Optional<Duration> wait) throws ApiException {
        if (wait.isPresent()) {
            throw ApiException.tooMany(wait.get());
        }
    }
}
