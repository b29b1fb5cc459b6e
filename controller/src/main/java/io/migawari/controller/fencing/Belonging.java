// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

import io.migawari.controller.model.Attestation;
import io.migawari.controller.model.HostName;
import java.util.Optional;
import java.util.UUID;

/**
 * Whether a device is its host's. A device that can tell has to tell each time, right before it is used: addresses of BMCs
 * come from the same cabling and lists as everything else that is wrong now and then. Pure.
 */
final class Belonging {

    private Belonging() {}

    /**
     * @param expected the host's UUID, if somebody has configured it
     * @param attestation a person's word about the device as it is configured now
     * @return why it must not be used
     */
    static Optional<Trouble> doubt(
            HostName host,
            String device,
            Optional<UUID> expected,
            Identity identity,
            Optional<Attestation> attestation) {
        if (identity instanceof Identity.Unreadable unreadable) {
            return Optional.of(unreadable.why());
        }
        if (identity instanceof Identity.Told told) {
            return expected.isPresent()
                    ? againstConfiguration(host, device, expected.get(), told)
                    : againstAttestation(host, device, told, attestation);
        }
        return attestation.isPresent()
                ? attestation
                        .get()
                        .identity()
                        .map(before -> other(device
                                + " was attested to be " + host + "'s when it said that it was " + before
                                + "; now it does not say who it is"))
                : unverified(
                        device + " cannot tell whose it is, and nobody has given his word that it is " + host + "'s");
    }

    private static Optional<Trouble> againstConfiguration(
            HostName host, String device, UUID expected, Identity.Told told) {
        return told.meanings().contains(expected)
                ? Optional.empty()
                : Optional.of(other(device + " is another machine's: it says that it is " + told.shown() + ", and "
                        + host + " is " + expected));
    }

    private static Optional<Trouble> againstAttestation(
            HostName host, String device, Identity.Told told, Optional<Attestation> attestation) {
        if (attestation.isEmpty()) {
            return unverified(
                    device + " says that it is " + told.shown() + ", and nothing tells whether that is " + host);
        }
        Optional<String> before = attestation.get().identity();
        return before.equals(Optional.of(told.shown()))
                ? Optional.empty()
                : Optional.of(other(device + " is not the device any more that was attested to be " + host
                        + "'s: it says that it is " + told.shown() + ", and said "
                        + before.orElse("nothing") + " then"));
    }

    private static Trouble other(String words) {
        return new Trouble(Trouble.Kind.OTHER_HOST, words);
    }

    private static Optional<Trouble> unverified(String words) {
        return Optional.of(new Trouble(Trouble.Kind.UNVERIFIED, words));
    }
}
