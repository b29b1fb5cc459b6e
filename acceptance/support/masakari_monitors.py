# SPDX-License-Identifier: Apache-2.0
"""Debian's masakari-monitors on a node, with their defaults where they do not need to be told about the place."""
import os
import signal

from rig import networks, processes
from rig.packages import Packages
from rig.place import PASSWORD, PYTHON, REGION

PACKAGES = Packages('masakari-host-monitor masakari-instance-monitor masakari-process-monitor tcpdump')

# ours: theirs
NAMES = {'host-monitor': 'masakari-hostmonitor', 'instance-monitor': 'masakari-instancemonitor',
         'process-monitor': 'masakari-processmonitor'}

CONFIGURATION = '''\
[DEFAULT]
hostname = {node}
use_stderr = true
[api]
auth_type = password
auth_url = http://{hub}:{keystone}/v3
username = {user}
password = {password}
project_name = {project}
user_domain_id = default
project_domain_id = default
region = {region}
# the address at which the nodes reach the controller
api_interface = internal
[host]
monitoring_interval = {interval}
pacemaker_node_type = cluster
corosync_multicast_interfaces = ring
corosync_multicast_ports = 5405
disable_ipmi_check = true
[process]
process_list_path = {processes}
[oslo_concurrency]
lock_path = {lock}
'''

# All of these keys are needed; the start command runs when the monitor starts.
PROCESS = '''\
- process_name: {name}
  start_command: 'true'
  pre_start_command:
  post_start_command:
  restart_command: '{restart}'
  pre_restart_command:
  post_restart_command:
  run_as_root: false
'''


class MasakariMonitors:
    """interval: of the host monitor, in seconds. user, project: as whom they sign in."""

    def __init__(self, place, control, cluster, interval=60, user='masakari', project='service'):
        self.place = place
        self.control = control
        self.cluster = cluster
        self.settings = {'interval': interval, 'user': user, 'project': project}
        self.running = {}

    def start(self, node, watched, restart='true'):
        """watched: how the processes call themselves in ps; restart: what starts the one of that {name}.
        -> {our name of the monitor: pid}"""
        listed = self.place.write('etc/masakari-processes-%s.yaml' % node, ''.join(
            PROCESS.format(name=name, restart=restart.format(name=name)) for name in watched))
        path = self.place.write('etc/masakari-monitors-%s.conf' % node, CONFIGURATION.format(
            node=node, hub=networks.HUB, keystone=self.control.port('keystone'), password=PASSWORD, region=REGION,
            processes=listed, lock=self.place.path('lock'), **self.settings))
        started = {ours: self.cluster.start(node, self.log(ours, node), [
            PYTHON, '/usr/bin/' + theirs, '--config-file', path], processes.environment())
            for ours, theirs in NAMES.items()}
        self.running.update({(node, ours): pid for ours, pid in started.items()})
        return started

    @staticmethod
    def log(monitor, node):
        return 'masakari-%s-%s' % (monitor, node)

    def kill(self):
        """All that still run."""
        for number in self.running.values():
            if processes.start_time(number):
                os.kill(number, signal.SIGKILL)
        self.running = {}
