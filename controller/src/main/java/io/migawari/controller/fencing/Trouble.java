// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.fencing;

/**
 * Why a device is of no use now.
 *
 * @param words without secrets
 */
public record Trouble(Kind kind, String words) {

    /** The reasons, each with the way on. */
    public enum Kind {
        /** The program that talks to the device is missing or broken: nothing is known about the device or the host. */
        AGENT_BROKEN("install or repair the fence agent on this controller"),
        /** The device gives no answer, or none that tells anything. */
        NO_ANSWER("look at the device, its network, and the account that is configured for it"),
        /** Nothing shows that it is this host's. */
        UNVERIFIED("make sure that it is the host's, then give the host's uuid in the configuration, or your word: "
                + "migawari fencing verify HOST DEVICE --attest --reason TEXT"),
        /** It says that it is another machine's. It is not used in any case. */
        OTHER_HOST("correct the device's address, or the host's uuid, in the configuration"),
        /** Whether a person has given his word cannot be read. */
        DATABASE_AWAY("bring the database back");

        private final String nextStep;

        Kind(String nextStep) {
            this.nextStep = nextStep;
        }

        public String nextStep() {
            return nextStep;
        }

        /** Whether the device must not be used, whatever it answers. */
        boolean forbids() {
            return this == UNVERIFIED || this == OTHER_HOST || this == DATABASE_AWAY;
        }
    }
}
