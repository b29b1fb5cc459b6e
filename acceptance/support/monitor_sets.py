# SPDX-License-Identifier: Apache-2.0
"""The same three monitors several times beside each other, each set with its own spools and its own controller to report to."""
import os
import re
import signal

from rig import networks, processes
from rig.waiting import until

from . import product as products

SHARED = '''
controller: {{endpoints: ['{url}/v1'], authentication: {authentication}}}
openstack: {{auth-url: '{url}/v3', username: monitor, password: secret, project-name: service, user-domain-name: Default,
  project-domain-name: Default}}
spool: {{directory: '{spool}'}}
health: {{listen: off}}
log: {{to: console}}
'''
SPOOLED = re.compile(r'\d{19}-.+\.json')


class Monitor:
    """One of them. own: its own sections, as YAML. node: of the cluster, or None for this machine."""

    def __init__(self, stage, name, program, own, shared, cluster=None, node=None):
        self.stage = stage
        self.name = name
        self.program = program
        self.cluster = cluster
        self.node = node
        self.spool = stage.place.path('spools', name)
        self.config = stage.place.write('etc/%s.yaml' % name, own + SHARED.format(spool=self.spool, **shared))
        self.number = None
        if node:    # what runs in a node is not known to the stage
            stage.evidence(name + '.log', lambda: processes.tail(stage.place, name, 400))

    def start(self):
        argv = self.stage.product.monitor_argv(self.program, '--config', self.config)
        if self.node:
            self.number = self.cluster.start(self.node, self.name, argv, products.environment())
        else:
            processes.start(self.stage.place, self.name, argv, products.environment())

    def until_watching(self, times=1):
        """It watches, for so many starts, and sees what it watches."""
        until('%s to watch' % self.name, lambda: self.has_said('Watching') >= times and self.has_said(SEES[self.program]) >= times, 90)

    def kill(self):
        """SIGKILL."""
        if self.node:
            if self.number and processes.start_time(self.number):
                os.kill(self.number, signal.SIGKILL)
                until('the end of ' + self.name, lambda: processes.start_time(self.number) is None, 10, every=0.02)
        else:
            processes.kill(self.stage.place, self.name)

    def has_said(self, words):
        """How often."""
        with open(self.stage.place.log(self.name), errors='replace') as file:
            return file.read().count(words)

    def spooled(self):
        """How many notifications are on its disk."""
        try:
            return len([name for name in os.listdir(self.spool) if SPOOLED.fullmatch(name)])
        except FileNotFoundError:
            return 0

    def until_spooled(self, count, seconds=60):
        until(lambda: '%d notifications in the spool of %s; there are %d' % (count, self.name, self.spooled()),
              lambda: self.spooled() == count, seconds)


# in their own words
SEES = {'host-monitor': 'The cluster is seen', 'instance-monitor': 'Connected to libvirt', 'process-monitor': 'Seen: '}


class MonitorSet:
    """host monitors on two nodes of the cluster, an instance monitor beside a libvirtd, a process monitor on this machine."""

    def __init__(self, stage, name, port, cluster, nodes, libvirt, processes_text, signs_in):
        def shared(address):
            return {'url': 'http://%s:%d' % (address, port), 'authentication': 'keystone' if signs_in else 'none'}
        self.name = name
        self.hosts = [Monitor(stage, '%s-host-monitor-%s' % (name, node), 'host-monitor', '', shared(networks.HUB), cluster, node)
                      for node in nodes]
        self.instances = Monitor(stage, name + '-instance-monitor', 'instance-monitor', (
            "host: %s\nlibvirt: {uri: '%s'}\n" % (libvirt.name, libvirt.uri)), shared('127.0.0.1'))
        self.processes = Monitor(stage, name + '-process-monitor', 'process-monitor', (
            'host: %s\n%s' % (libvirt.name, processes_text)), shared('127.0.0.1'))

    @property
    def all(self):
        return self.hosts + [self.instances, self.processes]
