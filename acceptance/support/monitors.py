# SPDX-License-Identifier: Apache-2.0
"""All monitors on the nodes of a cluster of compute hosts, reporting to a controller."""
import os
import shutil
import signal

from rig import networks, processes
from rig.place import PASSWORD, REGION
from rig.waiting import until

from . import product as products

SHARED = '''\
controller: {{endpoints: '{url}', authentication: {authentication}, longest-pause: 5s}}
openstack: {{auth-url: '{keystone}', username: admin, password: {password}, project-name: admin, user-domain-name: Default,
  project-domain-name: Default, region: {region}}}
spool: {{directory: '{spool}'}}
health: {{listen: '127.0.0.1:{health}'}}
log: {{to: console}}
'''
HEALTH = {'host-monitor': 15870, 'instance-monitor': 15871, 'process-monitor': 15872}
ASK = 'import urllib.request as r; r.urlopen("http://127.0.0.1:%d/readyz", timeout=5)'


class Monitors:
    """control: the place of the OpenStack. settings: {monitor: the sections of its configuration that are its own, as YAML}; only
    these monitors run."""

    def __init__(self, stage, cluster, control, settings):
        self.stage = stage
        self.cluster = cluster
        self.control = control
        self.settings = settings
        self.running = {}
        for node in cluster.members:
            stage.evidence('waits-%s.log' % node, lambda node=node: processes.tail(stage.place, 'waits-' + node, 100))
            for monitor in settings:
                stage.evidence('%s-%s.log' % (monitor, node), lambda log=self._log(monitor, node): processes.tail(
                    stage.place, log, 400))

    @staticmethod
    def _log(monitor, node):
        return '%s-%s' % (monitor, node)

    @staticmethod
    def _settings(monitor, node):
        return 'etc/%s-%s.yaml' % (monitor, node)

    def forget(self):
        """They have never told anything."""
        for node in self.cluster.members:
            shutil.rmtree(self._spool(node), ignore_errors=True)

    def _spool(self, node):
        return self.stage.place.path('spool', node)

    def start(self, *nodes, report_to='migawari'):
        """All monitors of these nodes; returns when they are ready: each sees what it watches, and has nothing left to report.

        report_to: migawari, which asks nobody who he is here, or masakari, where they sign in.
        """
        about_controller = {
            'url': 'http://%s:%d/v1' % (networks.HUB, self.control.port(report_to)),
            'authentication': 'none' if report_to == 'migawari' else 'keystone',
            'keystone': 'http://%s:%d/v3' % (networks.HUB, self.control.port('keystone')),
            'password': PASSWORD, 'region': REGION}
        for node in nodes:
            for monitor, own in self.settings.items():
                path = self.stage.place.write(self._settings(monitor, node), own + SHARED.format(
                    health=HEALTH[monitor], spool=os.path.join(self._spool(node), monitor), **about_controller))
                self.running[monitor, node] = self.cluster.start(node, self._log(monitor, node),
                    self.stage.product.monitor_argv(monitor, '--config', path), products.environment())
        for node in nodes:
            for monitor in self.settings:
                self._until_ready(monitor, node)

    def start_after_wait(self, node, *argv):
        """On a node that was started before and is back, a program that waits first, as the addition to nova-compute's unit does it."""
        wait = self.stage.product.monitor_argv(
            'host-monitor', '--config', self.stage.place.path(self._settings('host-monitor', node)), '--wait-until-evacuated', '--for', '3m')
        self.cluster.start(node, 'waits-' + node, ['sh', '-c', '%s && %s' % (' '.join(wait), ' '.join(argv))], products.environment())

    def _until_ready(self, monitor, node):
        def ready():
            if processes.start_time(self.running[monitor, node]) is None:
                raise AssertionError('the %s of %s has ended\n%s' % (monitor, node, processes.tail(
                    self.stage.place, self._log(monitor, node))))
            return 'Error' not in self.cluster.run(node, '/usr/bin/python3', '-c', ASK % HEALTH[monitor], may_fail=True)
        until('the %s of %s to be ready' % (monitor, node), ready, 60, every=0.3)

    def kill(self):
        """SIGKILL, to all of them."""
        for number in self.running.values():
            if processes.start_time(number):
                os.kill(number, signal.SIGKILL)
        self.running = {}
