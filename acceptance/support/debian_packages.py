# SPDX-License-Identifier: Apache-2.0
"""The packages that this checkout builds to, and the same once more with a higher version, to upgrade to."""
import glob
import os
import re
import shutil
import subprocess
import tempfile

from . import programs
from .product import CHECKOUT, environment

BUILD_SECONDS = 1800
# packages that were built already: a directory; they are not built again then
BUILT = 'MIGAWARI_PACKAGES'


class Debs:

    def __init__(self, directory):
        self.directory = directory

    def _as_seen_inside(self, which):
        return ['/opt/migawari/%s/%s' % (which, name) for name in sorted(os.listdir(os.path.join(self.directory, which)))]

    @property
    def new(self):
        """As the machine sees them."""
        return self._as_seen_inside('new')

    @property
    def newer(self):
        return self._as_seen_inside('newer')

    def sizes(self):
        return {name.split('_')[0]: os.path.getsize(os.path.join(self.directory, 'new', name))
                for name in sorted(os.listdir(os.path.join(self.directory, 'new')))}


def built(directory):
    """Builds them, and puts them into this directory."""
    target = os.environ.get(BUILT)
    if not target:
        programs.run(['mvn', '-B', '-ntp', '-q', '-f', CHECKOUT, '-Ppackages', '-DskipTests', '-Dspotless.check.skip=true', 'package'],
                     BUILD_SECONDS, env=environment(), show=True)
        target = os.path.join(CHECKOUT, 'packaging', 'target')
    shutil.rmtree(directory, ignore_errors=True)
    for which in ('new', 'newer'):
        os.makedirs(os.path.join(directory, which))
    for path in sorted(glob.glob(os.path.join(target, '*.deb'))):
        shutil.copy2(path, os.path.join(directory, 'new'))
        _newer(path, os.path.join(directory, 'newer', os.path.basename(path)))
    return Debs(directory)


def _newer(path, copy):
    with tempfile.TemporaryDirectory() as work:
        tree = os.path.join(work, 'tree')
        subprocess.run(['dpkg-deb', '-R', path, tree], check=True)
        control = os.path.join(tree, 'DEBIAN', 'control')
        with open(control) as file:
            text = file.read()
        with open(control, 'w') as file:
            file.write(re.sub(r'^(Version: .*)$', r'\1+next', text, flags=re.M))
        subprocess.run(['dpkg-deb', '--root-owner-group', '-Zgzip', '-z1', '-b', tree, copy], check=True, stdout=subprocess.DEVNULL)
