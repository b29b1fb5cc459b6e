# SPDX-License-Identifier: Apache-2.0
"""The Debian packages on a fresh machine with a real systemd, as an operator meets them: installed, edited, started, looked at, restarted,
upgraded while they run, removed, purged. The database is Debian's MariaDB on that machine; there is no cloud, and the cluster
is one node of a real Pacemaker."""
import datetime
import json
import os
import re
import time
import types

from rig import machine, packages
from rig.machine import Machine
from rig.waiting import until
from support import debian_packages
from support.class_lists import ClassList
from support.machine_scene import MachineScene

NAME = 'packages'
DOC = 'the Debian packages under a real systemd: install, two edits, start, restart, upgrade while running, remove, purge'
MINUTES = 10
STAGE = 'nodes'
TREE = machine.Tree('packages', packages='systemd,dbus', more=(
    'mariadb-server', 'lintian', 'man-db', 'procps', 'ca-certificates', 'curl', 'iproute2', 'pacemaker', 'pacemaker-cli-utils',
    'corosync', 'libvirt0', 'libvirt-daemon', 'libvirt-daemon-driver-qemu', 'libvirt-daemon-system', 'libvirt-clients'))
NEEDS = [packages.MACHINE, TREE]

HOST = 'node1'
DAEMONS = ('controller', 'host-monitor', 'instance-monitor', 'process-monitor')
UNITS = tuple('migawari-' + daemon for daemon in DAEMONS)
API = 'http://127.0.0.1:15868'
# what systemd-analyze security may say at most; the process monitor runs without a sandbox, and its unit says why
EXPOSURE = {'migawari-controller': 2.0, 'migawari-host-monitor': 2.0, 'migawari-instance-monitor': 2.0, 'migawari-process-monitor': 10}
READY_SECONDS = 2.0
# Code changes by and by, and nobody has to look after the lists each time.
MOST_NOT_IN_THE_ARCHIVE = 0.1
AT_WORK_SECONDS = 15
COMMANDS = ('--help', 'segment list', 'incident list', 'audit list')
CLOUDS = '''\
clouds:
  mycloud:
    auth:
      auth_url: http://127.0.0.1:5000/v3
      username: migawari
      password: nobody-is-there
      project_name: service
      user_domain_name: Default
      project_domain_name: Default
    region_name: RegionOne
'''
COROSYNC = '''\
totem {
    version: 2
    cluster_name: packages
    transport: udpu
    crypto_cipher: none
    crypto_hash: none
}
nodelist {
    node {
        ring0_addr: 127.0.0.1
        name: node1
        nodeid: 1
    }
}
quorum {
    provider: corosync_votequorum
}
logging {
    to_syslog: yes
}
'''


def run(stage):
    debs = debian_packages.built(stage.place.path('debs'))
    Scene(stage, debs).play(CASES)


