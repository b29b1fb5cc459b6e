// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.config.ApiSettings.OldMonitors;
import io.migawari.controller.api.Router.Access;
import io.migawari.controller.intake.Intake;
import io.migawari.controller.intake.Taken;
import io.migawari.controller.store.Acceptance;
import io.migawari.controller.store.Report;
import java.util.Optional;

/**
 * {@code POST /}: what the monitors of NTT's first Masakari report, into the same intake as everything else. Where it is not
 * configured there is no such route.
 */
public final class OldMonitorsResource implements Resource {

    private final Optional<OldMonitors> settings;
    private final Intake intake;

    public OldMonitorsResource(Optional<OldMonitors> settings, Intake intake) {
        this.settings = settings;
        this.intake = intake;
    }

    @Override
    public void addTo(Router router) {
        settings.ifPresent(given ->
                router.add("POST", "/", Access.OLD_MONITOR, call -> take(OldReport.read(call.json(), given), call)));
    }

    /** They take every 2xx for success, look at no body, and of 503 some try again and some do not. */
    private Reply take(Report report, Call call) {
        Taken taken = intake.accept(report, call.caller());
        Reply reply = answer(report, taken.acceptance());
        return taken.doubt().map(reply::doubting).orElse(reply);
    }

    private static Reply answer(Report report, Acceptance acceptance) {
        if (acceptance instanceof Acceptance.Stored stored) {
            return said("stored as notification " + stored.notification().id());
        }
        if (acceptance instanceof Acceptance.Duplicate) {
            return said("known already");
        }
        if (acceptance instanceof Acceptance.OnMaintenance) {
            return said("ignored: " + report.host() + " is on maintenance");
        }
        if (acceptance instanceof Acceptance.UnknownHost) {
            return Reply.fault(400, "Host with name " + report.host() + " could not be found.");
        }
        throw new AssertionError(acceptance);
    }

    private static Reply said(String words) {
        return Reply.text("text/plain; charset=utf-8", words + "\r\n");
    }
}
