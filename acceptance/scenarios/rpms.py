# SPDX-License-Identifier: Apache-2.0
"""The RPMs beside the Debian packages that they are made with, and as rpm installs, upgrades and erases them: under a real systemd, and
where none runs. The machine is a Debian with Debian's rpm, since no RPM system can be had here: what that system's own packages would
do, dependencies and triggers, is not played."""
import hashlib
import io
import os
import re
import shutil
import stat
import subprocess
import tarfile
import time
import types

from rig import machine, packages
from rig.machine import Machine
from rig.place import INSIDE
from rig.waiting import until
from support import debian_packages, programs, rpm_packages
from support.machine_scene import MachineScene
from support.rpm_packages import PACKAGES

NAME = 'rpms'
DOC = 'the RPMs beside the Debian packages, file by file; installed, upgraded and erased by rpm under a real systemd and without one'
MINUTES = 10
STAGE = 'nodes'
TREE = machine.Tree('rpms', packages='systemd,dbus', more=('rpm', 'binutils', 'procps', 'ca-certificates', 'libvirt0'))
NEEDS = [packages.MACHINE, TREE]

DAEMONS = PACKAGES[1:]
UNITS = tuple('migawari-' + daemon for daemon in DAEMONS)
GROUPS = {'controller': 'migawari', 'host-monitor': 'migawari-host-monitor', 'instance-monitor': 'migawari-instance-monitor', 'process-monitor': 'root'}
USERS = ('migawari', 'migawari-host-monitor', 'migawari-instance-monitor')
# where a file of the Debian package is in the RPM, and what has no business there
ELSEWHERE = {'/lib/systemd/system/': '/usr/lib/systemd/system/'}
DEBIANS_OWN = re.compile('/usr/share/lintian/|/usr/share/doc/[^/]+/changelog.gz$')
OWN_DIRECTORY = re.compile('migawari|^/usr/share/bash-completion')
# what is written differently for an RPM system
EDITED = (('/etc/ssl/certs/ca-certificates.crt', '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem'), ('nova-compute.service', 'openstack-nova-compute.service'))
QUERY = r'[%{FILENAMES}\t%{FILEMODES}\t%{FILEUSERNAME}\t%{FILEGROUPNAME}\t%{FILEDIGESTS}\t%{FILELINKTOS}\t%{FILEFLAGS:fflags}\n]'
# as RPM systems have it; Debian's is to enable
PRESET = 'disable *\n'
RUN_SECONDS = 600
# what an operator would have by then
STATE = '/var/lib/migawari/host-monitor/spool'


def run(stage):
    rpms = rpm_packages.built(stage.place.path('rpms'))
    Scene(stage, rpms).play(CASES)


class Scene(MachineScene):

    def __init__(self, stage, rpms):
        super().__init__(stage, Machine(stage.place, TREE, types.SimpleNamespace(directory=rpms.directory), 'rpm1', apart=True))
        self.rpms = rpms
        self.figures = {'size of migawari-%s, MB' % name: round(size / 1e6, 1) for name, size in rpms.sizes().items()}
        self.before = None
        stage.evidence('journal.txt', lambda: self.machine.run('journalctl', '--no-pager', '-n', '400', codes=None))

    def furnish(self):
        # where RPM systems have it; Debian's rpm keeps it in root's home
        self.machine.write('/etc/rpm/macros', '%_dbpath /var/lib/rpm\n')
        self.machine.write('/usr/lib/systemd/system-preset/99-default-disable.preset', PRESET)
        self.machine.run('rpm', '--initdb')
        self.before = self.what_is_there()

    def rpm(self, *words, **options):
        """-> what it says"""
        return _without_advice(self.machine.run('rpm', *words, **dict({'seconds': RUN_SECONDS}, **options)))

    def change(self, *words, says=''):
        """By rpm, whose dependencies are not there. -> seconds"""
        begun = time.monotonic()
        said = self.rpm('--nodeps', *words)
        assert said == says, said
        return round(time.monotonic() - begun, 1)

    def what_is_there(self):
        return self.shell(WHAT_IS_THERE, codes=None).splitlines()

    def left(self):
        return [line for line in self.what_is_there() if line not in self.before]

    def active(self):
        return [unit for unit in UNITS if self.machine.show(unit, 'ActiveState') == ['active']]

    def invocation(self, unit):
        return self.machine.show(unit, 'InvocationID')

    def archives(self):
        """When each was made."""
        return {daemon: os.stat(self.machine.path('/var/cache/migawari/%s.jsa' % daemon)).st_mtime_ns for daemon in DAEMONS}