class Scene(MachineScene):

    def __init__(self, stage, debs):
        super().__init__(stage, Machine(stage.place, TREE, types.SimpleNamespace(directory=debs.directory), HOST, apart=True))
        self.debs = debs
        self.figures = {'size of %s, MB' % name: round(size / 1e6, 1) for name, size in debs.sizes().items()}
        self.before = None
        stage.evidence('journal.txt', lambda: self.machine.run('journalctl', '--no-pager', '-n', '400', codes=None))

    def furnish(self):
        """What is there before Migawari comes: a database, a node of a cluster, a libvirtd, a nova-compute."""
        self.machine.systemctl('start', 'mariadb', seconds=120)
        self.machine.write('/etc/corosync/corosync.conf', COROSYNC)
        self.machine.systemctl('start', 'corosync', 'pacemaker', seconds=120)
        self.machine.write('/etc/systemd/system/nova-compute.service', '[Service]\nExecStart=/bin/sleep infinity\n')
        self.machine.systemctl('daemon-reload')
        self.machine.systemctl('start', 'nova-compute')
        self.machine.systemctl('start', 'libvirtd', codes=None, seconds=120)
        self.before = self.what_is_there()

    def apt(self, *words):
        return self.machine.run('env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-y', '--no-install-recommends', *words,
                                seconds=300)

    def edit(self, path, before, after):
        text = self.machine.read(path)
        assert before in text, '%s has no "%s"' % (path, before)
        mode = os.stat(self.machine.path(path))
        with open(self.machine.path(path), 'w') as file:    # in place: whose it is stays
            file.write(text.replace(before, after, 1))
        assert os.stat(self.machine.path(path)).st_mode == mode.st_mode

    def what_is_there(self):
        """-> what a package could leave behind: files of ours, users, groups, units; the database is the operator's"""
        return self.shell("find / -xdev \\( -path /proc -o -path /sys -o -path /tmp -o -path /opt -o -path /var/cache/man -o -path /var/lib/mysql \\) -prune -o -iname '*migawari*' "
                          '-print; getent passwd | grep migawari; getent group | grep migawari; '
                          "systemctl list-units --all --no-legend 'migawari*'", codes=None)

    def active(self):
        return [unit for unit in UNITS if self.machine.show(unit, 'ActiveState') == ['active']]

    def pids(self):
        return {unit: int(self.machine.show(unit, 'MainPID')[0]) for unit in UNITS}

    def incidents(self):
        return json.loads(self.shell('curl -sf %s/migawari/v1/incidents' % API))['incidents']

    def incident(self, uuid):
        return json.loads(self.shell('curl -sf %s/migawari/v1/incidents/%s' % (API, uuid)))['incident']


# -- in this order -------------------------------------------------------------------------------------------------------

def installed(scene):
    begun = time.monotonic()
    scene.apt('install', *scene.debs.new)
    scene.figure('installation, s', round(time.monotonic() - begun, 1))
    assert scene.active() == [], 'nothing is started that knows no cloud yet'
    assert not scene.machine.exists('/usr/bin/java'), 'the machine has a Java of its own, and shows nothing'
    for daemon, group in zip(DAEMONS, ('migawari', 'migawari-host-monitor', 'migawari-instance-monitor', 'root')):
        shown = scene.machine.run('stat', '-c', '%A %U %G', '/etc/migawari/%s.yaml' % daemon).strip()
        assert shown == '-rw-r----- root ' + group, (daemon, shown)
        assert scene.machine.exists('/var/cache/migawari/%s.jsa' % daemon)


def reproducible(scene):
    digests = debian_packages.laid_out_twice()
    if digests is None:
        scene.stage.say('  the packages were not built here: not looked at')
        return
    assert all(one == other for one, other in digests.values()), digests


def bill_of_materials(scene):
    """Of every jar that is installed, and of Java."""
    bill = json.loads(scene.shell('zcat /usr/share/doc/migawari-runtime/sbom.cdx.json.gz'))
    named = {'%s-%s.jar' % (part['name'], part['version']) for part in bill['components']}
    jars = set(scene.shell('cd /usr/share && ls migawari-*/*.jar | xargs -n 1 basename').split())
    assert not jars - named, 'not in the bill: %s' % sorted(jars - named)
    assert any(part['name'] == 'openjdk' and part['version'] for part in bill['components'])
    assert all(part.get('licenses') for part in bill['components']), [part['name'] for part in bill['components'] if not part.get('licenses')]


def units(scene):
    said = scene.machine.run('systemd-analyze', 'verify', *[unit + '.service' for unit in UNITS], codes=None)
    assert 'migawari' not in said, said
    for unit in UNITS:
        said = scene.machine.run('systemd-analyze', 'security', '--no-pager', unit + '.service', codes=None)
        exposure = float(re.search(r'Overall exposure level for \S+: ([0-9.]+)', said).group(1))
        scene.figure('exposure of ' + unit, exposure)
        assert exposure <= EXPOSURE[unit], said


