// SPDX-License-Identifier: Apache-2.0
package io.migawari.simulator.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults that hit requests; of several that would hit one, the one added first does. Safe for any thread. */
public final class RequestFaults {

    private final List<RequestFault> faults = new ArrayList<>();

    public synchronized void add(RequestFault fault) {
        faults.add(fault);
    }

    public synchronized void clear() {
        faults.clear();
    }

    /** What is left of them. */
    public synchronized List<RequestFault> all() {
        return List.copyOf(faults);
    }

    /** The effect on a call, if a fault hits it; counts it. */
    synchronized Optional<RequestFault.Effect> hit(Call call) {
        for (int i = 0; i < faults.size(); i++) {
            RequestFault fault = faults.get(i);
            if (fault.hits(call)) {
                if (fault.times() == 1) {
                    faults.remove(i);
                } else if (fault.times() != RequestFault.ALWAYS) {
                    faults.set(i, fault.times(fault.times() - 1));
                }
                return Optional.of(fault.effect());
            }
        }
        return Optional.empty();
    }
}