def _without_advice(said):
    """Debian's, to use something else."""
    return re.sub(r'^rpm: .*\n', '', said, flags=re.M)


# what a package could leave behind: files of ours, users, groups
WHAT_IS_THERE = ("find / -xdev \\( -path /proc -o -path /sys -o -path /tmp -o -path /run -o -path /opt \\) -prune -o -iname '*migawari*' -print; "
                 "find /etc/migawari /var/lib/migawari /var/log/migawari /var/cache/migawari -mindepth 1 2>/dev/null; "
                 'getent passwd | grep migawari; getent group | grep -e migawari -e haclient')


# -- what is in them -----------------------------------------------------------------------------------------------------

def _in_deb(path):
    """-> {name: (mode, owner, group, digest, link)}, as it is in the package"""
    tar = subprocess.run(['dpkg-deb', '--fsys-tarfile', path], check=True, stdout=subprocess.PIPE).stdout
    found = {}
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for one in archive:
            kind = stat.S_IFDIR if one.isdir() else stat.S_IFLNK if one.issym() else stat.S_IFREG
            data = archive.extractfile(one).read() if one.isreg() else None
            found[one.name.removeprefix('.').rstrip('/')] = (kind | one.mode, one.uid, one.gid, data, one.linkname)
    return found


def _expected(rpms, package):
    """-> {name: (mode, owner, group, digest, link)} of the RPM, going by the Debian package; None for a digest: written for the RPM"""
    texts = '/usr/share/licenses/migawari-' + package
    expected = {texts: (0o40755, 'root', 'root', '', ''), texts + '/Apache-2.0': (0o100644, 'root', 'root', None, '')}
    if package != 'runtime':
        expected[texts + '/LGPL-2.1'] = (0o100644, 'root', 'root', None, '')
    for name, (mode, uid, gid, data, link) in _in_deb(rpms.deb(package)).items():
        if DEBIANS_OWN.search(name) or stat.S_ISDIR(mode) and not OWN_DIRECTORY.search(name):
            continue
        assert (uid, gid) == (0, 0), name
        for there, here in ELSEWHERE.items():
            name = name.replace(there, here) if name.startswith(there) else name
        group = 'root'
        if name.startswith('/etc/migawari/'):
            group = GROUPS[package]    # which its postinst gives it
            for there, here in EDITED:
                data = data.replace(there.encode(), here.encode())
        digest = '' if data is None else None if name.endswith('/copyright') else hashlib.sha256(data).hexdigest()
        expected[name] = (mode, 'root', group, digest, link)
    return expected


def alike(scene):
    """The same files with the same rights, but for what the systems have at other places or call otherwise."""
    for package in PACKAGES:
        expected = _expected(scene.rpms, package)
        conffiles = subprocess.run(['dpkg-deb', '--info', scene.rpms.deb(package), 'conffiles'], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True).stdout.split()
        [path] = scene.rpms.inside('new', [package])
        found, flags = {}, {}
        for line in scene.rpm('-qp', '--queryformat', QUERY, path).splitlines():
            name, mode, user, group, digest, link, flags[name] = line.split('\t')
            wanted = expected.get(name)
            found[name] = (int(mode) & 0xffff, user, group, None if wanted and wanted[3] is None else digest, link)
        wrong = {name: (expected.get(name), found.get(name)) for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)}
        assert not wrong, 'expected, found: %s' % wrong
        assert sorted(name for name, flag in flags.items() if 'c' in flag) == sorted(conffiles), flags
        assert all(flags[name] == 'cn' for name in conffiles), 'a change of the operator would be overwritten'
        scene.figure('files in migawari-' + package, len(found))


