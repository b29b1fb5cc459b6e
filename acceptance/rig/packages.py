# SPDX-License-Identifier: Apache-2.0
"""Debian's packages, installed without their daemons being started."""
import os
import shutil
import subprocess
import tempfile

from .place import RigError

# what Debian's maintainer scripts ask before they start a daemon
STARTING_POLICY = '/usr/sbin/policy-rc.d'


class Packages:
    """Those that one kind of rig is made of."""

    def __init__(self, names):
        self.names = names.split()

    def versions(self):
        """Of those that are installed."""
        shown = subprocess.run(['dpkg-query', '-W', '-f', '${db:Status-Status} ${Package} ${Version}\n'] + self.names,
                               capture_output=True, text=True).stdout
        lines = [line.split() for line in shown.splitlines()]
        return {line[1]: line[2] for line in lines if line[0] == 'installed'}

    def missing(self):
        installed = self.versions()
        return [package for package in self.names if package not in installed]

    def install(self):
        """Those that are missing."""
        packages = self.missing()
        if not packages:
            return
        ours = not os.path.exists(STARTING_POLICY)
        if ours:
            with open(STARTING_POLICY, 'w') as file:
                file.write('#!/bin/sh\nexit 101\n')
            os.chmod(STARTING_POLICY, 0o755)
        try:
            apt = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=900']
            for command in (apt + ['update'], apt + ['install', '-y', '--no-install-recommends'] + packages):
                if subprocess.run(command, env=dict(os.environ, DEBIAN_FRONTEND='noninteractive')).returncode:
                    raise RigError('%s failed' % ' '.join(command[:5]))
        finally:
            if ours:
                os.unlink(STARTING_POLICY)


class Unpacked:
    """A package that conflicts with one that we need, unpacked beside it; file: what of it tells that it is there."""

    DIRECTORY = '/var/cache/migawari-acceptance'

    def __init__(self, name, file):
        self.name = name
        self.root = os.path.join(self.DIRECTORY, name)
        self.file = os.path.join(self.root, file)

    def missing(self):
        return [] if os.path.exists(self.file) else [self.name]

    def install(self):
        os.makedirs(self.DIRECTORY, exist_ok=True)
        with tempfile.TemporaryDirectory() as directory:
            shutil.chown(directory, '_apt')    # as whom apt downloads
            subprocess.run(['apt-get', '-q', 'download', self.name], cwd=directory, check=True)
            subprocess.run(['dpkg', '-x', os.path.join(directory, os.listdir(directory)[0]), self.root], check=True)


class LibvirtAccount:
    """libvirt's QEMU driver does not start without it, although no guest here runs as it; with Debian's numbers."""

    NAME = 'libvirt-qemu'

    def missing(self):
        return [] if self._has('passwd', self.NAME) else ['the account ' + self.NAME]

    def install(self):
        if not self._has('group', 'kvm'):
            subprocess.run(['groupadd', '--system', 'kvm'], check=True)
        if not self._has('group', self.NAME):
            subprocess.run(['groupadd', '--gid', '64055', self.NAME], check=True)
        subprocess.run(['useradd', '--system', '--uid', '64055', '--gid', 'kvm', '-G', self.NAME, '--no-create-home',
                        '--home-dir', '/var/lib/libvirt', '--shell', '/usr/sbin/nologin', self.NAME], check=True)

    @staticmethod
    def _has(database, name):
        return subprocess.run(['getent', database, name], stdout=subprocess.DEVNULL).returncode == 0


# What the scenarios themselves are written with; without them they cannot even be listed.
TOOLS = Packages('python3-requests python3-amqp python3-pymysql')

OPENSTACK = Packages('''
python3-keystone python3-nova nova-common python3-placement placement-common python3-glance glance-common
python3-neutron neutron-common python3-cinder cinder-common
python3-masakari masakari-common masakari-api masakari-engine
mariadb-server mariadb-client rabbitmq-server uwsgi-core uwsgi-plugin-python3
python3-pymysql python3-requests python3-amqp python3-fixtures
''')

CLUSTER = Packages('''
corosync pacemaker pacemaker-cli-utils pacemaker-resource-agents resource-agents iproute2 util-linux
''')
REMOTED = Unpacked('pacemaker-remote', 'usr/sbin/pacemaker-remoted')

# The QEMU driver of libvirt without the package that would start it, the client library that the product calls, and what the
# guests are made of.
LIBVIRT = Packages('''
libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients libvirt0 python3-libvirt qemu-system-x86 seabios busybox-static cpio
''')
LIBVIRT_ACCOUNT = LibvirtAccount()
ETCD = Packages('etcd-server curl iproute2 util-linux')
MACHINE = Packages('debootstrap')
FENCING = Packages('fence-agents openipmi ipmitool openssl iproute2 util-linux procps')
SYSLOG = Packages('rsyslog rsyslog-gnutls openssl util-linux systemd')
