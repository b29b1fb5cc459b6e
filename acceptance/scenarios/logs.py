# SPDX-License-Identifier: Apache-2.0
"""Where our lines go, and what those who take them understand: a real rsyslogd over TLS, UDP and a local socket, the real libsystemd with
somebody in the place of journald, and whoever reads JSON. What speaks is the process monitor: a program dies, and the monitor says so, reports it,
and says that. The report must come whatever becomes of the lines."""
import glob
import json
import os
import re
import signal
import socket
import subprocess

from rig import packages, processes
from rig.place import ADDRESS
from rig.syslog_server import SyslogServer
from rig.waiting import until
from support import product as products

NAME = 'logs'
DOC = 'log lines as rsyslogd understands them over TLS, UDP and a local socket, also when it is away or hung; the fields of the journal; JSON'
MINUTES = 4
STAGE = 'nodes'
NEEDS = [packages.SYSLOG]

HOST = 'compute1'
MONITOR = 'process-monitor'
PROGRAM = 'migawari-process-monitor'
SOON = 40
CONFIGURATION = '''\
host: {host}
interval: 500ms
processes:
  worker: {{pid-file: {pid_file}, tries: 0}}
controller: {{authentication: none, endpoints: '{url}', longest-pause: 2s, sign-of-life: 0s}}
spool: {{directory: '{spool}'}}
health: {{listen: off}}
log:
  {log}
'''
# What the watching of the worker and its death lead to, in this order; it is seen more than once.
STORY = ['process-seen', 'failure-to-report', 'notification-delivered']


def run(stage):
    scene = Scene(stage)
    try:
        for name, play in CASES.items():
            stage.case(name, lambda case, play=play: scene.play(play))
    finally:
        scene.end()


class Scene:

    def __init__(self, stage):
        self.stage = stage
        self.place = stage.place
        self.port = 26514 + stage.place.offset
        self.server = SyslogServer(stage.place, self.port)
        self.case = 0
        stage.receiver.hosts = [HOST]
        stage.evidence('understood.txt', lambda: '\n'.join(json.dumps(line) for line in self.server.understood()))

    def play(self, play):
        self.case += 1
        self.server.forget()
        self.server.start()
        self.live()
        try:
            play(self)
        finally:
            self.end()

    def end(self):
        for name in (self.monitor, 'worker'):
            processes.kill(self.place, name)
        self.server.stop()

    # -- who speaks ----------------------------------------------------------------------------------------------------

    @property
    def monitor(self):
        """A log for each case."""
        return '%s-%d' % (MONITOR, self.case)

    def live(self):
        """The worker runs."""
        processes.start(self.place, 'worker', ['sleep', 'infinity'])
        self.place.write('run/worker', '%d\n' % processes.pid(self.place, 'worker'))

    def watch(self, log, around=()):
        path = self.place.write('etc/%s.yaml' % self.monitor, CONFIGURATION.format(
            host=HOST, pid_file=self.place.path('run', 'worker'), url=self.stage.receiver.url,
            spool=self.place.path('spool', self.monitor), log=log.replace('\n', '\n  ')))
        processes.start(self.place, self.monitor, list(around) + self.stage.product.monitor_argv(MONITOR, '--config', path),
                        products.environment({'HOSTNAME': HOST}))

    def syslog(self, address, more=''):
        self.watch('to: syslog\nsyslog: {address: "%s"%s}' % (address, more))

    def tls(self):
        self.syslog('tls://%s:%d' % (ADDRESS, self.port), ', ca-file: ' + self.server.path('server.pem'))

    def said(self):
        """On standard output."""
        with open(self.place.log(self.monitor), encoding='utf-8') as file:
            return file.read()

    def die(self, reports=1):
        """The worker dies, and that is reported."""
        processes.kill(self.place, 'worker')
        until(lambda: 'report %d; there are %s' % (reports, self.stage.receiver.notifications()),
              lambda: len(self.stage.receiver.notifications()) == reports, SOON)

    def stop(self):
        processes.kill(self.place, self.monitor, signal.SIGTERM, 10)

    # -- who listens ---------------------------------------------------------------------------------------------------

    def events(self):
        return [line['event'] for line in self.server.understood()]

    def look_at_the_story(self):
        """Everything of it, in its order, and nothing twice."""
        lines = [line for line in self.server.understood() if line['event'] in STORY]
        said = [line['event'] for line in lines]
        assert [event for i, event in enumerate(said) if said[i - 1:i] != [event]] == STORY, said
        texts = [line['text'] for line in lines]
        assert len(set(texts)) == len(texts), texts

    def until_understood(self, event, times=1):
        until(lambda: '"%s" at the syslog server; it has %s\n%s' % (event, self.events(), self.said()),
              lambda: self.events().count(event) >= times, SOON)
        return [line for line in self.server.understood() if line['event'] == event][-1]

    def look_at_a_death(self):
        """Everything of it, once, in its order, with all fields."""
        self.until_understood('monitor-watching')
        self.until_understood('process-seen')
        self.die()
        delivered = self.until_understood('notification-delivered')
        self.look_at_the_story()
        notification = self.stage.receiver.notifications()[0]
        assert delivered['severity'] == 'info' and delivered['facility'] == 'daemon', delivered
        assert delivered['host'] == HOST and delivered['program'] == PROGRAM, delivered
        assert delivered['process'].isdigit(), delivered
        assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|\+00:00)', delivered['time']), delivered
        assert delivered['data']['host'] == HOST and delivered['data']['notification'], delivered
        assert delivered['data']['logger'].startswith('io.migawari.') and delivered['data']['thread'], delivered
        assert delivered['text'].lstrip().startswith('Delivered: PROCESS'), delivered
        assert ' host=%s' % HOST in delivered['text'], delivered
        told = self.until_understood('failure-to-report')
        assert told['data']['notification'] == delivered['data']['notification'], told
        assert notification.payload['process_name'] == 'worker', notification
        seen = self.until_understood('process-seen', 2)
        assert seen['severity'] == 'warning' and seen['data']['process'] == 'worker', seen
        self.stop()
        self.until_understood('stopped')
        assert all(line['event'] != '-' for line in self.server.understood()), self.events()