def described_alike(scene):
    for package in PACKAGES:
        deb = subprocess.run(['dpkg-deb', '-f', scene.rpms.deb(package)], check=True, stdout=subprocess.PIPE, text=True).stdout
        said = re.search(r'^Description: (.*)\n((?: .*\n?)*)', deb, re.M)
        fields = dict(line.split(': ', 1) for line in deb.splitlines() if line and not line.startswith(' '))
        [path] = scene.rpms.inside('new', [package])
        summary, description, version, architecture, packager = scene.rpm(
            '-qp', '--queryformat', r'%{SUMMARY}\v%{DESCRIPTION}\v%{VERSION}\v%{ARCH}\v%{PACKAGER}', path).rstrip('\n').split('\v')
        assert summary.lower() == said.group(1).lower(), summary
        assert description == re.sub(r'^ \.?', '', said.group(2), flags=re.M).rstrip('\n'), description
        assert (version, packager) == (fields['Version'], fields['Maintainer']), (version, packager)
        assert architecture == ('noarch' if fields['Architecture'] == 'all' else os.uname().machine), architecture
        assert 'digests' in scene.rpm('-K', '--nosignature', path)
        text = scene.rpm('-qp', '--requires', '--recommends', '--scripts', '--provides', path)
        with open(os.path.join(scene.stage.results, package + '.txt'), 'w') as file:
            file.write(text)


def reproducible(scene):
    """Packed twice from one tree; that the trees are the same if they are laid out twice is looked at, too, if that was done here."""
    def digest(path):
        with open(path, 'rb') as file:
            return hashlib.file_digest(file, 'sha256').hexdigest()
    assert all(digest(scene.rpms.path('new', package)) == digest(scene.rpms.path('again', package)) for package in PACKAGES)
    digests = debian_packages.laid_out_twice()
    if digests is None:
        scene.stage.say('  the packages were not built here: their trees are not looked at')
    else:
        assert all(one == other for one, other in digests.values()), digests


def sorted_by_version(scene):
    version = scene.rpm('-qp', '--queryformat', '%{VERSION}-%{RELEASE}', *scene.rpms.inside('new', ['runtime']))
    newer = scene.rpm('-qp', '--queryformat', '%{VERSION}-%{RELEASE}', *scene.rpms.inside('newer', ['runtime']))
    for one, other in ((version, newer), (version, version.split('~')[0] + '-1'), ('0.0.9-1', version)):
        assert scene.rpm('--eval', '%%{lua:print(rpm.vercmp("%s", "%s"))}' % (one, other)).strip() == '-1', (one, other)


# -- where no systemd runs -----------------------------------------------------------------------------------------------

def without_systemd(scene):
    """Into a tree of files, as for an image: everything as on a machine, and nothing fails or complains."""
    _in_tree(scene, 'offline', '')


def without_systemctl(scene):
    _in_tree(scene, 'bare', 'rm -f /usr/bin/systemctl /bin/systemctl; ')


