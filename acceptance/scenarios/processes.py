# SPDX-License-Identifier: Apache-2.0
"""The process monitor on a machine with a real systemd, as a unit of its own: what it brings back, what it reports, and what it
leaves alone. Each case names the exact reports; one more is a failure, as is one less."""
import os
import signal
import time

from rig import machine, packages
from rig.machine import Machine
from rig.waiting import until
from support.machine_scene import MachineScene
from support.product import CHECKOUT
from support.receiver import Receiver

NAME = 'processes'
DOC = 'the process monitor under a real systemd: units and programs that die, hang, flap, are stopped; itself killed and reloaded'
MINUTES = 6
STAGE = 'nodes'
TREE = machine.Tree()
NEEDS = [packages.MACHINE, TREE]

HOST = 'compute1'
MONITOR = 'migawari-process-monitor'
# A false report would come within two looks and the tries of what it is about; this is more.
SILENCE = 5
# With the intervals and pauses below; most of it is what the tries take.
SOON = 30
# The issue's: what a stop may take.
MOST_STOPPING = 5.0
# Its share of a core when nothing happens; what it costs beside Masakari's is measured by another scenario.
MOST_CPU = 0.005
REST_SECONDS = 60

CONFIGURATION = '''\
interval: {interval}
calm-interval: {calm}
controller: {{authentication: none, endpoints: '{url}', longest-pause: 2s}}
health: {{listen: off}}
{more}
'''
# How one entry is treated, unless the case says otherwise.
QUICK = 'pause: 1s, patience: 4s, stable: 2s'

UNITS = {
    # dies only if it is killed
    'worker': '[Service]\nExecStart=/bin/sleep infinity\n',
    # as most real ones: systemd brings it back
    'sturdy': '[Service]\nExecStart=/bin/sleep infinity\nRestart=on-failure\nRestartSec=500ms\n',
    # does not come up as long as there is /run/broken, and then hits its start limit
    'limited': '[Unit]\nStartLimitBurst=3\nStartLimitIntervalSec=5\n[Service]\n'
               "ExecStart=/bin/sh -c 'test ! -e /run/broken && exec sleep infinity'\n"
               'Restart=on-failure\nRestartSec=100ms\n',
    # comes up and dies again as long as there is /run/broken, for ever
    'flapping': '[Unit]\nStartLimitIntervalSec=0\n[Service]\n'
                "ExecStart=/bin/sh -c 'test -e /run/broken && exec sleep 0.4; exec sleep infinity'\n"
                'Restart=always\nRestartSec=100ms\n',
}
# Programs without a unit: one that says each moment that it works, and what starts it as long as there is no /run/broken.
PROGRAMS = {
    'ticker': '#!/bin/sh\necho $$ >/run/ticker.pid\nwhile :; do date +%s >/run/tick; sleep 0.2; done\n',
    'start-ticker': '#!/bin/sh\ntest -e /run/broken && exit 1\n'
                    'setsid /usr/local/bin/ticker </dev/null >/dev/null 2>&1 &\n',
    'restart-ticker': '#!/bin/sh\ntest -e /run/broken && exit 1\n'
                      'kill -KILL "$(cat /run/ticker.pid)"\nexec /usr/local/bin/start-ticker\n',
    'ticks': '#!/bin/sh\ntest $(( $(date +%s) - $(cat /run/tick) )) -lt 3\n',
}
TICKER = 'pid-file: /run/ticker.pid, executable: /usr/local/bin/ticker, start: /usr/local/bin/start-ticker'


def run(stage):
    stage.receiver = Receiver(stage.place.port('receiver'), [HOST])
    Scene(stage, TREE).play(CASES)