# -- syslog ------------------------------------------------------------------------------------------------------------------

def over_tls(scene):
    scene.tls()
    scene.look_at_a_death()


def over_udp(scene):
    scene.syslog('udp://%s:%d' % (ADDRESS, scene.port), ', facility: daemon')
    scene.look_at_a_death()


def over_a_local_socket(scene):
    scene.syslog(scene.server.path('socket'))
    scene.look_at_a_death()


def restarted(scene, begin=lambda scene: scene.tls()):
    """What is said while it is away arrives afterwards, in its order, and nothing twice."""
    begin(scene)
    scene.until_understood('process-seen')
    scene.server.stop()
    scene.die()
    until('the monitor to say that nobody listens:\n' + scene.said(), lambda: 'does not take lines' in scene.said(), SOON)
    scene.server.start()
    scene.until_understood('syslog-back')
    scene.look_at_the_story()
    assert scene.events().count('syslog-away') == 1 and 'log-lines-lost' not in scene.events(), scene.events()


def restarted_with_a_local_socket(scene):
    restarted(scene, lambda scene: scene.syslog(scene.server.path('socket')))


def hung(scene):
    """It takes nothing for a while, and the reports do not wait for it."""
    scene.tls()
    scene.until_understood('process-seen')
    scene.server.freeze()
    try:
        scene.die()
    finally:
        scene.server.thaw()
    scene.until_understood('notification-delivered')


def away_at_the_end(scene):
    """Nobody is waited for who is not there."""
    scene.tls()
    scene.until_understood('process-seen')
    scene.server.stop()
    scene.die()
    before = processes.pid(scene.place, scene.monitor)
    scene.stop()
    assert processes.start_time(before) is None
    assert 'Stopped' not in scene.events(), scene.events()


def somebody_else(scene):
    """A server with another certificate is told nothing, and standard output says why."""
    scene.server.certify('other', 'IP:' + ADDRESS)
    scene.syslog('tls://%s:%d' % (ADDRESS, scene.port), ', ca-file: ' + scene.server.path('other.pem'))
    until(lambda: 'the monitor to say what is wrong:\n' + scene.said(), lambda: 'does not take lines' in scene.said(), SOON)
    assert 'Exception' in scene.said().split('does not take lines')[1], scene.said()
    scene.die()
    assert not scene.events(), scene.events()


# -- the others --------------------------------------------------------------------------------------------------------------

