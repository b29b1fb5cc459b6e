# SPDX-License-Identifier: Apache-2.0
"""A real Corosync/Pacemaker cluster on this machine: each node has processes, network, mounts, host name and shared memory of
its own (inside/node_start.sh), and a power switch that Pacemaker fences it with."""
import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import threading
import time
import zlib

from . import networks, packages, processes
from .place import INSIDE, PYTHON, RigError
from .power import PORT as SWITCH_PORT, PowerSwitch
from .waiting import until

PRIVATE = ('var/lib/pacemaker', 'var/lib/corosync', 'var/log/corosync', 'var/log/pacemaker', 'etc/corosync', 'etc/pacemaker')
DAEMONS = {'member': ('corosync', 'pacemaker'), 'remote': ('pacemaker_remote',), 'bare': ()}
COMMAND_SECONDS = 60

# A cluster that has never had a controller waits 20 s for one to show up; taken back once all are online.
FIRST_CIB = '''<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0">
<configuration><crm_config><cluster_property_set id="rig"><nvpair id="rig-dc-deadtime" name="dc-deadtime" value="2s"/>
</cluster_property_set></crm_config><nodes/><resources/><constraints/></configuration><status/></cib>
'''


class Cluster:
    """members: compute1, compute2, ... remotes: remote1, ... token: Corosync's, in milliseconds (its default is 3000).

    bare: the nodes alone, without Corosync and Pacemaker.
    """

    def __init__(self, place, members=3, remotes=0, token=1000, bare=False):
        self.place = place
        self.members = ['compute%d' % number for number in range(1, members + 1)]
        self.remotes = ['remote%d' % number for number in range(1, remotes + 1)]
        self.token = token
        self.bare = bare
        self.wiring = networks.Wiring('mig%04x' % (zlib.crc32(place.directory.encode()) & 0xffff))
        self.switch = None
        self.witnesses = []
        self.doors = {}

    @property
    def nodes(self):
        return self.members + self.remotes

    # -- up and down --------------------------------------------------------------------------------------------------

    def up(self, say):
        """Returns when every node is online and fencing is configured."""
        self.down()
        os.makedirs(self.place.path('logs'), exist_ok=True)
        self._write_files()
        self.wiring.up(self.nodes)
        self.switch = PowerSwitch(self.wiring.listener(SWITCH_PORT), self.kill, self.boot, self.is_on)
        self.boot(*self.nodes)
        if self.bare:
            return
        self.until_seen(self.members[0], lambda view: self._online(view, self.members), 'all members to be online', 120)
        self._configure()
        self.until_seen(self.members[0], lambda view: self._online(view, self.nodes), 'all nodes to be online', 120)
        self.settle()
        say('a cluster of %s' % ', '.join(self.nodes))

    def down(self):
        """Ends everything that was ever started in this place, by whatever process."""
        for witness in self.witnesses:
            witness.close()
        self.witnesses = []
        for node in self.doors:
            self._open_doors(node)
        if self.switch:
            self.switch.close()
            self.switch = None
        self.wiring.down()
        for name in ('nodes', 'sbin', 'hosts'):
            path = self.place.path(name)
            shutil.rmtree(path, ignore_errors=True) if os.path.isdir(path) else os.path.exists(path) and os.unlink(path)

    def _write_files(self):
        place = self.place
        place.write('hosts', '127.0.0.1 localhost\n%s hub\n' % networks.HUB + ''.join(
            '%s %s\n' % (self.address(node, 'ring'), node) for node in self.nodes))
        os.makedirs(place.path('sbin'))
        for source, name in (('node_daemon.sh', 'node-daemon'), ('fence_switch.sh', 'fence_switch')):
            shutil.copy2(os.path.join(INSIDE, source), place.path('sbin', name))
        if self.remotes:
            shutil.copy2(packages.REMOTED.file, place.path('sbin'))
        key = os.urandom(4096)
        corosync = '''totem {
  version: 2
  cluster_name: rig
  transport: knet
  crypto_cipher: none
  crypto_hash: none
  token: %d
}
quorum {
  provider: corosync_votequorum
}
system {
  move_to_root_cgroup: no
}
logging {
  to_logfile: yes
  logfile: /var/log/corosync/corosync.log
  to_syslog: no
  timestamp: hires
}
nodelist {
%s}
''' % (self.token, ''.join('  node {\n    ring0_addr: %s\n    name: %s\n    nodeid: %d\n  }\n' % (
            self.address(node, 'ring'), node, number) for number, node in enumerate(self.members, 1)))
        for node in self.nodes:
            for path in PRIVATE:
                os.makedirs(place.path('nodes', node, path))
            if self.bare:
                continue
            cluster, haclient = pwd.getpwnam('hacluster').pw_uid, pwd.getpwnam('hacluster').pw_gid
            for name in ('blackbox', 'cib', 'cores', 'pengine'):
                os.mkdir(place.path('nodes', node, 'var/lib/pacemaker', name), 0o750)
            place.write('nodes/%s/etc/corosync/corosync.conf' % node, corosync)
            if node in self.members:
                place.write('nodes/%s/var/lib/pacemaker/cib/cib.xml' % node, FIRST_CIB, 0o600)
            with open(place.path('nodes', node, 'etc/pacemaker/authkey'), 'wb') as file:
                file.write(key)
            for top in ('var/lib/pacemaker', 'var/log/pacemaker', 'etc/pacemaker'):
                for directory, _, files in os.walk(place.path('nodes', node, top)):
                    for path in [directory] + [os.path.join(directory, file) for file in files]:
                        os.chown(path, cluster, haclient)

    def _configure(self):
        resources, constraints = [], []
        for node in self.nodes:
            resources.append('''<primitive id="fence-{0}" class="stonith" type="fence_switch">
<instance_attributes id="fence-{0}-attributes"><nvpair id="fence-{0}-plug" name="plug" value="{0}"/>
<nvpair id="fence-{0}-hosts" name="pcmk_host_list" value="{0}"/></instance_attributes>
</primitive>'''.format(node))
        for node in self.members:
            constraints.append('<rsc_location id="fence-{0}-elsewhere" rsc="fence-{0}" node="{0}" score="-INFINITY"/>'.format(
                node))
        for node in self.remotes:
            resources.append('''<primitive id="{0}" class="ocf" provider="pacemaker" type="remote">
<instance_attributes id="{0}-attributes"><nvpair id="{0}-server" name="server" value="{1}"/></instance_attributes>
<operations><op id="{0}-monitor" name="monitor" interval="5s" timeout="10s"/></operations>
</primitive>'''.format(node, self.address(node, 'ring')))
        options = {'stonith-enabled': 'true', 'stonith-action': 'off', 'no-quorum-policy': 'stop', 'dc-deadtime': '20s'}
        properties = ''.join('<nvpair id="rig-{0}" name="{0}" value="{1}"/>'.format(*pair) for pair in options.items())
        for scope, xml in (('crm_config', '<cluster_property_set id="rig">%s</cluster_property_set>' % properties),
                           ('resources', ''.join(resources)), ('constraints', ''.join(constraints))):
            self.run(self.members[0], 'cibadmin', '--modify', '--allow-create', '--scope', scope, '--xml-text',
                     '<{0}>{1}</{0}>'.format(scope, xml))

    def address(self, node, network):
        return '%s.%d' % (networks.NETWORKS[network], self.nodes.index(node) + 1)

    def listener(self, port):
        """A socket that this process listens on and that the nodes reach at networks.HUB."""
        return self.wiring.listener(port)

    # -- what happens to nodes ----------------------------------------------------------------------------------------

    def boot(self, *nodes):
        started = []
        for node in nodes:
            if self.is_on(node):
                continue
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._pid_file(node))
            self.wiring.link(node, networks.NETWORKS, 'up')
            daemons = DAEMONS['bare' if self.bare else 'remote' if node in self.remotes else 'member']
            with open(self.place.log('console-' + node), 'ab') as console:
                started.append((node, subprocess.Popen(
                    ['nsenter', '--net=' + self.wiring.path(node), 'unshare', '--fork', '--pid', '--mount', '--uts', '--ipc',
                     os.path.join(INSIDE, 'node_start.sh'), self.place.directory, node, *daemons],
                    stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True, cwd='/',
                    env=processes.environment())))
        for node, process in started:
            def booted(node=node, process=process):
                if process.poll() is not None:
                    raise RigError('%s did not boot\n%s' % (node, processes.tail(self.place, 'console-' + node)))
                return self.is_on(node)
            until('%s to boot' % node, booted, 60)

    def kill(self, node):
        """The node loses its power; nothing of it is heard any more, no reset of a connection either. -> when"""
        self.wiring.link(node, networks.NETWORKS, 'down')
        now = time.time()
        self._end_processes(node)
        return now

    def _end_processes(self, node):
        number = self._pid(node)
        if number:
            os.kill(number, signal.SIGKILL)    # the first process of a PID namespace takes all others with it
            self._open_doors(node)
            until('the end of ' + node, lambda: processes.start_time(number) is None, 30, every=0.02)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._pid_file(node))

    def cut(self, node, *which):
        """Pulls cables out: ring, mgmt, or both."""
        self.wiring.link(node, which, 'down')
        return time.time()

    def heal(self, node, *which):
        self.wiring.link(node, which or networks.NETWORKS, 'up')
        return time.time()

    def freeze(self, node):
        """It stands still and keeps everything it had in mind. -> when"""
        self._signal_all(node, signal.SIGSTOP)
        return time.time()

    def thaw(self, node):
        self._signal_all(node, signal.SIGCONT)
        self._open_doors(node)

    def _open_doors(self, node):
        """nsenter stops itself when the program that it started in a node is stopped, and does not see its end then."""
        for door in self.doors.get(node, ()):
            if door.poll() is None:
                door.send_signal(signal.SIGCONT)

    def _signal_all(self, node, number):
        theirs = self.pid_namespace(node)
        for entry in os.listdir('/proc'):
            with contextlib.suppress(OSError):
                if entry.isdigit() and os.readlink('/proc/%s/ns/pid' % entry) == theirs:
                    os.kill(int(entry), number)

    def daemon(self, node, doing, daemon):
        """start, stop or kill: corosync, pacemaker, pacemaker_remote."""
        self.run(node, 'node-daemon', doing, daemon)

    def is_on(self, node):
        return self._pid(node) is not None

    def pid_namespace(self, node):
        """By which its processes are known; None if it is off."""
        number = self._pid(node)
        return number and os.readlink('/proc/%d/ns/pid' % number)

    def _pid_file(self, node):
        return self.place.path('nodes', node, 'pid')

    def _pid(self, node):
        """Of its first process, as long as that is the one that we started."""
        try:
            with open(self._pid_file(node)) as file:
                number = int(file.read())
            same = os.stat('/proc/%d/ns/net' % number).st_ino == os.stat(self.wiring.path(node)).st_ino
        except (OSError, ValueError):
            return None
        return number if same else None

    # -- inside -------------------------------------------------------------------------------------------------------

    def enter(self, node, *argv):
        """The words that run a program in a node."""
        number = self._pid(node)
        if number is None:
            raise RigError('%s is off' % node)
        return ['nsenter', '-t', str(number), '-m', '-u', '-i', '-n', '-p', '--', *argv]

    def run(self, node, *argv, seconds=COMMAND_SECONDS, may_fail=False):
        """-> what it printed"""
        try:
            done = subprocess.run(self.enter(node, *argv), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd='/',
                                  stdin=subprocess.DEVNULL, timeout=seconds, env=processes.environment())
        except subprocess.TimeoutExpired:
            raise RigError('%s on %s did not end within %d s' % (' '.join(argv), node, seconds))
        if done.returncode and not may_fail:
            raise RigError('%s on %s ended with %d\n%s' % (' '.join(argv), node, done.returncode, done.stdout[-2000:]))
        return done.stdout

    def start(self, node, log, argv, env=None):
        """Starts a program that stays. -> its pid, as it is known outside, when it has one"""
        with open(self.place.log(log), 'ab') as out:
            entering = subprocess.Popen(self.enter(node, *argv), stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd='/',
                                        start_new_session=True, env=processes.environment(env))
        self.doors.setdefault(node, []).append(entering)

        def child():
            try:
                with open('/proc/%d/task/%d/children' % (entering.pid, entering.pid)) as file:
                    return file.read().split()
            except OSError:
                raise RigError('%s did not start on %s\n%s' % (log, node, processes.tail(self.place, log)))
        return int(until('%s to start on %s' % (log, node), child, 10, every=0.02)[0])

    def view(self, node):
        """What crm_mon shows there now: {"nodes": {name: [flag]} or None, "quorum", "dc", "fenced": {name: time}}"""
        shown = self.run(node, PYTHON, os.path.join(INSIDE, 'crm_watch.py'), 'once', may_fail=True)
        return json.loads(shown)

    def until_seen(self, node, condition, what, seconds=60):
        last = []

        def holds():
            last[:] = [self.view(node)]
            return last[0]['nodes'] is not None and condition(last[0])
        until(lambda: '%s, as %s sees it: %s' % (what, node, last), holds, seconds)
        return last[0]

    def settle(self):
        """Waits until Pacemaker has nothing left to do."""
        self.run(self.members[0], 'crm_resource', '--wait', '--timeout', '60s', seconds=90, may_fail=True)

    @staticmethod
    def _online(view, nodes):
        return view['quorum'] and all('online' in view['nodes'].get(node, ()) and not (
            {'unclean', 'pending'} & set(view['nodes'][node])) for node in nodes)

    def until_whole(self, seconds=120):
        """Every node is on, and a member in good standing."""
        self.boot(*self.nodes)
        for node in self.members:
            self.until_seen(node, lambda view: self._online(view, self.nodes), 'all nodes to be online', seconds)

    def witness(self, node):
        """Follows what crm_mon shows there, until it is closed or the node dies."""
        entering = subprocess.Popen(
            self.enter(node, PYTHON, os.path.join(INSIDE, 'crm_watch.py')), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            text=True, cwd='/', start_new_session=True, env=processes.environment())
        self.doors.setdefault(node, []).append(entering)
        made = Witness(entering)
        self.witnesses.append(made)
        return made


class Witness:
    """The story that crm_mon tells in one node."""

    def __init__(self, process):
        self.process = process
        self.changes = []
        threading.Thread(target=self._read, name='witness', daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.changes.append(json.loads(line))

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def first(self, condition, since=0.0):
        """The first change from then on that this holds for, or None."""
        return next((change for change in list(self.changes)
                     if change['at'] >= since and change['nodes'] is not None and condition(change)), None)

    def until(self, what, condition, since=0.0, seconds=60):
        return until(lambda: '%s; it shows: %s' % (what, self.changes[-1:]), lambda: self.first(condition, since), seconds)

    def saw_fenced(self, node, since):
        """When it first showed this node as off and fenced, after that moment."""
        change = self.until('crm_mon to show %s fenced' % node, lambda change: (
            node in change['fenced'] and 'online' not in change['nodes'].get(node, ('online',))
            and 'unclean' not in change['nodes'][node]), since)
        return change['at']
