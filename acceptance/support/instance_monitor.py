# SPDX-License-Identifier: Apache-2.0
"""Our instance monitor, as a process beside a node, and its health as it tells it."""
import json
import os
import shutil
import signal
import urllib.error
import urllib.request

from rig import processes
from rig.waiting import until

from . import product as products

CONFIGURATION = '''
host: %(host)s
libvirt:
  uri: %(uri)s
  look-interval: 3s
%(more)s
controller:
  authentication: none
  endpoints: [%(endpoint)s]
  longest-pause: 1s
spool:
  directory: %(spool)s
health:
  listen: 127.0.0.1:%(port)d
'''


class InstanceMonitor:

    def __init__(self, stage, node, port):
        self.stage = stage
        self.node = node
        self.port = port
        self.name = 'instance-monitor-' + node.name

    @property
    def spool(self):
        return self.stage.place.path(self.name)

    def argv(self, *words):
        return self.stage.product.monitor_argv('instance-monitor', '--config', self.stage.place.path(self.name + '.yaml'),
                                               *words)

    def configure(self, more=''):
        self.stage.place.write(self.name + '.yaml', CONFIGURATION % {
            'host': self.node.name, 'uri': self.node.uri, 'more': more, 'endpoint': self.stage.receiver.url,
            'spool': self.spool, 'port': self.port})

    def start(self):
        """And waits until it sees libvirt."""
        processes.start(self.stage.place, self.name, self.argv(), products.environment())
        processes.until_true(self.stage.place, 'the monitor to see libvirt', lambda: self.metric('libvirt_visible') == 1,
                             self.name, 30)
        return self

    def kill(self, how=signal.SIGKILL):
        processes.kill(self.stage.place, self.name, how)

    def forget(self):
        self.kill()
        shutil.rmtree(self.spool, ignore_errors=True)

    @property
    def pid(self):
        return processes.pid(self.stage.place, self.name)

    # -- what it says of itself ----------------------------------------------------------------------------------------

    def _get(self, path):
        try:
            with urllib.request.urlopen('http://127.0.0.1:%d%s' % (self.port, path), timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError:
            return None, ''

    def is_ready(self):
        return self._get('/readyz')[0] == 200

    def troubles(self):
        status, text = self._get('/readyz')
        return json.loads(text)['troubles'] if status else ['does not answer']

    def metric(self, name):
        for line in self._get('/metrics')[1].splitlines():
            if line.startswith('migawari_%s ' % name):
                return float(line.split()[1])
        return 0.0

    def heard(self):
        """How many events it has heard."""
        return self.metric('libvirt_events_total')

    def until_heard(self, before, least=1):
        """That it has heard so many events more than before."""
        until('the monitor to hear of it', lambda: self.heard() >= before + least, 30)

    def until_looked(self, times):
        """That it has looked at all domains so many times more, seen from now on."""
        looks = self.metric('libvirt_looks_total')
        until('%d more looks' % times, lambda: self.metric('libvirt_looks_total') >= looks + times, 60)

    def spooled(self):
        """When each waiting notification was on disk, by the instance it is about."""
        found = {}
        for entry in os.scandir(self.spool):
            if entry.name.endswith('.json') and not entry.name.startswith('.'):    # that is one half written
                with open(entry.path) as file:
                    body = json.loads(file.readline())['notification']    # a checksum follows
                found[body['payload']['instance_uuid']] = entry.stat().st_ctime_ns / 1e9
        return found