def as_json(scene):
    scene.watch('to: json')
    until('the worker to be seen', lambda: 'process-seen' in scene.said(), SOON)
    scene.die()
    until(lambda: 'the delivery:\n' + scene.said(), lambda: 'notification-delivered' in scene.said(), SOON)
    scene.stop()
    lines = [json.loads(line) for line in scene.said().splitlines()]
    assert all(list(line)[:3] == ['time', 'level', 'message'] and line['logger'] and line['thread'] for line in lines), lines
    delivered = [line for line in lines if line['event'] == 'notification-delivered'][0]
    assert delivered['host'] == HOST and delivered['level'] == 'INFO' and delivered['notification'], delivered
    assert lines[-1]['event'] == 'stopped', lines[-1]


class Journal:
    """In the place of journald: takes entries in its own form (systemd.io/JOURNAL_NATIVE_PROTOCOL)."""

    def __init__(self, directory):
        os.makedirs(directory)
        self.directory = directory
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(os.path.join(directory, 'socket'))
        self.socket.settimeout(SOON)

    def entry(self):
        data = self.socket.recv(1 << 20)
        fields = {}
        while data:
            line, _, data = data.partition(b'\n')
            name, equals, value = line.partition(b'=')
            if not equals:    # with its length, since there are line ends in it
                length = int.from_bytes(data[:8], 'little')
                value, data = data[8:8 + length], data[9 + length:]
            fields[name.decode()] = value.decode()
        return fields

    def until(self, event):
        entries = []
        while not entries or entries[-1].get('MIGAWARI_EVENT') != event:
            entries.append(self.entry())
        return entries

    def close(self):
        self.socket.close()


def to_the_journal(scene):
    """libsystemd is the real one; its socket is another one than the machine's, for this process only."""
    journal = Journal(scene.place.path('journal'))
    try:
        scene.watch('to: journal', around=('unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /run && mkdir -p /run/systemd/journal && '
                                           'mount --bind %s /run/systemd/journal && exec "$0" "$@"' % journal.directory))
        entries = journal.until('process-seen')
        scene.die()
        entries += journal.until('notification-delivered')
        delivered = entries[-1]
        assert delivered['MESSAGE'].startswith('Delivered: PROCESS') and ' host=' + HOST in delivered['MESSAGE'], delivered
        assert delivered['PRIORITY'] == '6' and delivered['SYSLOG_IDENTIFIER'] == PROGRAM, delivered
        assert delivered['MIGAWARI_HOST'] == HOST and delivered['MIGAWARI_NOTIFICATION'], delivered
        assert delivered['THREAD'] and delivered['LOGGER'].startswith('io.migawari.'), delivered
        assert re.fullmatch(r'[0-9a-f]{32}', delivered['MESSAGE_ID']), delivered
        explained(scene, entries)
    finally:
        journal.close()


def explained(scene, entries):
    """By journalctl, with the catalogue that the packages install."""
    root = scene.place.path('catalog')
    os.makedirs(os.path.join(root, 'usr/lib/systemd/catalog'))
    os.makedirs(os.path.join(root, 'var/lib/systemd/catalog'))
    for path in glob.glob(os.path.join(products.CHECKOUT, 'packaging/catalog/*')):
        subprocess.run(['cp', path, os.path.join(root, 'usr/lib/systemd/catalog')], check=True)
    subprocess.run(['journalctl', '--root', root, '--update-catalog'], check=True)
    for message in {entry['MESSAGE_ID'] for entry in entries}:
        shown = subprocess.run(['journalctl', '--root', root, '--dump-catalog', message], check=True, capture_output=True,
                               text=True).stdout
        assert 'Defined-By: Migawari' in shown and 'What to do: ' in shown, (message, shown)


def without_a_journal(scene):
    scene.watch('to: journal', around=('unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /run && exec "$0" "$@"'))
    until('the worker to be seen', lambda: 'Seen: ' in scene.said(), SOON)
    lines = scene.said().splitlines()
    assert lines[0] == ('<4>The journal gets lines without fields, by standard output: there is no /run/systemd/journal/socket'), lines
    assert all(re.match('<[3-7]>', line) for line in lines), lines


CASES = {
    'over-tls': over_tls,
    'over-udp': over_udp,
    'over-a-local-socket': over_a_local_socket,
    'restarted': restarted,
    'restarted-with-a-local-socket': restarted_with_a_local_socket,
    'hung': hung,
    'away-at-the-end': away_at_the_end,
    'somebody-else': somebody_else,
    'as-json': as_json,
    'to-the-journal': to_the_journal,
    'without-a-journal': without_a_journal,
}