def edited_and_started(scene):
    scene.machine.write('/etc/openstack/clouds.yaml', CLOUDS)
    for _ in range(2):    # the second time everything is there
        made = scene.shell("migawari db create --admin-url 'jdbc:mariadb://localhost/?localSocket=/run/mysqld/mysqld.sock' "
                           '--password-file /etc/migawari/database-password --schema-password-file /root/migawari-schema-password')
    assert made.count('was there, and is as it was') == 3, made
    scene.shell('chgrp migawari /etc/migawari/database-password && chmod 640 /etc/migawari/database-password')
    # there is no Keystone here
    scene.edit('/etc/migawari/controller.yaml', '  #authentication: keystone', '  authentication: none')
    for monitor in DAEMONS[1:]:
        path = '/etc/migawari/%s.yaml' % monitor
        scene.edit(path, '  #authentication: keystone', '  authentication: none')
        scene.edit(path, '  #endpoints: [https://controller1:15868/v1, https://controller2:15868/v1]', '  endpoints: %s/v1' % API)
    scene.shell('migawari config check /etc/migawari/controller.yaml')
    for monitor in DAEMONS[1:]:
        scene.shell('migawari-%s --config /etc/migawari/%s.yaml --check' % (monitor, monitor))
    scene.shell('migawari db migrate --config /etc/migawari/controller.yaml --user migawari_schema '
                '--password-file /root/migawari-schema-password')
    scene.machine.systemctl('enable', '--now', 'migawari-controller')
    assert scene.shell('curl -s -o /dev/null -w %%{http_code} %s/readyz' % API) == '200', 'active and not ready'
    # `migawari host create` asks Nova, which is not here
    scene.shell('migawari segment create rack1 auto')
    scene.shell("mariadb migawari -e \"INSERT INTO host (id, name, segment, type, control_attributes, reserved, on_maintenance, created_at) "
                "SELECT UUID(), '%s', number, 'COMPUTE', 'SSH', FALSE, FALSE, UTC_TIMESTAMP(6) FROM failover_segment\"" % HOST)
    for unit in UNITS[1:]:
        scene.machine.systemctl('enable', '--now', unit)
    assert scene.active() == list(UNITS)


def least_privilege(scene):
    for unit, user in zip(UNITS, ('migawari', 'migawari-host-monitor', 'migawari-instance-monitor', 'root')):
        pid = scene.pids()[unit]
        status = dict(line.split(':', 1) for line in scene.machine.read('/proc/%d/status' % pid).splitlines())
        assert scene.machine.run('stat', '-c', '%U', '/proc/%d' % pid).strip() == user
        if user != 'root':
            assert status['CapBnd'].strip().strip('0') == '', (unit, status['CapBnd'])
            assert status['Seccomp'].strip() == '2', unit


def monitors_see_what_they_watch(scene):
    """In their sandboxes: Pacemaker, libvirt, systemd."""
    def ready(port):
        return json.loads(scene.shell('curl -s http://127.0.0.1:%d/readyz' % port))
    for monitor, port in (('host-monitor', 15870), ('process-monitor', 15872)):
        until(lambda: '%s to see: %s' % (monitor, ready(port)), lambda: ready(port)['ready'], 60)
    if scene.machine.show('libvirtd', 'ActiveState') == ['active']:
        until(lambda: 'the instance monitor to see: %s' % ready(15871), lambda: ready(15871)['ready'], 60)
    else:
        scene.stage.say('  libvirtd does not run on this machine: what the instance monitor sees is not looked at')
    scene.machine.systemctl('kill', '-s', 'KILL', 'nova-compute')
    until('nova-compute to be brought back', lambda: scene.machine.show('nova-compute', 'ActiveState') == ['active'], 30)