def _in_tree(scene, name, first):
    work = scene.stage.place.path('machines', name)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)

    def shell(command, codes=(0,)):
        said = programs.run(['unshare', '--mount', '--pid', '--fork', '--kill-child', os.path.join(INSIDE, 'chroot_run.sh'), TREE.path, work,
                             scene.rpms.directory, 'exec 2>&1; ' + command], RUN_SECONDS, codes=codes)
        return _without_advice(said)

    def quietly(command):
        said = shell(command)
        assert said == '', '%s: %s' % (command, said)

    try:
        quietly(first + "mkdir -p /usr/lib/systemd/system-preset /etc/rpm; echo 'disable *' >/usr/lib/systemd/system-preset/99-default-disable.preset; "
                "echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros; rpm --initdb")
        before = shell(WHAT_IS_THERE, codes=(0, 1)).splitlines()
        quietly('rpm --nodeps -i %s' % ' '.join(scene.rpms.inside('new')))
        quietly('rpm -Va --nodeps')
        assert shell('ls /var/cache/migawari').split() == sorted(daemon + '.jsa' for daemon in DAEMONS)
        assert shell('stat -c "%A %U %G" ' + ' '.join('/etc/migawari/%s.yaml' % daemon for daemon in DAEMONS)).splitlines() \
            == ['-rw-r----- root ' + GROUPS[daemon] for daemon in DAEMONS]
        quietly('rpm --nodeps -U %s' % ' '.join(scene.rpms.inside('newer')))
        quietly('rpm -Va --nodeps')
        assert shell('rpm -qa').count('+next-1') == len(PACKAGES), shell('rpm -qa')
        if not first:
            assert 'migawari-controller.service' in shell('systemctl enable migawari-controller')
        quietly('rpm --nodeps -e %s' % ' '.join('migawari-' + package for package in PACKAGES))
        _only_accounts([line for line in shell(WHAT_IS_THERE, codes=(0, 1)).splitlines() if line not in before])
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _only_accounts(left):
    """What an installation that was never used leaves: the users, their groups, and Pacemaker's group, which is made if it is not there."""
    assert {line.split(':')[0] for line in left} == {*USERS, 'haclient'}, left


# -- under systemd, in this order ----------------------------------------------------------------------------------------

def installed(scene):
    scene.figure('installation, s', scene.change('-i', *scene.rpms.inside('new')))
    assert scene.active() == [], 'nothing is started that knows no cloud yet'
    for unit in UNITS:
        assert scene.machine.run('systemctl', 'is-enabled', unit, codes=None).strip() == 'disabled'
    assert scene.rpm('-Va', '--nodeps') == '', 'something is not as the packages have it'
    for daemon, group in GROUPS.items():
        assert scene.machine.run('stat', '-c', '%A %U %G', '/etc/migawari/%s.yaml' % daemon).strip() == '-rw-r----- root ' + group
    for directory in ('/var/lib/migawari', '/var/log/migawari', '/var/cache/migawari', '/etc/migawari'):
        assert scene.machine.run('stat', '-c', '%A %U %G', directory).strip() == 'drwxr-xr-x root root', directory
    assert set(scene.archives()) == set(DAEMONS)
    said = scene.machine.run('systemd-analyze', 'verify', '--man=no', *[unit + '.service' for unit in UNITS], codes=None)
    assert 'migawari' not in said, said
    assert 'Exit codes' in scene.shell('migawari --help')


def needs_are_named(scene):
    """Each library that the runtime asks for from outside, with at least the version that it asks for."""
    asked = scene.shell('find /usr/lib/migawari -type f | /usr/lib/rpm/elfdeps --requires', codes=(0, 1)).split()    # 1: not all are libraries
    offered = set(scene.shell("find /usr/lib/migawari -name '*.so' -printf '%f\\n'").split())
    # but for what comes with the C library
    asked = [one for one in asked if one.split('(')[0] not in offered and not one.startswith(('ld-linux', 'rtld'))]
    named = scene.rpm('-q', '--requires', 'migawari-runtime').split()
    missing = {one.split('(')[0] for one in asked} - {one.split('(')[0] for one in named}
    assert not missing, 'not among the requirements: %s' % missing
    too_low = {which: version for which, version in _versions(asked).items() if _versions(named).get(which, ()) < version}
    assert not too_low, 'named with a lower version: %s' % too_low
    assert scene.rpm('-q', '--recommends', 'migawari-host-monitor').strip() == '(pacemaker-cli or etcd)'


def _versions(requirements):
    """-> {(library, whose version): the highest}, as in libc.so.6(GLIBC_2.34)(64bit)"""
    found = {}
    for one in requirements:
        match = re.fullmatch(r'([^()]+)\(([A-Z]+)_([0-9.]+)\)\(64bit\)', one)
        if match:
            which = match.group(1), match.group(2)
            found[which] = max(found.get(which, ()), tuple(int(part) for part in match.group(3).split('.')))
    return found


