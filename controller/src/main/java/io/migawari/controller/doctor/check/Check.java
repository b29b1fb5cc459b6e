// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;

/** One thing that is looked at. Pure. */
public sealed interface Check
        permits Clocks,
                CloudReadable,
                Evacuable,
                FencingReady,
                Held,
                HostDown,
                InNoSegment,
                LocalDisks,
                Microversion,
                NoHosts,
                NobodyTold,
                Paused,
                ProofByNova,
                ReservedHostLeft,
                ReservedHostPlace,
                ReservedHostReady,
                Roles,
                RoomElsewhere,
                SchemaReady,
                SegmentDisabled,
                SpecialNeeds,
                StaleEvacuation,
                StuckTask,
                UnknownToNova,
                Watched {

    /** A short name, for programs. */
    String id();

    /** What it finds, in a phrase. */
    String finds();

    /** Why that matters. */
    String why();

    /** What to do; SUBJECT stands for what the finding is about. */
    String nextStep();

    List<Finding> look(Facts facts);

    /** A recovery would fail. */
    default Finding error(String subject, String what) {
        return finding(Severity.ERROR, subject, what);
    }

    /** A recovery could fail. */
    default Finding warning(String subject, String what) {
        return finding(Severity.WARNING, subject, what);
    }

    /** Nothing is known to be wrong. */
    default Finding note(String subject, String what) {
        return finding(Severity.NOTE, subject, what);
    }

    private Finding finding(Severity severity, String subject, String what) {
        return new Finding(id(), severity, subject, what, why(), nextStep().replace("SUBJECT", subject));
    }
}
