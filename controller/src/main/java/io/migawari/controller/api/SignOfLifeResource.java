// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.api;

import io.migawari.controller.api.Router.Access;
import io.migawari.controller.intake.Pulse;
import io.migawari.controller.model.HostName;

/**
 * {@code /migawari/v1/hosts/{host}/sign-of-life}: a monitor of that host says that it runs and that its own checks pass. It
 * can keep a host from being taken for dead, and nothing else.
 */
public final class SignOfLifeResource implements Resource {

    private final Pulse pulse;

    public SignOfLifeResource(Pulse pulse) {
        this.pulse = pulse;
    }

    @Override
    public void addTo(Router router) {
        router.add("POST", "/migawari/v1/hosts/{host}/sign-of-life", Access.MONITOR, this::take);
    }

    /** An unknown host is a 400, as in a notification: a 404 tells a monitor that we are no Migawari. */
    private Reply take(Call call) throws ApiException {
        String host = call.pathValue("host");
        Fields fields = Fields.under("sign_of_life", call.json());
        String monitor = fields.name("monitor");
        fields.refuseUnknown();
        if (!HostName.isValid(host) || !pulse.felt(new HostName(host), monitor)) {
            throw ApiException.badRequest("Host with name " + host + " could not be found.");
        }
        return Reply.noContent();
    }
}