def started(scene):
    """One of them, which can do without a cloud for a while."""
    path = '/etc/migawari/process-monitor.yaml'
    text = scene.machine.read(path)
    for before, after in (('  #authentication: keystone', '  authentication: none'), ('#unknown-to-controller: refuse', 'unknown-to-controller: warn'),
                          ('  #endpoints: [https://controller1:15868/v1, https://controller2:15868/v1]', '  endpoints: http://127.0.0.1:15868/v1')):
        assert before in text, before
        text = text.replace(before, after, 1)
    with open(scene.machine.path(path), 'w') as file:    # in place: whose it is stays
        file.write(text)
    scene.machine.systemctl('enable', '--now', 'migawari-process-monitor')
    assert scene.active() == ['migawari-process-monitor']
    said = scene.machine.read('/proc/%s/maps' % scene.machine.show('migawari-process-monitor', 'MainPID')[0])
    assert '/var/cache/migawari/process-monitor.jsa' in said, 'it does not use the archive that was made for it'


def upgraded_while_running(scene):
    """All of them at once, and then the runtime alone: what runs goes on with what is new, is restarted once, and nothing else is started."""
    edited = scene.machine.read('/etc/migawari/process-monitor.yaml')
    for words, which, packages_ in (('-U', 'newer', PACKAGES), ('-U --oldpackage', 'new', ('runtime',)), ('-U', 'newer', ('runtime',)),
                                    ('-U --oldpackage', 'new', ('process-monitor',))):
        archives = scene.archives()
        cursor = scene.machine.journal_cursor()
        seconds = scene.change(*words.split(), *scene.rpms.inside(which, packages_))
        assert scene.active() == ['migawari-process-monitor']
        begun = scene.machine.journal('migawari-process-monitor', cursor).count('Started migawari-process-monitor.service')
        assert begun == 1, 'restarted %d times by the upgrade of %s' % (begun, ' '.join(packages_))
        changed = {daemon for daemon, made in scene.archives().items() if archives[daemon] != made}
        assert changed == set(DAEMONS if 'runtime' in packages_ else packages_), changed
        if packages_ == PACKAGES:
            scene.figure('upgrade of all, s', seconds)
    assert scene.machine.read('/etc/migawari/process-monitor.yaml') == edited
    assert not [name for name in os.listdir(scene.machine.path('/etc/migawari')) if name.endswith('.rpmnew')]
    assert scene.machine.run('systemctl', 'is-enabled', 'migawari-process-monitor').strip() == 'enabled'
    assert scene.rpm('-Va', '--nodeps', codes=(0, 1)).split() == ['S.5....T.', 'c', '/etc/migawari/process-monitor.yaml']


def erased(scene):
    """What stays is what the documentation says."""
    scene.machine.write('/etc/migawari/secret', 'the operator wrote it\n')
    scene.machine.write(STATE, 'a report that was not sent\n')
    scene.change('-e', *['migawari-' + package for package in PACKAGES],
                 says='warning: {0} saved as {0}.rpmsave\n'.format('/etc/migawari/process-monitor.yaml'))
    assert scene.shell('pgrep -x java', codes=None) == ''
    assert scene.machine.run('systemctl', 'list-units', '--all', '--no-legend', 'migawari*') == ''
    left = scene.left()
    files = {line for line in left if line.startswith('/')}
    _only_accounts([line for line in left if line not in files])
    own = {line for line in files if re.match('/var/(lib|log)/migawari(/process-monitor|$)', line)}
    assert files - own == {'/etc/migawari', '/etc/migawari/secret', '/etc/migawari/process-monitor.yaml.rpmsave',
                           '/var/lib/migawari/host-monitor', STATE}, files


CASES = {
    'alike': alike,
    'described-alike': described_alike,
    'reproducible': reproducible,
    'sorted-by-version': sorted_by_version,
    'without-systemd': without_systemd,
    'without-systemctl': without_systemctl,
    'installed': installed,
    'needs-are-named': needs_are_named,
    'started': started,
    'upgraded-while-running': upgraded_while_running,
    'erased': erased,
}
