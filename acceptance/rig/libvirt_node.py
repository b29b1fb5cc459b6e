# SPDX-License-Identifier: Apache-2.0
"""A compute node as far as libvirt sees it: a real libvirtd with real QEMUs, in namespaces of its own, so that several fit on one
machine and nothing is left of one that has ended."""
import os
import shutil
import signal
import subprocess

from . import processes
from .guest_image import IMAGE
from .place import INSIDE, PYTHON, RigError
from .waiting import until

NOVA_METADATA = ('<metadata><nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1"><nova:name>a guest'
                 '</nova:name></nova:instance></metadata>')

DAEMON_CONF = '''
unix_sock_dir = "%(directory)s/socket"
unix_sock_rw_perms = "0700"
auth_unix_ro = "none"
auth_unix_rw = "none"
host_uuid = "%(uuid)s"
log_outputs = "3:file:%(directory)s/libvirtd.log"
'''

# no cgroups, labels or users of their own: a container may not offer them, and no event depends on them
QEMU_CONF = '''
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
'''


class Guest:
    """A domain. number: its instance in Nova, if it has one; then it is called as Nova calls it, unless it has a name."""

    def __init__(self, node, number, name=None, novas_metadata=False):
        self.node = node
        self.number = number
        self.name = name or 'instance-%08x' % number
        self.uuid = '00000000-0000-4000-8000-%012d' % number
        self.metadata = NOVA_METADATA if novas_metadata else ''

    @property
    def log(self):
        return self.node.path('serial', self.name + '.log')

    def definition(self, watchdog, on_crash, error_policy):
        """With a kernel: a panic device, a watchdog, a small disk on a small file system, and a guest agent's port."""
        policy = " error_policy='%s'" % error_policy if error_policy else ''
        serial = self.node.path('serial', self.name)
        return self._domain(96, '''
  <os><type arch='x86_64' machine='pc'>hvm</type><kernel>%s</kernel><initrd>%s</initrd><cmdline>console=ttyS0 quiet</cmdline></os>
  <features><acpi/></features><on_reboot>restart</on_reboot><on_crash>%s</on_crash>
''' % (IMAGE.kernel, IMAGE.initrd, on_crash), '''
    <disk type='file'><driver name='qemu' type='raw'%s/><source file='%s'/><target dev='vda' bus='virtio'/></disk>
    <serial type='unix'><source mode='bind' path='%s.socket'/><log file='%s.log'/></serial>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <watchdog model='i6300esb' action='%s'/><panic model='isa'/>
''' % (policy, self.node.path('disks', self.name), serial, serial, watchdog))

    def hollow_definition(self):
        """A QEMU with nothing to run: it starts at once, costs next to nothing, and dies like any other."""
        return self._domain(8, "<os><type arch='x86_64' machine='pc'>hvm</type></os>", '')

    def _domain(self, memory, system, devices):
        return '''
<domain type='qemu'>
  <name>%s</name><uuid>%s</uuid>%s<memory unit='MiB'>%d</memory><vcpu>1</vcpu>%s
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='usb' model='none'/><memballoon model='none'/>%s
  </devices>
</domain>''' % (self.name, self.uuid, self.metadata, memory, system, devices)

    # -- what a person does with it ------------------------------------------------------------------------------------

    def define(self, watchdog='reset', on_crash='destroy', error_policy=None):
        self.node.make_disk(self.name)
        self.node.define(self.name, self.definition(watchdog, on_crash, error_policy))
        return self

    def define_hollow(self):
        self.node.define(self.name, self.hollow_definition())
        return self

    def start(self):
        """And waits until its userland is up."""
        self.boot()
        self.until_up(1)
        return self

    def boot(self):
        if os.path.exists(self.log):
            os.unlink(self.log)
        self.virsh('start')

    def until_up(self, times):
        """That its userland has come up so many times since it was started."""
        until('%s to be up for the %d. time' % (self.name, times), lambda: self.times_up() >= times, 90)

    def times_up(self):
        try:
            with open(self.log, errors='replace') as file:
                return file.read().count('GUEST-IS-UP')
        except OSError:
            return 0

    def virsh(self, command, *words):
        return self.node.virsh(command, self.name, *words)

    def state(self):
        """As in "shut off (crashed)"."""
        return self.virsh('domstate', '--reason').strip()

    def type(self, order):
        """Into its shell."""
        self.node.inside(PYTHON, '-c', '''
import socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
line.settimeout(5)
line.sendall(sys.argv[2].encode() + b"\\n")
while True:    # a serial line is slow; what is not echoed yet is lost when it is hung up
    heard = line.recv(100)
    if not heard or b"\\n" in heard:
        break
''', self.node.path('serial', self.name + '.socket'), order)


