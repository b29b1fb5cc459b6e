# SPDX-License-Identifier: Apache-2.0
"""The packages that this checkout builds to, and the same once more with a higher version, to upgrade to."""
import glob
import hashlib
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


def built_in():
    """Builds them and the RPMs. -> the directory where they are"""
    target = os.environ.get(BUILT)
    if not target:
        programs.run(['mvn', '-B', '-ntp', '-q', '-f', CHECKOUT, '-Ppackages', '-DskipTests', '-Dspotless.check.skip=true', 'package'],
                     BUILD_SECONDS, env=environment(), show=True)
        target = os.path.join(CHECKOUT, 'packaging', 'target')
    return target


def built(directory):
    """Builds them, and puts them into this directory."""
    target = built_in()
    shutil.rmtree(directory, ignore_errors=True)
    for which in ('new', 'newer'):
        os.makedirs(os.path.join(directory, which))
    for path in sorted(glob.glob(os.path.join(target, '*.deb'))):
        shutil.copy2(path, os.path.join(directory, 'new'))
        _newer(path, os.path.join(directory, 'newer', os.path.basename(path)))
    return Debs(directory)


def laid_out_twice():
    """-> {package: the digests of its trees, as the build has laid them out and as they are laid out again}; None without a build here"""
    staged = os.path.join(CHECKOUT, 'packaging', 'target', 'staged')
    if os.environ.get(BUILT) or not os.path.isdir(staged):
        return None
    with open(os.path.join(staged, 'migawari-runtime', 'control', 'control')) as file:
        control = dict(line.rstrip('\n').split(': ', 1) for line in file if not line.startswith(' '))
    with open(os.path.join(CHECKOUT, 'pom.xml')) as file:
        moment = re.search('<project.build.outputTimestamp>(.*?)<', file.read()).group(1)
    again = staged + '-again'
    programs.run([os.path.join(CHECKOUT, 'packaging', 'stage'), again, control['Version'], control['Maintainer'], moment],
                 BUILD_SECONDS, env=environment())
    digests = {package: [(_digest(os.path.join(tree, package, 'data.tar')), _digests(os.path.join(tree, package, 'rpm'))) for tree in (staged, again)]
               for package in os.listdir(staged)}
    shutil.rmtree(again)
    return digests


def _digest(path):
    with open(path, 'rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest()


def _digests(tree):
    return {os.path.relpath(path, tree): os.readlink(path) if os.path.islink(path) else _digest(path)
            for path in glob.glob(os.path.join(tree, '**'), recursive=True) if os.path.islink(path) or not os.path.isdir(path)}


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
