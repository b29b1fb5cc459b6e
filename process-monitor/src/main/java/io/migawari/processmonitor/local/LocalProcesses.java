// SPDX-License-Identifier: Apache-2.0
package io.migawari.processmonitor.local;

import io.migawari.processmonitor.process.Processes;
import io.migawari.processmonitor.process.Sighting;
import io.migawari.processmonitor.process.WatchedProcess;
import io.migawari.processmonitor.process.Where;
import io.migawari.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/** The processes of this machine, through systemd and {@code /proc}. Used by the watching thread. */
public final class LocalProcesses implements Processes {

    private final UnitsOnChange units;
    private final ProcessTable table = new ProcessTable(Path.of("/proc"));
    private final HealthChecks health;

    /**
     * @param most how long systemd may take to answer
     * @param calmInterval how often units are asked for while systemd says that nothing changes
     * @param elsewhere where health checks are waited for
     */
    public LocalProcesses(
            String systemctl,
            Commands commands,
            Duration most,
            UnitSignals signals,
            Duration calmInterval,
            Executor elsewhere,
            Time time) {
        this.units = new UnitsOnChange(new Units(systemctl, commands, most), signals, calmInterval, time);
        this.health = new HealthChecks(commands, elsewhere, time);
    }

    @Override
    public Map<String, Sighting> look(List<WatchedProcess> watched) throws InterruptedException {
        Set<String> unitNames = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (WatchedProcess process : watched) {
            names.add(process.name());
            if (process.where() instanceof Where.Unit unit) {
                unitNames.add(unit.name());
            }
        }
        health.keepOnly(names);
        Map<String, Sighting> seenUnits = units.look(unitNames);
        Map<String, Sighting> seen = new LinkedHashMap<>();
        for (WatchedProcess process : watched) {
            Sighting sighting = look(process.where(), seenUnits);
            seen.put(process.name(), sighting instanceof Sighting.Runs runs ? health.of(process, runs) : sighting);
        }
        return seen;
    }

    private Sighting look(Where where, Map<String, Sighting> seenUnits) {
        if (where instanceof Where.Unit unit) {
            return seenUnits.getOrDefault(unit.name(), new Sighting.CannotSee("systemd was not asked"));
        }
        if (where instanceof Where.PidFile file) {
            return table.byPidFile(file.file(), file.executable());
        }
        if (where instanceof Where.Executable executable) {
            return table.byExecutable(executable.path());
        }
        throw new AssertionError(where);
    }
}
