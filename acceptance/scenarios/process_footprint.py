# SPDX-License-Identifier: Apache-2.0
"""What our process monitor costs beside Debian's masakari-process-monitor: the same machine, the same units, the same ten minutes in
which nothing happens."""
import time

from rig import machine, packages
from rig.machine import Tree
from support.receiver import Receiver

from . import processes

NAME = 'process-footprint'
DOC = 'memory and processor time of our process monitor and of Masakari\'s, side by side for ten minutes in which nothing happens'
MINUTES = 12
STAGE = 'nodes'
TREE = Tree('bookworm-masakari', ['masakari-process-monitor', 'sudo'])
NEEDS = [packages.MACHINE, TREE]

MASAKARIS = 'masakari-process-monitor'
WATCHED = ['dbus', 'systemd-journald', 'systemd-logind', 'worker']
SETTLING_SECONDS = 30
SECONDS = 600

ENTRY = '''\
-
    process_name: {process}
    start_command: systemctl start {unit}
    pre_start_command:
    post_start_command:
    restart_command: systemctl restart {unit}
    pre_restart_command:
    post_restart_command:
    run_as_root: True
'''
AS_PS_SHOWS_IT = {'dbus': '/usr/bin/dbus-daemon', 'systemd-journald': '/lib/systemd/systemd-journald',
                  'systemd-logind': '/lib/systemd/systemd-logind', 'worker': '/bin/sleep infinity'}


def run(stage):
    stage.receiver = Receiver(stage.place.port('receiver'), [processes.HOST])
    processes.Scene(stage, TREE).play({'at-rest': side_by_side})


def side_by_side(scene):
    inside = scene.machine
    inside.write('/etc/masakarimonitors/process_list.yaml', ''.join(
        ENTRY.format(process=AS_PS_SHOWS_IT[unit], unit=unit) for unit in WATCHED))
    # Debian's unit asks for a file and for a directory that its package does not bring.
    inside.run('sh', '-c', 'install -d -o masakari /etc/masakari /var/log/masakari && '
               'install -o masakari /etc/masakarimonitors/masakarimonitors.conf /etc/masakari/masakari.conf')
    inside.systemctl('start', MASAKARIS)
    scene.watch(*['%s: {unit: %s}' % (unit, unit) for unit in WATCHED], interval='2s', calm='30s')
    monitors = {'ours': processes.MONITOR, 'Masakari\'s': MASAKARIS}
    scene.nothing_more(SETTLING_SECONDS)
    begun = {whose: machine.cost(inside.host_pids_of(unit))[1] for whose, unit in monitors.items()}
    started = time.monotonic()
    scene.nothing_more(SECONDS)
    seconds = time.monotonic() - started
    costs = {whose: machine.cost(inside.host_pids_of(unit)) for whose, unit in monitors.items()}
    assert [scene.restarts(unit) for unit in monitors.values()] == [0, 0], 'one of them does not stay up'
    for whose, (resident, cpu) in costs.items():
        scene.figure('%s, resident MiB' % whose, resident)
        scene.figure('%s, percent of a core' % whose, 100 * (cpu - begun[whose]) / seconds)
    assert costs['ours'][0] < costs['Masakari\'s'][0], 'ours has more memory: %s' % costs
    assert scene.figures['ours, percent of a core'] < 100 * processes.MOST_CPU, scene.figures
