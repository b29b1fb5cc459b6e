# SPDX-License-Identifier: Apache-2.0
"""A small data centre: a Pacemaker cluster whose nodes are real compute hosts with real guests on shared storage, a real OpenStack,
monitors in each node, the controller."""
import time

from rig import computes as compute_hosts
from rig import lifecycle, packages, processes, servers
from rig.cloud import Cloud, host_of, task_of
from rig.cluster import Cluster
from rig.computes import Computes
from rig.place import Place
from rig.waiting import until

from .controller import PROCESS, Controller
from .monitors import Monitors

NEEDS = [packages.OPENSTACK, packages.CLUSTER, *compute_hosts.NEEDS]

FAILED, OTHER, SPARE = 'compute1', 'compute2', 'compute3'
GUESTS = 4


def settings(place):
    """Of each monitor, what is not the same for all: the process monitor has an init system's work to do here."""
    daemons = ''.join('''  {0}:
    pid-file: /run/{0}.pid
    start: [{1}, start, {0}]
    tries: 2
    pause: 2s
    stable: 5s
'''.format(daemon, place.path('compute-daemon')) for daemon in ('libvirtd', 'nova-compute'))
    return {'host-monitor': '', 'instance-monitor': '', 'process-monitor': 'interval: 1s\nprocesses:\n' + daemons}


class DataCentre:
    """What the scenarios about all of it are played in: something happens to the host FAILED, and SPARE is the reserved one."""

    def __init__(self, stage):
        self.stage = stage
        self.place = stage.place
        self.say = stage.say
        self.control = Place(stage.place.path('openstack'), stage.place.offset, 0)
        self.cluster = Cluster(stage.place)
        self.controller = Controller(self.control, stage.product)
        self.monitors = Monitors(stage, self.cluster, self.control, settings(self.place))
        self.computes = None
        self.cloud = None
        self.witness = None
        stage.evidence('controller.log', lambda: processes.tail(self.control, PROCESS, 400))
        stage.evidence('servers.txt', lambda: '\n'.join(map(servers.describe, self.cloud.servers().values())))
        stage.evidence('guests.txt', lambda: str(self.computes.running()))
        stage.evidence('crm_mon.txt', lambda: '\n'.join(str(change) for change in self.witness.changes))
        stage.evidence('power-switch.txt', lambda: '\n'.join(map(str, self.cluster.switch.log)))
        for node in self.cluster.members:
            stage.evidence('nova-compute-%s.log' % node, lambda node=node: open(
                self.place.path('nodes', node, 'nova-compute.log')).read()[-40000:])

    def up(self):
        lifecycle.up(self.control, self.say)
        self.cloud = Cloud(self.control, 'acceptance')
        self.computes = Computes(self.place, self.control, self.cluster, self.cloud)
        self.computes.share_storage()
        self.cluster.up(self.say)
        self.computes.up(self.say, [self.control.port(service) for service in ('migawari', 'masakari')])

    def down(self):
        self.cluster.down()
        if self.computes:
            self.computes.down()
        lifecycle.down(self.control)

    def clean(self):
        """No guests, every host up and enabled, no controller, no monitors."""
        self.monitors.kill()
        self.controller.kill()
        self.monitors.forget()
        lifecycle.stop_masakari(self.control)
        if self.witness:
            self.witness.close()
        self.cluster.switch.heals()
        self.computes.thaw_storage()
        for node in self.cluster.members:
            if self.cluster.is_on(node):
                self.cluster.thaw(node)
                self.cluster.heal(node)
        self.computes.all_home()
        self.cluster.until_whole()
        servers.delete_all(self.cloud)
        self.witness = self.cluster.witness(OTHER)

    def enter(self, case):
        self.say = case.say
        return self

    # -- what is done -------------------------------------------------------------------------------------------------

    def watched(self, guests=GUESTS, recovery=None):
        """The controller and all monitors run, and so do guests on the host that something will happen to. -> {id: life}"""
        lives = self.guests(guests)
        self.controller.set_up(recovery)
        self.controller.create_segment('rack', 'reserved_host', [FAILED, OTHER], [SPARE])
        self.monitors.start(*self.cluster.members)
        return lives

    def guests(self, count, metadata=None):
        lives = self.computes.start_guests(['guest-%d' % number for number in range(1, count + 1)], FAILED, metadata)
        self.say('%d guests run on %s' % (count, FAILED))
        return lives

    # -- what is expected ---------------------------------------------------------------------------------------------

    def follow(self, lives, since, seconds=180):
        """Until every guest answers elsewhere, from the same disk. -> the moments of ("active", "answers") of the last"""
        active, answers = {}, {}

        def arrived():
            now = time.time() - since
            for server in self.cloud.servers().values():
                if server['id'] in lives and server['status'] == 'ACTIVE' and host_of(server) != FAILED and not task_of(server):
                    active.setdefault(server['id'], now)
            for server, (disk, boots) in lives.items():
                if self.computes.life(server) == (disk, boots + 1):
                    answers.setdefault(server, now)
            return len(active) == len(answers) == len(lives)
        until(lambda: 'every guest elsewhere; active: %s, answer: %s' % (active, answers), arrived, seconds)
        return max(active.values()), max(answers.values())

    def expect_once(self, lives, *hosts):
        """Every guest runs on one of these hosts, and nowhere else."""
        running = self.computes.running()
        assert set(running) == set(lives) and all(
            len(where) == 1 and where[0] in hosts for where in running.values()), 'guests run so: %s' % running

    def expect_untouched(self, lives, *hosts):
        """Nothing was moved, stopped, started, disabled or even reported."""
        incidents = self.controller.call('GET', '/migawari/v1/incidents')['incidents']
        assert not incidents, 'the controller was told: %s' % incidents
        self.expect_once(lives, *hosts)
        for server, life in lives.items():
            assert self.computes.life(server) == life, '%s has booted again: %s' % (server, self.computes.life(server))
        assert not self.cloud.evacuations(FAILED), self.cloud.evacuations(FAILED)

    def until_all_up(self):
        def up():
            return all(service['state'] == 'up' for service in self.cloud.services().values())
        until('Nova to call every host up', up, 60)

    def nothing_for(self, seconds):
        """That the controller is told nothing in all that time; it takes the time, whatever one does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert not self.told(), 'the controller was told: %s' % self.told()
            time.sleep(1)

    def told(self):
        """What the controller was told to be wrong."""
        return [one for one in self.controller.call('GET', '/v1/notifications')['notifications']
                if one['payload'].get('event') != 'STARTED']
