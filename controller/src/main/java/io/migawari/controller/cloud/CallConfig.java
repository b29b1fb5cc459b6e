// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.cloud;

import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.openstack4j.core.transport.Config;

/** Makes openstack4j's {@link Config}, a new one for each call: the library's own is changed by what looks like copying. */
record CallConfig(CatalogueResolver catalogue, Optional<SSLContext> tls) {

    /** For a call that may take so long. */
    Config lasting(Duration patience) {
        Config config = Config.newConfig()
                .withEndpointURLResolver(catalogue)
                .withReadTimeout(Math.toIntExact(Math.max(1, patience.toMillis())));
        return tls.map(config::withSSLContext).orElse(config);
    }
}
