# SPDX-License-Identifier: Apache-2.0
"""The RPMs that this checkout builds to, beside its Debian packages; packed once more, and once more with a higher version, to upgrade to."""
import glob
import os
import shutil

from . import debian_packages, programs
from .product import CHECKOUT, environment

PACKAGES = ('runtime', 'controller', 'host-monitor', 'instance-monitor', 'process-monitor')
PACKING_SECONDS = 600
RPM = 'de.dentrassi.maven:rpm:rpm@'
DESCRIBED = 'org.codehaus.mojo:properties-maven-plugin:read-project-properties@described'


class Rpms:

    def __init__(self, directory):
        self.directory = directory

    def deb(self, package):
        [path] = glob.glob(os.path.join(self.directory, 'debs', 'migawari-%s_*.deb' % package))
        return path

    def path(self, which, package):
        """which: new, again, newer."""
        [path] = glob.glob(os.path.join(self.directory, which, 'migawari-%s-[0-9]*.rpm' % package))
        return path

    def inside(self, which, packages=PACKAGES):
        """As the machine sees them."""
        return ['/opt/migawari/%s/%s' % (which, os.path.basename(self.path(which, package))) for package in packages]

    def sizes(self):
        return {package: os.path.getsize(self.path('new', package)) for package in PACKAGES}


def built(directory):
    """Builds them, and puts them into this directory."""
    target = debian_packages.built_in()
    shutil.rmtree(directory, ignore_errors=True)
    for which, ending in (('new', 'rpm'), ('debs', 'deb')):
        os.makedirs(os.path.join(directory, which))
        for path in glob.glob(os.path.join(target, '*.' + ending)):
            shutil.copy2(path, os.path.join(directory, which))
    rpms = Rpms(directory)
    version = os.path.basename(rpms.deb('runtime')).removeprefix('migawari-runtime_').removesuffix('.deb')
    _pack(target, os.path.join(directory, 'again'), version)
    _pack(target, os.path.join(directory, 'newer'), version + '+next')
    return rpms


def _pack(target, directory, version):
    """What is staged, by the plug-in alone, which looks at nothing that the other modules have built."""
    programs.run(['mvn', '-B', '-ntp', '-q', '-f', os.path.join(CHECKOUT, 'packaging', 'pom.xml'), DESCRIBED, *[RPM + package for package in PACKAGES],
                  '-Dstaged=' + os.path.join(target, 'staged'), '-Dpackage.version=' + version, '-Drpm.targetDir=' + directory],
                 PACKING_SECONDS, env=environment(), show=True)