def reloaded(scene):
    """Without another process; and a mistake changes nothing."""
    before = scene.pids()
    for unit in UNITS:
        scene.machine.systemctl('reload', unit)
    until('the controller to go on with it', lambda: 'The configuration is read again' in scene.machine.journal('migawari-controller'), 30)
    scene.edit('/etc/migawari/controller.yaml', 'recovery:\n', 'recovery:\n  nonsense: 1\n')
    scene.machine.systemctl('reload', 'migawari-controller')
    until('the controller to name the mistake', lambda: 'nonsense' in scene.machine.journal('migawari-controller'), 30)
    scene.edit('/etc/migawari/controller.yaml', '  nonsense: 1\n', '')
    assert scene.shell('curl -s -o /dev/null -w %%{http_code} %s/readyz' % API) == '200'
    assert scene.pids() == before and scene.active() == list(UNITS), scene.pids()


def nova_compute_waits(scene):
    """Off until it is linked. Then nova-compute starts at once if nothing is open about its host, and not while nobody can say so."""
    link = '/etc/systemd/system/nova-compute.service.d'
    assert 'migawari' not in scene.machine.run('systemctl', 'cat', 'nova-compute')
    scene.shell('mkdir -p %s && ln -s /usr/share/migawari-host-monitor/nova-compute-waits.conf %s/ && systemctl daemon-reload' % (link, link))
    said = scene.machine.run('systemd-analyze', 'verify', 'nova-compute.service', codes=None)
    assert 'migawari' not in said, said
    begun = time.monotonic()
    scene.machine.systemctl('restart', 'nova-compute', seconds=60)
    scene.figure('start of a nova-compute that asks first, s', round(time.monotonic() - begun, 2))
    assert 'nova-compute may start: no recovery of %s is open' % HOST in scene.machine.journal('nova-compute')
    scene.machine.systemctl('stop', 'migawari-controller', seconds=60)
    scene.machine.systemctl('--no-block', 'restart', 'nova-compute')
    until(lambda: 'nova-compute to wait: ' + scene.machine.journal('nova-compute'),
          lambda: 'nova-compute waits for a controller' in scene.machine.journal('nova-compute'), 60)
    assert scene.machine.show('nova-compute', 'ActiveState') == ['activating']
    waits = int(scene.machine.show('nova-compute', 'ControlPID')[0])
    assert scene.machine.run('stat', '-c', '%U', '/proc/%d' % waits).strip() == 'migawari-host-monitor'
    scene.machine.systemctl('start', 'migawari-controller', seconds=60)
    until('nova-compute to run', lambda: scene.machine.show('nova-compute', 'ActiveState') == ['active'], 60)
    scene.shell('rm -r %s && systemctl daemon-reload' % link)


def crash_loops_are_seen(scene):
    """A wrong configuration is no reason to try again; a daemon that is killed comes back."""
    pid = scene.pids()['migawari-controller']
    scene.machine.kill_process(pid)
    until('another controller', lambda: scene.pids()['migawari-controller'] not in (0, pid)
          and scene.machine.show('migawari-controller', 'ActiveState') == ['active'], 60)
    scene.edit('/etc/migawari/instance-monitor.yaml', 'libvirt:\n', 'libvirt:\n  nonsense: 1\n')
    scene.machine.systemctl('restart', 'migawari-instance-monitor', codes=None)
    assert scene.machine.show('migawari-instance-monitor', 'ActiveState', 'ExecMainStatus') == ['failed', '2']
    assert 'nonsense' in scene.machine.journal('migawari-instance-monitor')
    scene.edit('/etc/migawari/instance-monitor.yaml', '  nonsense: 1\n', '')
    scene.machine.systemctl('start', 'migawari-instance-monitor')


