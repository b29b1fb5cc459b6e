# SPDX-License-Identifier: Apache-2.0
"""A machine with a real systemd as its first process: Debian's own, in a tree that debootstrap makes once, in namespaces of its own.
It needs neither a container engine nor a systemd on the host, and shares the host's network, unless it is to stand apart."""
import os
import shutil
import signal
import subprocess

from . import processes
from .place import INSIDE, RigError
from .waiting import until

SYSTEMCTL_SECONDS = 60


class Tree:
    """What is on the disk of a new machine. Made once, and never written to.

    more: packages whose daemons are started by nobody but the scenario. suite: of which Debian. packages: what it begins with.
    """

    MIRROR = 'http://deb.debian.org/debian'
    PACKAGES = 'systemd,dbus,openjdk-17-jre-headless'
    MORE = '''
printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
apt-get -q update && apt-get -q -y --no-install-recommends install "$@" || exit 1
apt-get clean
rm /usr/sbin/policy-rc.d
command -v systemctl >/dev/null || exit 0
for unit in /etc/systemd/system/multi-user.target.wants/*.service; do systemctl disable "$(basename "$unit")"; done
'''

    def __init__(self, name='bookworm', more=(), suite='bookworm', packages=PACKAGES):
        self.path = os.path.join('/var/cache/migawari-acceptance', name)
        self.more = more
        self.suite = suite
        self.packages = packages

    def missing(self):
        return [] if os.path.isdir(self.path) else ["a tree of Debian's %s in %s" % (self.suite, self.path)]

    def install(self):
        """Takes a minute, and half a gigabyte."""
        unfinished = self.path + '.unfinished'
        shutil.rmtree(unfinished, ignore_errors=True)
        os.makedirs(unfinished)
        self._run(['debootstrap', '--variant=minbase', '--include=' + self.packages, self.suite, unfinished, self.MIRROR])
        if self.more:
            self._run(['chroot', unfinished, 'sh', '-c', self.MORE, 'sh', *self.more])
        os.rename(unfinished, self.path)

    def _run(self, argv):
        log = self.path + '.log'
        with open(log, 'ab') as out:
            if subprocess.run(argv, env=dict(os.environ, DEBIAN_FRONTEND='noninteractive'), stdout=out, stderr=out).returncode:
                raise RigError('%s failed; %s says why' % (argv[0], log))