class Scene(MachineScene):
    """The machine with its monitor, and what may be expected of it."""

    def __init__(self, stage, tree):
        super().__init__(stage, Machine(stage.place, tree, stage.product, HOST))
        self.cursor = None
        stage.evidence('monitor-journal.txt', lambda: self.machine.journal(MONITOR, self.cursor))
        stage.evidence('units.txt', lambda: self.machine.systemctl('list-units', '--all', '--no-pager', codes=None))

    @property
    def receiver(self):
        return self.stage.receiver

    def furnish(self):
        """What a package would install, and what is to be watched."""
        with open(os.path.join(CHECKOUT, 'packaging', 'systemd', MONITOR + '.service')) as file:
            self.machine.write('/etc/systemd/system/%s.service' % MONITOR, file.read())
        self.machine.run('ln', '-s', '/opt/migawari/process-monitor/' + MONITOR, '/usr/bin/' + MONITOR)
        for name, text in UNITS.items():
            self.machine.write('/etc/systemd/system/%s.service' % name, text)
        for name, text in PROGRAMS.items():
            self.machine.write('/usr/local/bin/' + name, text, 0o755)
        self.machine.systemctl('daemon-reload')
        self.stage.before_each_case(self.clean)

    def clean(self):
        """No monitor that remembers anything, nothing broken, and everything that may be watched runs."""
        self.receiver.hosts = [HOST]
        self.machine.remove('/etc/systemd/system/%s.service.d/case.conf' % MONITOR)
        self.machine.systemctl('daemon-reload')
        self.machine.systemctl('start', 'dbus.socket', 'dbus.service')
        self.machine.systemctl('kill', '-s', 'KILL', MONITOR, codes=None)
        self.machine.systemctl('stop', MONITOR, codes=None)
        self.machine.run('sh', '-c', 'rm -rf /var/lib/migawari/process-monitor /run/broken /run/hooks /run/hang')
        self.end_ticker()
        self.machine.systemctl('stop', *UNITS, codes=None)
        self.machine.systemctl('reset-failed', codes=None)
        self.machine.systemctl('start', *UNITS)
        self.machine.run('/usr/local/bin/start-ticker')
        until('the ticker to run', self.ticker, 10)
        self.cursor = self.machine.journal_cursor()

    # -- the monitor ---------------------------------------------------------------------------------------------------

    def configure(self, *processes, more='', interval='500ms', calm='10m'):
        """processes: 'NAME: {what its entry says}'"""
        text = 'processes:\n' + ''.join('  %s\n' % process for process in processes) if processes else ''
        self.machine.write('/etc/migawari/process-monitor.yaml', CONFIGURATION.format(
            interval=interval, calm=calm, url=self.receiver.url, more=more) + text)

    def watch(self, *processes, **options):
        """Starts the monitor with these, and waits until it looks; systemd is told of changes for ten minutes only by D-Bus."""
        self.configure(*processes, **options)
        self.machine.systemctl('start', MONITOR)
        self.until_said('Watching')
        if any('unit:' in process for process in processes):
            self.until_said('Listening to systemd')

    def until_said(self, words, seconds=SOON, times=1):
        until(lambda: 'the monitor to say "%s"; it says: %s' % (words, self.said()),
              lambda: self.said().count(words) >= times, seconds)

    def said(self):
        return self.machine.journal(MONITOR, self.cursor)

    def restarts(self, unit):
        return int(self.machine.show(unit, 'NRestarts')[0])

    def stop(self):
        """-> the seconds that it took"""
        begun = time.monotonic()
        self.machine.systemctl('stop', MONITOR)
        return time.monotonic() - begun

    # -- what is watched -----------------------------------------------------------------------------------------------

    def kill(self, unit, how='KILL'):
        self.machine.systemctl('kill', '-s', how, '--kill-who=main', unit)
        return time.time()

    def ticker(self):
        """Its pid while it runs."""
        try:
            pid = int(self.machine.read('/run/ticker.pid'))
            words = self.machine.read('/proc/%d/cmdline' % pid).split('\0')
        except (OSError, ValueError):
            return None
        return pid if '/usr/local/bin/ticker' in words else None

    def end_ticker(self):
        pid = self.ticker()
        if pid:
            self.machine.kill_process(pid)
            until('the ticker to be gone', lambda: not self.ticker(), 10)

    # -- what is reported ----------------------------------------------------------------------------------------------

    def reports(self):
        return ['%s %s' % (one.payload['process_name'], one.payload['event']) for one in self.receiver.notifications()]

    def expect(self, *reports, seconds=SOON):
        """Exactly these since the case began, and no more for a while."""
        until(lambda: 'reports %s; there are %s' % (list(reports), self.reports()),
              lambda: len(self.reports()) >= len(reports), seconds)
        assert self.reports() == list(reports), 'expected %s, and there are %s' % (list(reports), self.reports())
        assert all(one.kind == 'PROCESS' and one.host == HOST for one in self.receiver.notifications())

    def nothing_more(self, seconds=SILENCE):
        self.receiver.stays_silent(seconds, len(self.receiver.notifications()))

    def figure(self, name, value):
        self.figures[name] = round(value, 4)
        self.stage.say('  %s: %.3f' % (name, value))


# -- units -------------------------------------------------------------------------------------------------------------------

def restarted_by_systemd(scene):
    scene.watch('sturdy: {unit: sturdy, %s}' % QUICK)
    for _ in range(3):
        before = scene.machine.show('sturdy', 'MainPID')
        scene.kill('sturdy')
        until('another life', lambda: scene.machine.show('sturdy', 'MainPID') not in (before, ['0']), 10)
        scene.nothing_more(3)
    assert scene.restarts('sturdy') == 3, scene.restarts('sturdy')
    assert 'Start 1' not in scene.said(), 'systemd was not left alone'