def logged_with_fields(scene):
    """In the real journal, with the explanations that the runtime's package has brought."""
    lines = [json.loads(line) for line in scene.machine.run(
        'journalctl', '-u', 'migawari-controller', '-o', 'json', '--no-pager', 'MIGAWARI_EVENT=controller-ready').splitlines()]
    assert lines, scene.machine.journal('migawari-controller')
    assert lines[-1]['MESSAGE'] == 'The controller is ready', lines[-1]
    assert lines[-1]['SYSLOG_IDENTIFIER'] == 'migawari-controller' and lines[-1]['PRIORITY'] == '6', lines[-1]
    assert len(lines[-1]['MESSAGE_ID']) == 32 and lines[-1]['THREAD'] and lines[-1]['LOGGER'], lines[-1]
    assert lines[-1]['_TRANSPORT'] == 'journal', lines[-1]
    shown = scene.machine.run('journalctl', '-u', 'migawari-controller', '-x', '--no-pager', 'MIGAWARI_EVENT=controller-ready')
    assert 'Defined-By: Migawari' in shown and 'recoveries are worked on' in shown, shown
    for unit in UNITS:
        said = scene.machine.run('journalctl', '-u', unit, '-o', 'json', '--no-pager')
        assert any('MIGAWARI_EVENT' in json.loads(line) for line in said.splitlines()), unit
        assert 'without fields' not in said, unit


def started_and_small(scene):
    for unit in UNITS:
        seconds = []
        for _ in range(3):
            scene.machine.systemctl('stop', unit)
            begun = time.monotonic()
            scene.machine.systemctl('start', unit)
            seconds.append(time.monotonic() - begun)
        scene.figure('start of %s until it is ready, s (best of 3)' % unit, round(min(seconds), 2))
        assert min(seconds) <= READY_SECONDS, seconds
    time.sleep(20)
    for unit in UNITS:
        resident, _ = machine.cost(scene.machine.host_pids_of(unit))
        scene.figure('resident memory of %s, MiB' % unit, round(resident, 1))


def archives_hold_what_is_used(scene):
    """A class that is not in the archive of its daemon is read, parsed and verified at each start."""
    lists = os.path.join(scene.stage.results, 'class-lists')
    os.makedirs(lists, exist_ok=True)
    parts = {}
    for daemon, unit in zip(DAEMONS, UNITS):
        share, state = '/usr/share/migawari-' + daemon, '/var/lib/migawari/' + daemon
        drop_in = '/run/systemd/system/%s.service.d/class-list.conf' % unit
        scene.machine.write(drop_in, '[Service]\nEnvironment="MIGAWARI_JAVA_OPTS=-Xshare:off -XX:DumpLoadedClassList=%s/class-list"\n' % state)
        scene.machine.systemctl('daemon-reload')
        scene.machine.systemctl('restart', unit)
        written = [state + '/class-list']
        if daemon == 'controller':
            for command in COMMANDS:
                written.append('/root/class-list-%d' % len(written))
                scene.shell("MIGAWARI_JAVA_OPTS='-Xshare:off -XX:DumpLoadedClassList=%s' migawari %s" % (written[-1], command))
        time.sleep(AT_WORK_SECONDS)
        scene.machine.systemctl('stop', unit, seconds=60)
        shipped = ClassList(scene.machine.read(share + '/classes'))
        used = ClassList(''.join(scene.machine.read(file) for file in written))
        parts[daemon] = used.share_missing_in(shipped)
        scene.figure('not in the archive of %s, of what is used' % daemon, '%.1f %%' % (100 * parts[daemon]))
        with open(os.path.join(lists, daemon), 'w') as file:
            file.write(shipped.brought_up_to(used, scene.machine.path(share)).text(daemon))
        scene.shell('rm %s %s && systemctl daemon-reload && systemctl start %s' % (drop_in, ' '.join(written), unit))
    assert max(parts.values()) <= MOST_NOT_IN_THE_ARCHIVE, 'cp %s/* packaging/class-lists/' % lists


