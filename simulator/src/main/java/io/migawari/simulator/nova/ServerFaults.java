// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.nova;

/**
 * What is wrong with one server.
 *
 * @param refusal the HTTP status with which Nova refuses to evacuate it; 0: it does not
 * @param failures how many of its next evacuations are accepted and then fail; {@link HostFaults#ALWAYS} for all
 * @param startFailures the same of its next starts
 */
public record ServerFaults(int refusal, int failures, int startFailures) {

    public static final ServerFaults NONE = new ServerFaults(0, 0, 0);

    public ServerFaults {
        if (refusal != 0 && (refusal < 400 || refusal > 599)) {
            throw new IllegalArgumentException("refusal: " + refusal + ", expected 400 to 599, or 0");
        }
    }

    public static ServerFaults refusedWith(int status) {
        return new ServerFaults(status, 0, 0);
    }

    public static ServerFaults failing(int times) {
        return new ServerFaults(0, times, 0);
    }

    public static ServerFaults notStarting(int times) {
        return new ServerFaults(0, 0, times);
    }
}
