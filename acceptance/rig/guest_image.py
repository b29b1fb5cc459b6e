# SPDX-License-Identifier: Apache-2.0
"""What guests boot: the kernel that Debian makes for clouds, and a userland of busybox and one script. Built once."""
import glob
import gzip
import hashlib
import os
import shutil
import subprocess
import tempfile

from .place import INSIDE, RigError

CACHE = '/var/cache/migawari-acceptance'
KERNEL_PACKAGE = 'linux-image-cloud-amd64'
# of the kernel's drivers, in their packages' folders
MODULES = '''
acpi/button input/evdev virtio/virtio virtio/virtio_ring virtio/virtio_pci virtio/virtio_pci_modern_dev
virtio/virtio_pci_legacy_dev block/virtio_blk char/virtio_console misc/pvpanic/pvpanic misc/pvpanic/pvpanic-mmio
'''.split()


class GuestImage:
    """One that is needed by a scenario, beside packages. script: its first and only program, of those in inside/."""

    def __init__(self, script):
        self.script = os.path.join(INSIDE, script)
        self.prefix = os.path.join(CACHE, script + '-')

    @property
    def directory(self):
        with open(self.script, 'rb') as script, open(os.path.realpath(__file__), 'rb') as builder:
            return self.prefix + hashlib.sha256(script.read() + builder.read()).hexdigest()[:16]

    @property
    def kernel(self):
        return os.path.join(self.directory, 'vmlinuz')

    @property
    def initrd(self):
        return os.path.join(self.directory, 'initrd')

    def missing(self):
        return [] if os.path.exists(self.initrd) else ["a guest's kernel"]

    def install(self):
        if not self.missing():
            return
        for old in glob.glob(self.prefix + '*'):
            shutil.rmtree(old)
        os.makedirs(CACHE, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            os.chmod(scratch, 0o755)    # apt fetches as a user of its own
            kernel, drivers = _unpacked_kernel(scratch)
            built = os.path.join(scratch, 'built')
            os.makedirs(built)
            shutil.copy(kernel, os.path.join(built, 'vmlinuz'))
            _make_initrd(scratch, drivers, self.script, os.path.join(built, 'initrd'))
            os.rename(built, self.directory)


def _unpacked_kernel(scratch):
    shown = subprocess.run(['apt-cache', 'depends', KERNEL_PACKAGE], capture_output=True, text=True).stdout
    names = [line.split()[-1] for line in shown.splitlines() if 'Depends:' in line]
    if not names:
        raise RigError('apt does not know %s; run: apt-get update' % KERNEL_PACKAGE)
    fetched = subprocess.run(['apt-get', '-q', 'download', names[0]], cwd=scratch, capture_output=True, text=True)
    packages = glob.glob(os.path.join(scratch, '*.deb'))
    if fetched.returncode or not packages:
        raise RigError('%s cannot be fetched: %s' % (names[0], fetched.stderr.strip()))
    tree = os.path.join(scratch, 'kernel')
    subprocess.run(['dpkg', '-x', packages[0], tree], check=True)
    return glob.glob(tree + '/boot/vmlinuz-*')[0], glob.glob(tree + '/lib/modules/*/kernel/drivers')[0]


def _make_initrd(scratch, drivers, script, initrd):
    tree = os.path.join(scratch, 'userland')
    for directory in ('bin', 'dev', 'proc', 'sys', 'modules'):
        os.makedirs(os.path.join(tree, directory))
    shutil.copy('/bin/busybox', os.path.join(tree, 'bin'))
    shutil.copy(script, os.path.join(tree, 'init'))
    os.chmod(os.path.join(tree, 'init'), 0o755)
    for module in MODULES:
        source = os.path.join(drivers, module + '.ko')
        if os.path.exists(source):
            shutil.copy(source, os.path.join(tree, 'modules'))
    names = '\n'.join(os.path.relpath(os.path.join(where, name), tree)
                      for where, directories, files in os.walk(tree) for name in directories + files)
    archive = subprocess.run(['cpio', '--quiet', '-o', '-H', 'newc'], cwd=tree, input=names.encode(), capture_output=True,
                             check=True).stdout
    with gzip.open(initrd, 'wb') as file:
        file.write(archive)


# obeys what is typed into its serial port, and can break in every way
IMAGE = GuestImage('guest_init')
# counts its boots on its disk
COUNTING = GuestImage('counting_guest_init')
