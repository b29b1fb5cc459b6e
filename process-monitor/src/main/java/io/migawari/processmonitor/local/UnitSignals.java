// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import java.util.Set;

/** Whether units have changed, as far as systemd says so by itself. Only a hint: what they are now is asked for. */
public interface UnitSignals {

    /** Where systemd is not listened to. */
    UnitSignals NONE = new UnitSignals() {
        @Override
        public boolean areHeardFor(Set<String> units) {
            return false;
        }

        @Override
        public boolean takeChanged() {
            return true;
        }
    };

    /** Whether every change of each of these would be told; if not, they are listened to as soon as that can be done. */
    boolean areHeardFor(Set<String> units);

    /** Whether anything has changed, or may have been missed, since this was asked last. */
    boolean takeChanged();
}