class Machine:

    def __init__(self, place, tree, product, name='compute1', apart=False):
        """product: whose directory is /opt/migawari. apart: in a network of its own, which is itself and nothing else."""
        self.place = place
        self.tree = tree
        self.product = product
        self.name = name
        self.apart = apart
        self.process = 'machine-' + name
        self.work = place.path('machines', name)
        self.cgroup = None

    # -- on and off ----------------------------------------------------------------------------------------------------

    def up(self):
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        self.cgroup = os.path.join(_cgroups(), 'migawari-%s-%d' % (self.name, os.getpid()))
        os.makedirs(self.cgroup)
        start = os.path.join(INSIDE, 'machine_start.sh')
        processes.start(self.place, self.process, [
            'sh', '-c', 'echo $$ >"$0/cgroup.procs" && exec "$@"', self.cgroup,
            'unshare', '--mount', '--pid', '--uts', '--ipc', '--cgroup', *(['--net'] if self.apart else []), '--fork', '--kill-child',
            start, self.tree.path, self.work, self.product.directory, self.name,
            'apart' if self.apart else ''])
        processes.until_true(self.place, 'systemd to be up', self._is_up, self.process)

    def _is_up(self):
        return self.systemctl('is-system-running', codes=None).strip() in ('running', 'degraded')

    def down(self):
        """As if its power were cut: its first process is killed, and with it all the others."""
        processes.kill(self.place, self.process)
        if self.cgroup:
            until('the machine to be gone', self._remove_cgroups, 20)
        shutil.rmtree(self.work, ignore_errors=True)

    def _remove_cgroups(self):
        for directory, _, _ in os.walk(self.cgroup, topdown=False):
            try:
                os.rmdir(directory)
            except OSError:    # somebody in it has not quite ended yet
                return False
        self.cgroup = None
        return True

    # -- inside --------------------------------------------------------------------------------------------------------

    @property
    def first_process(self):
        """Its pid as the host sees it; None if there is none."""
        outer = processes.pid(self.place, self.process)
        if outer is None:
            return None
        with open('/proc/%d/task/%d/children' % (outer, outer)) as file:
            children = file.read().split()
        return int(children[0]) if children else None

    def run(self, *argv, codes=(0,), seconds=SYSTEMCTL_SECONDS):
        """-> what it says. codes: the exit codes that are well; None: any"""
        first = self.first_process
        if first is None:
            return '' if codes is None else self._fail(argv, 'the machine is off')
        done = subprocess.run(['nsenter', '-t', str(first), '-m', '-p', '-u', '-i', '-n', '-C', '-w', *argv],
                              env=processes.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=seconds)
        if codes is not None and done.returncode not in codes:
            self._fail(argv, 'ended with %d: %s' % (done.returncode, done.stdout))
        return done.stdout

    @staticmethod
    def _fail(argv, what):
        raise RigError('%s: %s' % (' '.join(argv), what))

    def systemctl(self, *words, **options):
        return self.run('systemctl', *words, **options)

    def show(self, unit, *properties):
        """-> their values, in this order"""
        lines = self.systemctl('show', '-p', ','.join(properties), unit).splitlines()
        said = dict(line.split('=', 1) for line in lines if '=' in line)
        return [said[name] for name in properties]

    def journal(self, unit, cursor=None):
        after = ['--after-cursor=' + cursor] if cursor else []
        return self.run('journalctl', '-u', unit, '-o', 'cat', '--no-pager', *after)

    def journal_cursor(self):
        """Where the journal ends now."""
        last = self.run('journalctl', '-n', '0', '--show-cursor', '-q', '--no-pager').strip()
        return last.rsplit('-- cursor: ', 1)[-1]

    def path(self, path):
        """The same file as the host sees it."""
        return '/proc/%d/root%s' % (self.first_process, path)

    def write(self, path, text, mode=0o644):
        target = self.path(path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, 'w') as file:
            file.write(text)
        os.chmod(target, mode)

    def exists(self, path):
        return os.path.exists(self.path(path))

    def read(self, path):
        with open(self.path(path)) as file:
            return file.read()

    def touch(self, path):
        self.write(path, '')

    def remove(self, path):
        if self.exists(path):
            os.unlink(self.path(path))

    def kill_process(self, pid, how=signal.SIGKILL):
        """Of a pid as the machine sees it."""
        self.run('sh', '-c', 'kill -%d %d' % (how, int(pid)))

    def host_pids_of(self, unit):
        """All processes of a unit, as the host sees them."""
        path = os.path.join(self.cgroup, 'system.slice', unit + '.service', 'cgroup.procs')
        with open(path) as file:
            return [int(line) for line in file]


def _cgroups():
    """Where the host has its cgroups of version 2."""
    with open('/proc/mounts') as file:
        for line in file:
            fields = line.split()
            if fields[2] == 'cgroup2':
                return fields[1]
    raise RigError('this machine has no cgroups of version 2 mounted')


def cost(host_pids):
    """-> (resident mebibytes, seconds of processor time), of all of them and of their children that have ended"""
    resident, ticks = 0, 0
    for pid in host_pids:
        with open('/proc/%d/stat' % pid) as file:
            fields = file.read().rsplit(')', 1)[1].split()
        with open('/proc/%d/status' % pid) as file:
            resident += next(int(line.split()[1]) for line in file if line.startswith('VmRSS:'))
        ticks += sum(int(one) for one in fields[11:15])
    return resident / 1024, ticks / os.sysconf('SC_CLK_TCK')