def brought_back(scene):
    scene.watch('worker: {unit: worker, %s}' % QUICK)
    scene.kill('worker')
    until('it to run again', lambda: scene.machine.show('worker', 'ActiveState') == ['active'], SOON)
    scene.nothing_more()


def start_limit(scene):
    scene.watch('limited: {unit: limited, tries: 2, %s}' % QUICK)
    scene.machine.touch('/run/broken')
    scene.kill('limited')
    scene.expect('limited STOPPED')
    scene.nothing_more()
    assert scene.machine.show('limited', 'ActiveState', 'Result')[0] == 'failed'

    scene.machine.remove('/run/broken')
    scene.machine.systemctl('reset-failed', 'limited')
    scene.machine.systemctl('start', 'limited')
    scene.expect('limited STOPPED', 'limited STARTED')
    scene.nothing_more()


def flapping(scene):
    scene.watch('flapping: {unit: flapping, %s}' % QUICK)
    scene.machine.touch('/run/broken')
    scene.kill('flapping')
    scene.expect('flapping STOPPED')
    scene.nothing_more()
    assert scene.restarts('flapping') > 5, 'it was systemd that restarted it'
    scene.machine.remove('/run/broken')
    scene.expect('flapping STOPPED', 'flapping STARTED')
    scene.nothing_more()


def stopped_by_a_person(scene):
    scene.watch('worker: {unit: worker, tries: 1, %s}' % QUICK)
    for word in ('stop', 'start', 'restart', 'stop'):
        scene.machine.systemctl(word, 'worker')
        scene.nothing_more(3)
    assert scene.machine.show('worker', 'ActiveState') == ['inactive'], 'it was started against a person\'s will'


def seen_at_once(scene):
    """Only a signal can tell it: systemd is asked for what runs every ten minutes."""
    scene.watch('worker: {unit: worker, tries: 0, %s}' % QUICK)
    killed = scene.kill('worker')
    scene.expect('worker STOPPED', seconds=5)
    scene.figure('seconds from the death of a unit to its report (two looks 0.5 s apart)',
                 scene.receiver.notifications()[0].at - killed)


def without_the_bus(scene):
    scene.watch('worker: {unit: worker, tries: 0, %s}' % QUICK)
    scene.machine.systemctl('stop', 'dbus.socket', 'dbus.service')
    scene.until_said('systemd is not listened to')
    scene.kill('worker')
    scene.expect('worker STOPPED')
    scene.machine.systemctl('start', 'worker')
    scene.expect('worker STOPPED', 'worker STARTED')

    scene.machine.systemctl('start', 'dbus.socket', 'dbus.service')
    scene.until_said('Listening to systemd', seconds=70, times=2)
    scene.kill('worker')
    scene.expect('worker STOPPED', 'worker STARTED', 'worker STOPPED', seconds=5)
    scene.nothing_more()


# -- programs ----------------------------------------------------------------------------------------------------------------

def pid_file(scene):
    scene.watch('ticker: {%s, tries: 2, %s}' % (TICKER, QUICK))
    scene.end_ticker()
    until('it to run again', scene.ticker, SOON)
    scene.nothing_more()

    scene.machine.touch('/run/broken')
    scene.end_ticker()
    scene.expect('ticker STOPPED')
    scene.nothing_more()
    scene.machine.remove('/run/broken')
    scene.nothing_more(3)    # it is left to people now
    scene.machine.run('/usr/local/bin/start-ticker')
    scene.expect('ticker STOPPED', 'ticker STARTED')
    scene.nothing_more()


def executable_with_hooks(scene):
    scene.watch('ticker: {executable: /usr/local/bin/ticker, start: "echo start >>/run/hooks; start-ticker", '
                'before: "echo before >>/run/hooks", after: "echo after >>/run/hooks", tries: 1, %s}' % QUICK)
    scene.end_ticker()
    until('it to run again', scene.ticker, SOON)
    until('the hooks', lambda: scene.machine.read('/run/hooks').split() == ['before', 'start', 'after'], 10)
    scene.nothing_more()


