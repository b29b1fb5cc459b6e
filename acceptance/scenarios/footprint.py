# SPDX-License-Identifier: Apache-2.0
"""What the monitors cost a compute node when nothing happens, and the controller its node: ours and Debian's Masakari side by side."""
import os
import time

from rig import lifecycle, processes
from support import controller, data_centre, masakari_monitors, reports
from support.data_centre import FAILED, GUESTS, DataCentre

NAME = 'footprint'
DOC = "memory and processor time of the monitors on an idle compute node, and of the controller, beside Debian's Masakari"
MINUTES = 14
STAGE = 'nodes'
NEEDS = data_centre.NEEDS + [masakari_monitors.PACKAGES]

# Starting costs more than watching, once; that is not what is asked here.
SETTLED_AFTER = 60
MEASURED_FOR = 540
MOST_OF_A_CORE = 0.005


def run(stage):
    centre = DataCentre(stage)
    try:
        centre.up()
        stage.before_each_case(centre.clean)
        stage.case('idle', lambda case: idle(centre.enter(case)))
    finally:
        if not stage.keep:
            centre.down()


def idle(centre):
    centre.watched()
    ours = {monitor: centre.monitors.running[monitor, FAILED] for monitor in centre.monitors.settings}
    theirs = masakari_monitors.MasakariMonitors(centre.place, centre.control, centre.cluster).start(
        FAILED, ['libvirtd --config', 'nova-compute'])
    lifecycle.start_masakari(centre.control, {})
    centre.say('%d guests, all daemons run; nothing happens for %d s' % (GUESTS, SETTLED_AFTER + MEASURED_FOR))
    everybody = {('migawari', monitor): pid for monitor, pid in ours.items()}
    everybody.update({('masakari', monitor): pid for monitor, pid in theirs.items()})
    everybody['migawari', 'controller'] = processes.pid(centre.control, controller.PROCESS)
    everybody.update({('masakari', name): processes.pid(centre.control, process) for name, process in (
        ('api', 'masakari'), ('engine', 'masakari-engine'))})
    time.sleep(SETTLED_AFTER)
    before = {who: processor_seconds(pid) for who, pid in everybody.items()}
    begun = time.monotonic()
    time.sleep(MEASURED_FOR)
    seconds = time.monotonic() - begun
    figures = {}
    for who, pid in everybody.items():
        assert processes.start_time(pid), '%s %s has ended' % who
        session = os.getsid(pid)
        figures[who] = (processes.resident_mebibytes(session), processes.proportional_mebibytes(session),
                        (processor_seconds(pid) - before[who]) / seconds)
    lines = ['%-10s %-18s %12s %16s %14s' % ('', '', 'resident MiB', 'proportional MiB', '% of a core')]
    lines += ['%-10s %-18s %12.1f %16.1f %14.2f' % (*who, resident, memory, part * 100) for who, (resident, memory, part) in sorted(
        figures.items(), key=lambda row: (row[0][1], row[0][0]))]
    centre.say('\n'.join(lines))
    reports.save(centre.stage.results, 'idle', '\n'.join(lines), [
        {'who': who, 'daemon': daemon, 'resident_mebibytes': resident, 'proportional_mebibytes': memory, 'part_of_a_core': part}
        for (who, daemon), (resident, memory, part) in figures.items()])
    memory, rivals = figures['migawari', 'controller'][1], figures['masakari', 'api'][1] + figures['masakari', 'engine'][1]
    assert memory < rivals, 'the controller takes %.1f MiB, masakari-api and masakari-engine %.1f' % (memory, rivals)
    for monitor in ours:
        _, memory, part = figures['migawari', monitor]
        rival = figures['masakari', monitor][1]
        assert memory < rival, 'the %s takes %.1f MiB, its rival %.1f' % (monitor, memory, rival)
        assert part < MOST_OF_A_CORE, 'the %s takes %.2f %% of a core' % (monitor, part * 100)


def processor_seconds(pid):
    """Of everything in the session of this process, and of the programs that it has run and that have ended."""
    ticks = 0
    for entry in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % entry) as file:
                fields = file.read().rsplit(')', 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == os.getsid(pid):
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf('SC_CLK_TCK')