def upgraded_while_running(scene):
    """From the build before, with an incident open: it goes on with the operator's files, and with what it remembers."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%f')
    scene.shell("curl -sf -H 'Content-Type: application/json' -d '%s' %s/v1/notifications" % (json.dumps({'notification': {
        'type': 'COMPUTE_HOST', 'hostname': HOST, 'generated_time': now,
        'payload': {'event': 'STOPPED', 'cluster_status': 'OFFLINE', 'host_status': 'NORMAL'}}}), API))
    until('the incident to wait for the cloud', lambda: any(one['open'] and one['waiting'] for one in scene.incidents()), 60)
    begun = time.monotonic()
    _exchanged(scene, 'install', *scene.debs.newer)
    scene.figure('upgrade, s', round(time.monotonic() - begun, 1))


def rolled_back(scene):
    """To the build before, whose tables are the same."""
    _exchanged(scene, 'install', '--allow-downgrades', *scene.debs.new)


def _exchanged(scene, *words):
    edited = {daemon: scene.machine.read('/etc/migawari/%s.yaml' % daemon) for daemon in DAEMONS}
    segments = scene.shell('migawari segment list -o json')
    incidents = scene.incidents()
    before = scene.pids()
    [incident] = [one['uuid'] for one in incidents]
    epoch = scene.incident(incident)['epoch']
    scene.apt(*words)
    assert scene.active() == list(UNITS)
    after = scene.pids()
    assert all(before[unit] != after[unit] for unit in UNITS), 'the former program still runs'
    assert {daemon: scene.machine.read('/etc/migawari/%s.yaml' % daemon) for daemon in DAEMONS} == edited
    assert scene.shell('migawari segment list -o json') == segments
    assert [(one['uuid'], one['open']) for one in scene.incidents()] == [(one['uuid'], one['open']) for one in incidents]
    until('the other program to take the incident over', lambda: scene.incident(incident)['epoch'] > epoch, 60)
    assert scene.machine.run('dpkg', '--audit') == ''


def help_where_people_look(scene):
    assert 'Exit codes' in scene.shell('MANPAGER=cat man migawari')
    assert 'fenc' in scene.shell('MANPAGER=cat man migawari-fencing')
    assert scene.shell('bash -c ". /usr/share/bash-completion/completions/migawari; complete -p migawari"').strip()


def lintian(scene):
    said = scene.shell('cd /opt/migawari/new && lintian --allow-root --no-tag-display-limit *.deb', codes=None, seconds=600)
    with open(os.path.join(scene.stage.results, 'lintian.txt'), 'w') as file:
        file.write(said)
    tags = [line for line in said.splitlines() if line[:3] in ('E: ', 'W: ')]
    assert not tags, '\n'.join(tags)


def removed(scene):
    scene.apt('remove', *['migawari-' + daemon for daemon in DAEMONS], 'migawari-runtime')
    assert scene.shell('pgrep -x java', codes=None) == ''
    assert scene.machine.exists('/etc/migawari/controller.yaml'), 'what the operator wrote is lost by a removal'
    scene.apt('install', *scene.debs.newer)
    assert scene.machine.exists('/etc/migawari/database-password')
    scene.machine.systemctl('start', *UNITS, seconds=120)
    assert scene.active() == list(UNITS)


def purged(scene):
    scene.apt('purge', *['migawari-' + daemon for daemon in DAEMONS], 'migawari-runtime')
    left = [line for line in scene.what_is_there().splitlines() if line not in scene.before.splitlines()]
    # what the operator put there himself
    assert left == ['/etc/migawari', '/root/migawari-schema-password'], left
    assert os.listdir(scene.machine.path('/etc/migawari')) == ['database-password']


CASES = {
    'installed': installed,
    'reproducible': reproducible,
    'bill-of-materials': bill_of_materials,
    'units': units,
    'edited-and-started': edited_and_started,
    'least-privilege': least_privilege,
    'monitors-see-what-they-watch': monitors_see_what_they_watch,
    'reloaded': reloaded,
    'nova-compute-waits': nova_compute_waits,
    'crash-loops-are-seen': crash_loops_are_seen,
    'logged-with-fields': logged_with_fields,
    'started-and-small': started_and_small,
    'archives-hold-what-is-used': archives_hold_what_is_used,
    'upgraded-while-running': upgraded_while_running,
    'rolled-back': rolled_back,
    'help-where-people-look': help_where_people_look,
    'lintian': lintian,
    'removed': removed,
    'purged': purged,
}
