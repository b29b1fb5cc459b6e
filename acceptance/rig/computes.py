# SPDX-License-Identifier: Apache-2.0
"""Real compute hosts: in each node of a cluster a libvirtd and a nova-compute that runs real QEMU guests from storage that all
hosts share. The control plane is the rig's OpenStack, which they reach at the hub's address."""
import concurrent.futures
import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
import uuid

from . import hosts, networks, processes
from .cloud import ApiError
from .gateway import Gateway
from .guest_image import COUNTING
from .packages import LIBVIRT, LIBVIRT_ACCOUNT, Packages
from .place import ADDRESS, INSIDE, RigError
from .waiting import until

NEEDS = [LIBVIRT, LIBVIRT_ACCOUNT, Packages('qemu-utils bindfs'), COUNTING]
SERVICES = ('keystone', 'nova', 'placement', 'glance', 'neutron', 'cinder', 'amqp')
FLAVOR = 'guest'
# A whole line: it may be half written, and the kernel writes to the same console.
ALIVE = re.compile(r'^GUEST-ALIVE disk=(\S+) boots=(\d+) seconds=(\d+)\r?$\n', re.MULTILINE)
READY = re.compile(r'^GUEST-READY disk=(\S+) boots=(\d+)\r?$\n', re.MULTILINE)


