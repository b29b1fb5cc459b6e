# SPDX-License-Identifier: Apache-2.0
"""A guest that is as small as a real one can be: Debian's kernel for clouds, and busybox."""
import glob
import os
import shutil
import subprocess
import tempfile

from .packages import Unpacked
from .place import INSIDE

MODULES = ('acpi/button', 'input/evdev', 'virtio/virtio', 'virtio/virtio_ring', 'virtio/virtio_pci_modern_dev',
           'virtio/virtio_pci_legacy_dev', 'virtio/virtio_pci', 'block/virtio_blk')


class Kernel:
    """Debian's newest kernel for clouds, only unpacked."""

    DIRECTORY = os.path.join(Unpacked.DIRECTORY, 'guest-kernel')

    @property
    def file(self):
        found = sorted(glob.glob(os.path.join(self.DIRECTORY, 'boot', 'vmlinuz-*')))
        return found[-1] if found else None

    def missing(self):
        return [] if self.file else ['linux-image-cloud-amd64']

    def install(self):
        shown = subprocess.run(['apt-cache', 'depends', 'linux-image-cloud-amd64'], capture_output=True, text=True).stdout
        name = next(line.split()[1] for line in shown.splitlines() if 'Depends: linux-image' in line)
        package = Unpacked(name, 'boot')
        package.install()
        os.rename(package.root, self.DIRECTORY)

    def module(self, name):
        return glob.glob(os.path.join(self.DIRECTORY, 'lib/modules/*/kernel/drivers', name + '.ko'))[0]


KERNEL = Kernel()


def initrd(path):
    """Writes the initial file system with everything that the guest is."""
    with tempfile.TemporaryDirectory() as root:
        for name in ('bin', 'dev', 'proc', 'sys', 'modules'):
            os.mkdir(os.path.join(root, name))
        shutil.copy2('/bin/busybox', os.path.join(root, 'bin'))
        shutil.copy2(os.path.join(INSIDE, 'guest_init.sh'), os.path.join(root, 'init'))
        for name in MODULES:
            shutil.copy2(KERNEL.module(name), os.path.join(root, 'modules'))
        subprocess.run(['bash', '-ec', 'find . | cpio -o -H newc --quiet | gzip -9 > "$1"', 'initrd', path], check=True,
                       cwd=root)
    return path
