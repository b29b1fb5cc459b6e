// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;

/** A segment that is disabled. */
final class SegmentDisabled implements Check {

    @Override
    public String id() {
        return "segment-disabled";
    }

    @Override
    public String finds() {
        return "a segment that is disabled";
    }

    @Override
    public String why() {
        return "its failures are recorded and wait; nothing is recovered";
    }

    @Override
    public String nextStep() {
        return "migawari segment update SUBJECT --enabled true";
    }

    @Override
    public List<Finding> look(Facts facts) {
        return facts.segments().stream()
                .filter(segment -> !segment.enabled())
                .map(segment -> warning(segment.name(), "the segment is disabled"))
                .toList();
    }
}