def frozen(scene):
    scene.watch('ticker: {%s, restart: /usr/local/bin/restart-ticker, tries: 1, %s, '
                'health: {command: /usr/local/bin/ticks, interval: 500ms, failures: 2}}' % (TICKER, QUICK))
    first = scene.ticker()
    scene.machine.kill_process(first, signal.SIGSTOP)
    until('another one in its place', lambda: scene.ticker() not in (None, first), SOON)
    scene.nothing_more()

    scene.machine.touch('/run/broken')
    second = scene.ticker()
    scene.machine.kill_process(second, signal.SIGSTOP)
    scene.expect('ticker STOPPED')
    scene.nothing_more()
    assert scene.ticker() == second, 'alive all the time, and useless'
    scene.machine.kill_process(second, signal.SIGCONT)
    scene.expect('ticker STOPPED', 'ticker STARTED')
    scene.nothing_more()


def hanging_start(scene):
    scene.watch('ticker: {executable: /usr/local/bin/ticker, start: [sleep, "120"], command-timeout: 2m, %s}' % QUICK,
                'worker: {unit: worker, tries: 0, %s}' % QUICK)
    scene.end_ticker()
    scene.until_said('Start 1 of 3 (sleep 120)')
    scene.kill('worker')
    scene.expect('worker STOPPED', seconds=5)
    scene.nothing_more()
    took = scene.stop()
    assert took < MOST_STOPPING, 'it stopped after %.1f s' % took


# -- the monitor itself ------------------------------------------------------------------------------------------------------

def monitor_killed(scene):
    """What was told is told again as the same; what died meanwhile is told."""
    scene.watch('worker: {unit: worker, tries: 0, %s}' % QUICK, 'ticker: {%s, tries: 0, %s}' % (TICKER, QUICK))
    scene.kill('worker')
    scene.expect('worker STOPPED')
    told = scene.receiver.notifications()[0].body['generated_time']
    scene.kill(MONITOR)
    scene.end_ticker()
    scene.until_said('Watching', times=2)
    scene.expect('worker STOPPED', 'ticker STOPPED')
    until('the first report once more', lambda: scene.receiver.repeated == 1, SOON)
    assert scene.receiver.notifications()[0].body['generated_time'] == told
    assert scene.restarts(MONITOR) == 1

    scene.machine.systemctl('start', 'worker')
    scene.machine.run('/usr/local/bin/start-ticker')
    until('both to be back', lambda: len(scene.reports()) == 4, SOON)
    assert sorted(scene.reports()[2:]) == ['ticker STARTED', 'worker STARTED'], scene.reports()
    scene.nothing_more()


def controller_away(scene):
    scene.watch('worker: {unit: worker, tries: 0, %s}' % QUICK)
    scene.receiver.go()
    scene.kill('worker')
    scene.until_said('Not delivered')
    scene.kill(MONITOR)
    scene.until_said('Watching', times=2)
    scene.machine.systemctl('start', 'worker')
    scene.until_said("event=STARTED")
    assert scene.reports() == []
    scene.receiver.come()
    scene.expect('worker STOPPED', 'worker STARTED')
    scene.nothing_more()


def watchdog(scene):
    scene.machine.write('/etc/systemd/system/%s.service.d/case.conf' % MONITOR, '[Service]\nWatchdogSec=5\n')
    scene.machine.systemctl('daemon-reload')
    scene.watch('worker: {unit: worker, tries: 0, %s}' % QUICK)
    scene.nothing_more(12)
    assert scene.restarts(MONITOR) == 0, 'it gives signs of life'
    scene.kill(MONITOR, 'STOP')
    until('systemd to put another one in its place', lambda: scene.restarts(MONITOR) == 1, SOON)
    scene.until_said('Watching', times=2)
    scene.kill('worker')
    scene.expect('worker STOPPED')


def reloaded(scene):
    scene.watch('worker: {unit: worker, tries: 0, %s}' % QUICK)
    scene.configure('worker: {unit: worker, tires: 0}')
    scene.machine.systemctl('reload', MONITOR)
    scene.until_said('unknown key')
    assert scene.machine.show(MONITOR, 'ActiveState', 'NRestarts') == ['active', '0']
    scene.kill('worker')
    scene.expect('worker STOPPED')    # as the old file says

    scene.configure('ticker: {%s, tries: 0, %s}' % (TICKER, QUICK))
    scene.machine.systemctl('reload', MONITOR)
    scene.until_said('The list of processes is read again')
    scene.end_ticker()
    scene.expect('worker STOPPED', 'ticker STOPPED')
    scene.machine.systemctl('start', 'worker')    # which is in no list any more, and was reported
    scene.expect('worker STOPPED', 'ticker STOPPED', 'worker STARTED', seconds=60)    # stable is then what it is by default
    scene.kill('worker')
    scene.nothing_more()