class LibvirtNode:

    def __init__(self, place, name='node1', number=1):
        self.place = place
        self.name = name
        self.number = number
        self.init = name + '-init'
        self.daemon = name + '-libvirtd'

    def path(self, *names):
        return self.place.path('nodes', self.name, *names)

    @property
    def uri(self):
        return 'qemu+unix:///system?socket=' + self.path('socket', 'libvirt-sock')

    def up(self):
        for directory in ('etc/libvirt', 'var/lib/libvirt', 'run/libvirt', 'var/log/libvirt', 'var/cache/libvirt', 'socket',
                          'serial', 'disks'):
            os.makedirs(self.path(directory))
        for name, text in (('libvirtd.conf', DAEMON_CONF), ('qemu.conf', QEMU_CONF)):
            with open(self.path('etc/libvirt', name), 'w') as file:
                file.write(text % {'directory': self.path(), 'uuid': '00000000-0000-4000-9000-%012d' % self.number}
                           if '%(' in text else text)
        processes.start(self.place, self.init, [
            '/usr/bin/unshare', '--mount', '--pid', '--fork', '--kill-child', '--uts', '--mount-proc', '--propagation', 'private',
            PYTHON, os.path.join(INSIDE, 'node_init.py'), self.path(), self.name])
        processes.until_true(self.place, 'the node ' + self.name, lambda: os.path.exists(self.path('ready')), self.init)
        self.start_libvirtd()

    def down(self):
        """Everything in it ends at once."""
        processes.kill(self.place, self.init)
        processes.kill(self.place, self.daemon)
        shutil.rmtree(self.path(), ignore_errors=True)

    def is_up(self):
        return processes.pid(self.place, self.init) is not None

    def _into(self):
        init = processes.pid(self.place, self.init)
        if init is None:
            raise RigError('the node %s is down\n%s' % (self.name, processes.tail(self.place, self.init)))
        return ['/usr/bin/nsenter', '--target', str(_child(init)), '--mount', '--pid', '--uts', '--']

    def inside(self, *argv):
        """Runs a program in the node. -> what it printed"""
        done = subprocess.run(self._into() + list(argv), env=processes.environment(), capture_output=True, text=True,
                              timeout=120)
        if done.returncode:
            raise RigError('%s ended with %d in %s: %s' % (' '.join(argv[:3]), done.returncode, self.name,
                                                           (done.stdout + done.stderr).strip()[-1000:]))
        return done.stdout

    @staticmethod
    def begin(*argv):
        """Runs a program beside the node, and does not wait for it."""
        return subprocess.Popen(argv, env=processes.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    # -- libvirtd ------------------------------------------------------------------------------------------------------

    def start_libvirtd(self):
        processes.start(self.place, self.daemon, self._into() + ['/usr/sbin/libvirtd', '--pid-file', self.path('libvirtd.pid')])
        processes.until_true(self.place, 'libvirtd', self._answers, self.daemon)

    def _answers(self):
        return subprocess.run(['virsh', '-q', '-c', self.uri, 'version'], env=processes.environment(), capture_output=True,
                              timeout=60).returncode == 0

    def kill_libvirtd(self, how=signal.SIGKILL):
        """And waits for its end; the guests go on."""
        os.kill(self._libvirtd(), how)
        until('the end of libvirtd', lambda: processes.pid(self.place, self.daemon) is None, 30, every=0.02)

    def have_libvirtd(self):
        """It runs and answers, whatever was done to it."""
        if processes.pid(self.place, self.daemon) is None:
            self.start_libvirtd()
        else:
            self.thaw_libvirtd()

    def freeze_libvirtd(self):
        os.kill(self._libvirtd(), signal.SIGSTOP)

    def thaw_libvirtd(self):
        os.kill(self._libvirtd(), signal.SIGCONT)

    def _libvirtd(self):
        return _child(processes.pid(self.place, self.daemon))

    def virsh(self, *words):
        """-> what it printed"""
        done = subprocess.run(['virsh', '-q', '-c', self.uri, *words], env=processes.environment(), capture_output=True,
                              text=True, timeout=120)
        if done.returncode:
            raise RigError('virsh %s: %s' % (' '.join(words), done.stderr.strip()))
        return done.stdout

    # -- guests --------------------------------------------------------------------------------------------------------

    def define(self, name, xml):
        path = self.path(name + '.xml')
        with open(path, 'w') as file:
            file.write(xml)
        self.virsh('define', path)

    def make_disk(self, name):
        self.inside('mount', '-o', 'remount,size=1m', self.path('disks'))
        self.inside('truncate', '-s', '16M', self.path('disks', name))

    def make_room(self):
        """On the full file system of the disks."""
        self.inside('mount', '-o', 'remount,size=64m', self.path('disks'))

    def kill_qemu(self, *guests, how='KILL'):
        """All of them at once."""
        self.inside('kill', '-' + how, *self.qemu_pids(*guests))

    def qemu_pids(self, *guests):
        """In the node's own numbers."""
        files = ['/run/libvirt/qemu/%s.pid' % guest.name for guest in guests]
        return self.inside('sh', '-c', 'for file; do cat "$file"; echo; done', 'sh', *files).split()

    def forget_guests(self):
        """None is left, as if there had never been any."""
        for name in self.virsh('list', '--all', '--name').split():
            if name in self.virsh('list', '--name').split():
                self.virsh('destroy', name)
            self.virsh('undefine', name, '--managed-save')
        self.inside('sh', '-c', 'rm -f %s/*' % self.path('disks'))


def _child(pid):
    """The first one of a process that only starts another and waits for it."""
    with open('/proc/%d/task/%d/children' % (pid, pid)) as file:
        children = file.read().split()
    if not children:
        raise RigError('process %d has ended' % pid)
    return int(children[0])