class Computes:
    """place: the cluster's. control: the OpenStack's."""

    def __init__(self, place, control, cluster, cloud):
        self.place = place
        self.control = control
        self.cluster = cluster
        self.cloud = cloud
        self.gateway = None

    # -- up and down --------------------------------------------------------------------------------------------------

    def up(self, say, more_ports=()):
        """Returns when Nova calls every host up. more_ports: what else the nodes reach at the hub's address."""
        ports = [self.control.port(service) for service in SERVICES] + list(more_ports)
        self.gateway = Gateway(self.cluster.listener, ports)
        self._write_files()
        self._make_image()
        self.boot(*self.cluster.members)
        until('every host in a cell', lambda: len(
            self.cloud.nova('GET', '/os-hypervisors')['hypervisors']) >= len(self.cluster.members), 120)
        hosts.until_schedulable(self.cloud, self.cluster.members)
        say('libvirtd and nova-compute run in %s' % ', '.join(self.cluster.members))

    def down(self):
        """After the cluster: nobody may use the storage any more."""
        if self.gateway:
            self.gateway.close()
        for _ in range(5):    # more than one run may have left its mount
            if not os.path.ismount(self.place.path('instances')):
                break
            subprocess.run(['umount', '-l', self.place.path('instances')], stderr=subprocess.DEVNULL)
        processes.kill(self.place, 'storage')

    def share_storage(self):
        """Before the nodes boot, which take over the mounts that there are. It is a process that can be made to stand still."""
        for name in ('store', 'instances'):
            os.makedirs(self.place.path(name), exist_ok=True)
        # libvirt migrates live only over what it knows to be shared; this kernel has no file system that is, so this one goes by
        # the name of one
        processes.start(self.place, 'storage', ['bindfs', '-f', '--multithreaded', '-o', 'subtype=glusterfs,allow_other',
                                                self.place.path('store'), self.place.path('instances')])
        until('the shared storage', lambda: os.path.ismount(self.place.path('instances')), 10)

    def _write_files(self):
        place, hub = self.place, networks.HUB
        shutil.copy2(os.path.join(INSIDE, 'compute_daemon.sh'), place.path('compute-daemon'))
        os.makedirs(place.path('bin'), exist_ok=True)
        shutil.copy2(os.path.join(INSIDE, 'ssh_to_the_same_storage.sh'), place.path('bin', 'ssh'))
        with open(self.control.path('etc/nova/nova.conf')) as file:
            controllers = file.read()
        # a compute host has no database, and knows the control plane by an address of the network
        place.write('nova.conf', '\n'.join(line for line in controllers.replace(ADDRESS, hub).split('\n')
                                           if not line.startswith('connection =')))
        for node in self.cluster.members:
            own, address = place.path('nodes', node), self.cluster.address(node, 'mgmt')
            place.write('nodes/%s/etc/libvirt/libvirtd.conf' % node, '''
listen_tls = 0
listen_tcp = 1
listen_addr = "%s"
auth_tcp = "none"
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_group = "root"
host_uuid = "%s"
log_outputs = "2:file:/var/log/libvirt/libvirtd.log"
''' % (address, uuid.uuid4()))
            place.write('nodes/%s/etc/libvirt/qemu.conf' % node, '''
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
migration_address = "%s"
''' % address)
            helper = 'privsep-helper --config-file %s --config-file %s/nova.conf' % (place.path('nova.conf'), own)
            helpers = ''.join('[%s]\nhelper_command = %s\n' % (section, helper) for section in (
                'nova_sys_admin', 'vif_plug_linux_bridge_privileged', 'vif_plug_ovs_privileged', 'privsep_osbrick'))
            place.write('nodes/%s/nova.conf' % node, '''
[DEFAULT]
host = {node}
my_ip = {address}
state_path = {own}/nova
instances_path = {instances}
compute_driver = libvirt.LibvirtDriver
[libvirt]
virt_type = qemu
cpu_mode = none
hw_machine_type = x86_64=pc
inject_partition = -2
mem_stats_period_seconds = 0
live_migration_scheme = tcp
live_migration_inbound_addr = {address}
# MiB/s: slow enough for something to happen in the middle
live_migration_bandwidth = 6
remote_filesystem_transport = ssh
[spice]
enabled = false
[oslo_concurrency]
lock_path = {own}/lock
[placement]
endpoint_override = {placement}
[neutron]
endpoint_override = {neutron}
[cinder]
endpoint_template = {cinder}/v3/%(project_id)s
{helpers}'''.format(node=node, address=address, own=own, instances=place.path('instances'),
                    helpers=helpers, **{service: self._url(service) for service in ('placement', 'neutron', 'cinder')}))

    def _url(self, service):
        return 'http://%s:%d' % (networks.HUB, self.control.port(service))

    def _make_image(self):
        disk = self.place.path('disk.qcow2')
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', disk, '16M'], check=True)
        kernel = self._upload('guest-kernel', COUNTING.kernel, disk_format='aki', container_format='aki')
        first = self._upload('guest-initrd', COUNTING.initrd, disk_format='ari', container_format='ari')
        self.image = self._upload('guest', disk, disk_format='qcow2', container_format='bare', kernel_id=kernel,
                                  ramdisk_id=first, os_command_line='console=ttyS0 quiet panic=0')
        self.cloud.nova('POST', '/flavors', {'flavor': {'name': FLAVOR, 'id': FLAVOR, 'vcpus': 1, 'ram': 128, 'disk': 1}})

    def _upload(self, name, path, **about):
        image = self.cloud.glance('POST', '/images', dict(about, name=name, visibility='public'))['id']
        with open(path, 'rb') as file:
            self.cloud.glance('PUT', '/images/%s/file' % image, data=file.read())
        return image

    # -- hosts --------------------------------------------------------------------------------------------------------

    def boot(self, *nodes):
        """libvirtd and nova-compute, in nodes that run."""
        with concurrent.futures.ThreadPoolExecutor(len(nodes)) as pool:
            list(pool.map(lambda node: self.cluster.run(node, self.place.path('compute-daemon'), 'boot'), nodes))

    def daemon(self, host, doing, daemon):
        """start, stop or kill: libvirtd, nova-compute."""
        self.cluster.run(host, self.place.path('compute-daemon'), doing, daemon)

    def runs(self, host, daemon):
        return 'yes' in self.cluster.run(host, 'sh', '-c', '%s runs %s && echo yes' % (
            self.place.path('compute-daemon'), daemon), may_fail=True)

    def break_daemon(self, daemon, broken=True):
        """One that does not run does not start either, until it is mended."""
        path = self.place.path('broken-' + daemon)
        if broken:
            self.place.write(os.path.basename(path), '')
        elif os.path.exists(path):
            os.unlink(path)

    def return_home(self, host):
        """A dead host boots, and Nova takes servers to it again."""
        self.cluster.boot(host)
        before = self.cloud.services()[host]['updated_at']
        self.boot(host)
        until(host + ' to report', lambda: self.cloud.services()[host]['updated_at'] != before, 60)
        self.make_usable()

    def all_home(self):
        """Every host is on, its daemons run, and Nova takes servers to it."""
        self.break_daemon('nova-compute', False)
        for host in self.cluster.members:
            if not self.cluster.is_on(host):
                self.return_home(host)
            for daemon in ('libvirtd', 'nova-compute'):
                self.daemon(host, 'start', daemon)
        self.make_usable()

    def make_usable(self):
        """Takes back whatever keeps Nova's scheduler from hosts that run."""
        for host in self.cluster.members:
            if self.cloud.services()[host]['forced_down']:
                until('Nova to take back that it forced %s down' % host, lambda: self._unforce(host), 90)
            until(host + ' to be up', lambda: self.cloud.services()[host]['state'] == 'up', 90)
            if self.cloud.services()[host]['status'] == 'disabled':
                self.cloud.change_service(host, status='enabled')
        hosts.until_schedulable(self.cloud, self.cluster.members)

    def _unforce(self, host):
        """Refused as long as nova-compute has not dealt with the evacuations."""
        try:
            self.cloud.change_service(host, forced_down=False)
            return True
        except ApiError as refusal:
            if refusal.status != 400:
                raise
            return False


    def freeze_storage(self):
        self._signal_storage(signal.SIGSTOP)

    def thaw_storage(self):
        self._signal_storage(signal.SIGCONT)

    def _signal_storage(self, number):
        pid = processes.pid(self.place, 'storage')
        if not pid:
            raise RigError('the shared storage is gone')
        os.kill(pid, number)

    # -- guests -------------------------------------------------------------------------------------------------------

    def start_guests(self, names, host, metadata=None):
        """Returns when the guests themselves answer. -> {id: Life}"""
        ids = [self.cloud.nova('POST', '/servers', {'server': {
            'name': name, 'imageRef': self.image, 'flavorRef': FLAVOR, 'networks': 'none', 'host': host,
            'metadata': metadata or {}}})['server']['id'] for name in names]
        return {server: until('%s to boot' % server, lambda server=server: self.life(server), 180) for server in ids}

    def life(self, server):
        """What the guest last said of its disk and how often it booted from it: ("disk", "boots"); None, if it has not yet."""
        with contextlib.suppress(OSError):
            # not through the mount, which may stand still
            with open(self.place.path('store', server, 'console.log'), errors='replace') as file:
                said = READY.findall(file.read())
            return (said[-1][0], int(said[-1][1])) if said else None
        return None

    def alive(self, server):
        """What the guest says each second: ("disk", "boots", seconds since its boot). A live migration begins its console anew, and
        its former QEMU may write behind that once more: the last line is not always the newest."""
        with contextlib.suppress(OSError):
            with open(self.place.path('store', server, 'console.log'), errors='replace') as file:
                said = ALIVE.findall(file.read())
            return max(((disk, int(boots), int(seconds)) for disk, boots, seconds in said),
                       key=lambda one: one[1:], default=None)
        return None

    def running(self):
        """{server: [host]} by the QEMU processes that there are."""
        found = {}
        for server, host, _ in self._qemus():
            found.setdefault(server, []).append(host)
        return found

    def kill_qemu(self, server):
        """SIGKILL. -> when"""
        for one, _, pid in self._qemus():
            if one == server:
                os.kill(pid, signal.SIGKILL)
                return time.time()
        raise RigError('no QEMU runs for ' + server)

    def _qemus(self):
        """(server, host, pid) of each, which is known to be of its host by its PID namespace."""
        spaces = {self.cluster.pid_namespace(host): host for host in self.cluster.members if self.cluster.is_on(host)}
        for entry in filter(str.isdigit, os.listdir('/proc')):
            with contextlib.suppress(OSError, ValueError, IndexError):
                host = spaces.get(os.readlink('/proc/%s/ns/pid' % entry))
                with open('/proc/%s/cmdline' % entry, 'rb') as file:
                    words = file.read().decode(errors='replace').split('\0')
                if host and 'qemu-system' in words[0] and processes.start_time(int(entry)):
                    yield words[words.index('-uuid') + 1], host, int(entry)
