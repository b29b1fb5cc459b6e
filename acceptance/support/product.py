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


class Product:

    def __init__(self, directory):
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
        return Product(directory)

    def argv(self, *words):
        return [self.launcher, *words]


def environment(more=None):
    """The rig's, which is free of the caller's OS_* variables, and where Java is to be found."""
    path = os.environ.get('PATH', '')
    return processes.environment(dict({'PATH': '/usr/sbin:/usr/bin:/sbin:/bin:' + path}, **(more or {})))
