// SPDX-License-Identifier: Apache-2.0
package io.migawari.controller.doctor.check;

import java.util.List;

/** What the doctor looks at. */
public final class Checks {

    /** In the order in which their findings are shown; a test holds it to be every one that there is. */
    public static final List<Check> ALL = List.of(
            new SchemaReady(),
            new CloudReadable(),
            new Roles(),
            new Microversion(),
            new Clocks(),
            new NobodyTold(),
            new NoHosts(),
            new SegmentDisabled(),
            new UnknownToNova(),
            new InNoSegment(),
            new HostDown(),
            new Paused(),
            new ReservedHostLeft(),
            new ReservedHostReady(),
            new ReservedHostPlace(),
            new ProofByNova(),
            new Watched(),
            new FencingReady(),
            new Held(),
            new RoomElsewhere(),
            new Evacuable(),
            new SpecialNeeds(),
            new LocalDisks(),
            new StuckTask(),
            new StaleEvacuation());

    private Checks() {}
}
