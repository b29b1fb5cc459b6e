# SPDX-License-Identifier: Apache-2.0
"""The host monitor on each node of a cluster."""
import json
import os
import shutil
import signal

from rig import networks, processes
from rig.place import PYTHON
from rig.waiting import until

from . import product as products

HEALTH = '127.0.0.1:15870'
CONFIGURATION = '''\
membership: {membership}
etcd: {etcd}
fencing: {fencing}
controller: {{endpoints: 'http://{hub}:{port}/v1', authentication: none, longest-pause: 5s}}
spool: {{directory: '{spool}'}}
health: {{listen: '{health}'}}
log: {{to: console}}
'''
ASK = 'import sys, urllib.request as r, urllib.error as e\ntry: a = r.urlopen("http://%s" + sys.argv[1], timeout=5)\n' \
      'except e.HTTPError as x: a = x\nprint(a.status, a.read().decode())' % HEALTH


class HostMonitors:

    def __init__(self, stage, cluster):
        self.stage = stage
        self.cluster = cluster
        self.running = {}
        for node in cluster.nodes:
            stage.evidence('monitor-%s.log' % node, lambda node=node: processes.tail(stage.place, 'monitor-' + node, 400))

    def configure(self, membership='{}', fencing='{}', etcd='{}'):
        """Sections of the file, as YAML, for monitors that have never told anything."""
        for node in self.cluster.nodes:
            shutil.rmtree(self._spool(node), ignore_errors=True)
            self.stage.place.write('etc/host-monitor-%s.yaml' % node, CONFIGURATION.format(
                membership=membership, fencing=fencing, etcd=etcd, hub=networks.HUB, port=self.stage.receiver.port, health=HEALTH,
                spool=self._spool(node)))

    def _spool(self, node):
        return self.stage.place.path('spool-' + node)

    def start(self, *nodes):
        for node in nodes:
            argv = self.stage.product.monitor_argv('host-monitor', '--config', self.stage.place.path(
                'etc/host-monitor-%s.yaml' % node))
            self.running[node] = self.cluster.start(node, 'monitor-' + node, argv, products.environment())

    def start_all(self):
        self.start(*self.cluster.nodes)
        self.until_ready(*self.cluster.nodes)

    def until_ready(self, *nodes):
        """It sees the cluster, and what it had to report is delivered."""
        self._until(nodes, lambda said: said.startswith('200'), 'ready')

    def until_alive(self, *nodes):
        self._until(nodes, lambda said: said[:3] in ('200', '503'), 'alive')

    def _until(self, nodes, condition, what):
        for node in nodes:
            said = []

            def is_so(node=node, said=said):
                if processes.start_time(self.running[node]) is None:
                    raise AssertionError('the monitor of %s has ended\n%s' % (
                        node, processes.tail(self.stage.place, 'monitor-' + node)))
                said[:] = [self.ask(node, '/readyz')]
                return condition(said[0])
            until(lambda: 'the monitor of %s to be %s: %s' % (node, what, said), is_so, 60, every=0.3)

    def ask(self, node, path):
        return self.cluster.run(node, PYTHON, '-c', ASK, path, may_fail=True)

    def not_reported(self, node):
        """Why the monitor of this node says nothing, host by host, in its own words."""
        return json.loads(self.ask(node, '/readyz').split(' ', 1)[1]).get('not_reported', '')

    def kill(self, *nodes):
        """SIGKILL."""
        for node in nodes or list(self.running):
            self._end(node, signal.SIGKILL)

    def stop(self, *nodes):
        for node in nodes:
            self._end(node, signal.SIGTERM)

    def _end(self, node, how):
        number = self.running.pop(node, None)
        if number and processes.start_time(number):
            os.kill(number, how)
            until('the end of the monitor of ' + node, lambda: processes.start_time(number) is None, 10, every=0.02)
