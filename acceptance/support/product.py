# SPDX-License-Identifier: Apache-2.0
"""The product under test: built from this checkout, then copied, so that somebody who builds in the checkout meanwhile does
not change what is being tested."""
import glob
import os
import shutil

from rig import processes

from . import programs

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
BUILD_SECONDS = 900


# those whose modules exist; each has a launcher migawari-NAME in its module
MONITORS = ('host-monitor', 'instance-monitor', 'process-monitor')


class Product:

    def __init__(self, directory):
        self.directory = directory
        self.launcher = os.path.join(directory, 'migawari')

    @staticmethod
    def built(directory):
        """Builds what has changed, and puts what a running Migawari needs into this directory."""
        launcher = os.path.join(CHECKOUT, 'migawari')
        programs.run([launcher, 'version'], BUILD_SECONDS, env=environment(), show=True)
        shutil.rmtree(directory, ignore_errors=True)
        target = os.path.join(directory, 'demo', 'target')
        os.makedirs(target)
        shutil.copy2(launcher, directory)
        shutil.copytree(os.path.join(CHECKOUT, 'demo', 'target', 'lib'), os.path.join(target, 'lib'))
        for path in glob.glob(os.path.join(CHECKOUT, 'demo', 'target', '*.jar')):
            shutil.copy2(path, target)
        # without sources beside it the launcher takes a copy for up to date as long as this mark is there
        shutil.copy2(os.path.join(CHECKOUT, 'demo', 'target', 'built'), target)
        for monitor in MONITORS:
            _copy_monitor(os.path.join(CHECKOUT, monitor), os.path.join(directory, monitor), monitor)
        return Product(directory)

    def argv(self, *words):
        return [self.launcher, *words]

    def monitor_argv(self, monitor, *words):
        """Of one of MONITORS."""
        return [os.path.join(self.directory, monitor, 'migawari-' + monitor), *words]


def _copy_monitor(source, copy, monitor):
    if not os.path.isdir(source):
        return
    os.makedirs(os.path.join(copy, 'target'))
    shutil.copy2(os.path.join(source, 'migawari-' + monitor), copy)
    shutil.copytree(os.path.join(source, 'target', 'lib'), os.path.join(copy, 'target', 'lib'))
    for path in glob.glob(os.path.join(source, 'target', '*.jar')):
        shutil.copy2(path, os.path.join(copy, 'target'))


def environment(more=None):
    """The rig's, which is free of the caller's OS_* variables, and where Java is to be found."""
    path = os.environ.get('PATH', '')
    return processes.environment(dict({'PATH': '/usr/sbin:/usr/bin:/sbin:/bin:' + path}, **(more or {})))