def reload_is_told(scene):
    """RELOADING=1 and READY=1, as systemd hears them from a SIGHUP that it knows nothing of."""
    scene.watch('worker: {unit: worker, tries: 0, %s}' % QUICK)
    path = '/org/freedesktop/systemd1/unit/migawari_2dprocess_2dmonitor_2eservice'
    scene.machine.run('systemd-run', '--unit=witness', '--collect', 'busctl', 'monitor', '--match',
                      "type='signal',member='PropertiesChanged',path='%s'" % path)
    until('the witness to listen', lambda: 'Monitoring' in scene.machine.journal('witness'), 10)
    scene.kill(MONITOR, 'HUP')
    scene.until_said('The list of processes is read again')

    def states():
        return [line.split('"')[1] for line in scene.machine.journal('witness').splitlines()
                if 'STRING "' in line and line.split('"')[1] in ('reloading', 'active')]
    try:
        until(lambda: 'reloading, then active: %s' % states(), lambda: states()[:1] == ['reloading']
              and 'active' in states(), 10)
    finally:
        scene.machine.systemctl('stop', 'witness')


def stopped_and_started(scene):
    """What it has started outlives it."""
    scene.watch('ticker: {%s, tries: 1, %s}' % (TICKER, QUICK))
    scene.end_ticker()
    started = until('it to run again', scene.ticker, SOON)
    took = scene.stop()
    scene.figure('seconds to stop', took)
    assert took < MOST_STOPPING, took
    assert scene.machine.show(MONITOR, 'Result', 'ActiveState') == ['success', 'inactive']
    assert scene.ticker() == started, 'it was ended with the monitor'
    scene.machine.systemctl('start', MONITOR)
    scene.nothing_more()


def masakaris_list(scene):
    scene.machine.write('/etc/masakarimonitors/process_list.yaml', '''\
-
    process_name: /usr/local/bin/ticker
    start_command: /usr/local/bin/start-ticker
    pre_start_command:
    post_start_command:
    restart_command: /usr/local/bin/start-ticker
    pre_restart_command: echo before >>/run/hooks
    post_restart_command:
    run_as_root: True
-
    process_name: /bin/sleep infinity
    start_command: systemctl start worker
    restart_command: systemctl restart worker
    run_as_root: True
-
    process_name: sleep
    start_command: /opt/somewhere
    restart_command: /opt/somewhere
    run_as_root: True
''')
    scene.watch(more='masakari-process-list: /etc/masakarimonitors/process_list.yaml')
    for words in ('watched as ticker, the program /usr/local/bin/ticker, started by "/usr/local/bin/start-ticker"',
                  '/bin/sleep infinity: watched as sleep, unit worker.service',
                  'sleep: NOT taken over: there is a sleep already'):
        scene.until_said(words)
    scene.end_ticker()
    scene.kill('worker')
    until('both to run again', lambda: scene.ticker() and scene.machine.show('worker', 'ActiveState') == ['active'], SOON)
    assert scene.machine.read('/run/hooks').split() == ['before']
    scene.nothing_more()


def host_unknown_to_the_controller(scene):
    scene.receiver.hosts = ['compute1.example.org']
    scene.configure('worker: {unit: worker, %s}' % QUICK)
    scene.machine.systemctl('start', MONITOR, codes=(1,))
    scene.until_said('the controller does not know a host compute1')
    scene.until_said('it knows compute1.example.org')
    scene.receiver.hosts = [HOST]
    scene.until_said('Watching')    # systemd tries again by itself


def at_rest(scene):
    units = ['u%d: {unit: %s, %s}' % (number, name, QUICK) for number, name in enumerate(UNITS)]
    scene.watch(*units, 'ticker: {%s, %s}' % (TICKER, QUICK), interval='2s', calm='30s')
    scene.nothing_more(20)    # what the start has left to do, with programs that it runs for a moment
    pids = scene.machine.host_pids_of(MONITOR)
    _, before = machine.cost(pids)
    begun = time.monotonic()
    scene.nothing_more(REST_SECONDS)
    resident, after = machine.cost(pids)
    share = (after - before) / (time.monotonic() - begun)
    scene.figure('share of a core at rest', share)
    scene.figure('resident MiB', resident)
    assert share < MOST_CPU, 'it uses %.2f %% of a core' % (100 * share)


CASES = {play.__name__.replace('_', '-'): play for play in (
    restarted_by_systemd, brought_back, start_limit, flapping, stopped_by_a_person, seen_at_once, without_the_bus, pid_file,
    executable_with_hooks, frozen, hanging_start, monitor_killed, controller_away, watchdog, reloaded, reload_is_told,
    stopped_and_started, masakaris_list, host_unknown_to_the_controller, at_rest)}
