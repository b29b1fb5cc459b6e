// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.store;

import io.migawari.controller.model.Attestation;
import io.migawari.controller.model.HostName;
import io.migawari.db.Database;
import java.util.Optional;

/** {@link Attestations} in MariaDB. */
public final class MariaDbAttestations implements Attestations {

    private final Database database;

    public MariaDbAttestations(Database database) {
        this.database = database;
    }

    @Override
    public void add(Attestation attestation) {
        int unused = database.inTransaction(handle -> handle.createUpdate("INSERT INTO fencing_attestation "
                        + "(host, device, digest, identity, attested_by, reason, attested_at) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?)")
                .bind(0, attestation.host().value())
                .bind(1, attestation.device())
                .bind(2, attestation.digest())
                .bind(3, attestation.identity().orElse(null))
                .bind(4, attestation.by())
                .bind(5, attestation.reason())
                .bind(6, attestation.at())
                .execute());
    }

    @Override
    public Optional<Attestation> find(HostName host, String device, String digest) {
        return database.inTransaction(handle -> handle.createQuery(
                        "SELECT identity, attested_by, reason, attested_at FROM fencing_attestation "
                                + "WHERE host = ? AND device = ? AND digest = ? ORDER BY number DESC LIMIT 1")
                .bind(0, host.value())
                .bind(1, device)
                .bind(2, digest)
                .map((row, context) -> new Attestation(
                        host,
                        device,
                        digest,
                        Optional.ofNullable(row.getString("identity")),
                        row.getString("attested_by"),
                        row.getString("reason"),
                        Rows.time(row, "attested_at")))
                .findOne());
    }
}
