// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Attestation;
import io.migawari.controller.model.HostName;
import java.util.Optional;

/**
 * People's words about fencing devices; none is ever changed or removed. Safe for any thread. Every method throws
 * {@link io.migawari.db.DatabaseException} when the database cannot do it.
 */
public interface Attestations {

    void add(Attestation attestation);

    /** The newest about a device as it is configured now. */
    Optional<Attestation> find(HostName host, String device, String digest);
}
