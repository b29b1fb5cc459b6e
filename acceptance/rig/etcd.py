# SPDX-License-Identifier: Apache-2.0
"""Real etcd members on nodes of a cluster, speaking to each other and to everybody else over the ring."""
import json
import os
import shutil
import signal

from . import processes
from .waiting import until

CLIENT_PORT = 2379
PEER_PORT = 2380


class Etcd:

    def __init__(self, place, cluster, nodes):
        self.place = place
        self.cluster = cluster
        self.nodes = nodes
        self.running = {}

    def url(self, node, port=CLIENT_PORT):
        return 'http://%s:%d' % (self.cluster.address(node, 'ring'), port)

    @property
    def urls(self):
        return [self.url(node) for node in self.nodes]

    def start_anew(self):
        """All of them, knowing nothing."""
        self.kill(*self.nodes)
        for node in self.nodes:
            shutil.rmtree(self._data(node), ignore_errors=True)
        self.start(*self.nodes)
        self.until_quorate()

    def start(self, *nodes):
        for node in nodes:
            if not self.is_running(node):
                self.running[node] = self.cluster.start(node, 'etcd-' + node, [
                    '/usr/bin/etcd', '--name', node, '--data-dir', self._data(node), '--logger', 'zap',
                    '--listen-client-urls', self.url(node), '--advertise-client-urls', self.url(node),
                    '--listen-peer-urls', self.url(node, PEER_PORT), '--initial-advertise-peer-urls', self.url(node, PEER_PORT),
                    '--initial-cluster', ','.join('%s=%s' % (one, self.url(one, PEER_PORT)) for one in self.nodes)])

    def kill(self, *nodes):
        for node in nodes:
            number = self.running.pop(node, None)
            if number and processes.start_time(number):
                os.kill(number, signal.SIGKILL)
                until('the end of etcd on ' + node, lambda number=number: processes.start_time(number) is None, 10, every=0.02)

    def is_running(self, node):
        return node in self.running and processes.start_time(self.running[node]) is not None

    def _data(self, node):
        return self.place.path('etcd-' + node)

    def is_quorate(self, node):
        """Whether a read that needs the majority is answered there."""
        said = self.cluster.run(node, 'curl', '-sS', '-m', '3', self.url(node) + '/v3/kv/range', '-d', '{"key": "AA=="}',
                                may_fail=True)
        try:
            return 'header' in json.loads(said)
        except ValueError:
            return False

    def until_quorate(self):
        for node in self.nodes:
            until('etcd on %s to answer' % node, lambda node=node: self.is_quorate(node), 60)
