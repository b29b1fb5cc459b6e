# SPDX-License-Identifier: Apache-2.0
"""Debian's masakari-monitors on a node, with their defaults where they do not need to be told about the place."""
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
username = masakari
password = {password}
project_name = service
user_domain_id = default
project_domain_id = default
region = {region}
[host]
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
  restart_command: 'true'
  pre_restart_command:
  post_restart_command:
  run_as_root: false
'''


class MasakariMonitors:

    def __init__(self, place, control, cluster):
        self.place = place
        self.control = control
        self.cluster = cluster

    def start(self, node, watched):
        """watched: how the processes call themselves in ps. -> {our name of the monitor: pid}"""
        listed = self.place.write('etc/masakari-processes-%s.yaml' % node, ''.join(
            PROCESS.format(name=name) for name in watched))
        path = self.place.write('etc/masakari-monitors-%s.conf' % node, CONFIGURATION.format(
            node=node, hub=networks.HUB, keystone=self.control.port('keystone'), password=PASSWORD, region=REGION,
            processes=listed, lock=self.place.path('lock')))
        return {ours: self.cluster.start(node, 'masakari-%s-%s' % (ours, node), [
            PYTHON, '/usr/bin/' + theirs, '--config-file', path], processes.environment())
            for ours, theirs in NAMES.items()}
