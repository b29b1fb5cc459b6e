# SPDX-License-Identifier: Apache-2.0
"""Everything together: a Pacemaker cluster whose nodes are real compute hosts with real guests on shared storage, all monitors in
each node, a real OpenStack, the controller. Things break; nobody reports anything by hand; and some things move nothing."""
import os
import statistics
import time

from rig import lifecycle, networks, packages, processes, servers
from rig import computes as compute_hosts
from rig.cloud import Cloud, host_of, task_of
from rig.cluster import Cluster
from rig.computes import Computes
from rig.guest import KERNEL
from rig.place import Place
from rig.waiting import until
from support import reports, rivals
from support.controller import PROCESS, Controller, moment
from support.monitors import Monitors

NAME = 'whole'
DOC = 'Pacemaker, libvirt, guests, monitors, Nova and the controller together: hosts crash, guests and daemons die, and what moves nothing'
MINUTES = 15
STAGE = 'nodes'
NEEDS = [packages.OPENSTACK, packages.CLUSTER, compute_hosts.PACKAGES, KERNEL]

FAILED, OTHER, SPARE = 'compute1', 'compute2', 'compute3'
GUESTS = 4
ROUNDS = 2
# What looking, reporting, storing and deciding may add to what a script needs that is told by Pacemaker itself.
MOST_SECONDS_LATER = 2.0
# How long something that must move nothing goes on: several times as long as Nova and Pacemaker take to notice.
NUISANCE = 30

HOST_MONITOR = ''


def run(stage):
    scene = Scene(stage)
    try:
        scene.up()
        stage.before_each_case(scene.clean)
        for name, play in CASES.items():
            stage.case(name, lambda case, play=play: play(scene.enter(case)))
    finally:
        if not stage.keep:
            scene.down()


class Scene:

    def __init__(self, stage):
        self.stage = stage
        self.place = stage.place
        self.say = stage.say
        self.control = Place(stage.place.path('openstack'), stage.place.offset, 0)
        self.cluster = Cluster(stage.place)
        self.controller = Controller(self.control, stage.product)
        self.monitors = Monitors(stage, self.cluster, self.control.port('migawari'), {'host-monitor': HOST_MONITOR})
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
        self.computes.up(self.say, [self.control.port('migawari')])

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

    def watched(self, guests=GUESTS, recovery=''):
        """The controller and all monitors run, and so do guests on the host that something will happen to. -> {id: life}"""
        lives = self.guests(guests)
        self.controller.set_up(recovery)
        self.controller.create_segment('rack', 'reserved_host', [FAILED, OTHER], [SPARE])
        self.monitors.start(*self.cluster.members)
        return lives

    def guests(self, count):
        lives = self.computes.start_guests(['guest-%d' % number for number in range(1, count + 1)], FAILED)
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

    def nothing_for(self, seconds, lives):
        """That the controller is told nothing in all that time; it takes the time, whatever one does."""
        def told():
            return self.controller.call('GET', '/v1/notifications')['notifications']
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert not [one for one in told() if one['payload'].get('event') == 'STOPPED'], told()
            time.sleep(1)


# -- cases ------------------------------------------------------------------------------------------------------------------


def host_crash(scene):
    """A host loses its power. Pacemaker fences it, and its guests answer again elsewhere, from the same disks; beside it, how
    long somebody takes who waits for the fence and then evacuates everything at once."""
    rows = []
    for _ in range(ROUNDS):
        rows.append(('script', *by_script(scene)))
        scene.clean()
        rows.append(('migawari', *by_migawari(scene)))
        scene.clean()
    lines = ['seconds since the crash', '%-10s %8s %8s %12s %12s' % ('', 'unclean', 'fenced', 'last active', 'last answers')]
    lines += ['%-10s %8.2f %8.2f %12.2f %12.2f' % row for row in rows]
    scene.say('\n'.join(lines))
    after = {who: statistics.mean(row[3] - row[2] for row in rows if row[0] == who) for who in ('script', 'migawari')}
    later = after['migawari'] - after['script']
    scene.say('from the fence to the last active: script %.2f s, Migawari %.2f s' % (after['script'], after['migawari']))
    reports.save(scene.stage.results, 'host-crash', '\n'.join(lines), rows)
    assert later <= MOST_SECONDS_LATER, '%.2f s later than a script' % later


def by_script(scene):
    lives = scene.guests(GUESTS)
    crashed = scene.cluster.kill(FAILED)
    fenced = scene.witness.saw_fenced(FAILED, crashed)
    rivals.by_script(scene.control, list(lives), FAILED, SPARE)
    active, answers = scene.follow(lives, crashed)
    scene.expect_once(lives, SPARE)
    return saw_unclean(scene, crashed), fenced - crashed, active, answers


def by_migawari(scene):
    lives = scene.watched()
    crashed = scene.cluster.kill(FAILED)
    fenced = scene.witness.saw_fenced(FAILED, crashed)
    active, answers = scene.follow(lives, crashed)
    scene.expect_once(lives, SPARE)
    incident = scene.controller.until_over(scene.controller.incident_about(FAILED))
    assert incident['phase'] == 'recovered', incident
    for phase, begun, took in reports.phases(incident, scene.controller.story(incident['uuid']), crashed):
        scene.say('%6.2f s  %-10s %5.2f s' % (begun, phase, took))
    scene.say('%6.2f s  the last guest answers' % answers)
    return saw_unclean(scene, crashed), fenced - crashed, active, answers


def saw_unclean(scene, crashed):
    """After how many seconds Pacemaker first called the host lost; it may be fenced before anybody has seen that."""
    change = scene.witness.first(lambda one: 'online' not in one['nodes'].get(FAILED, ('online',))
                                 or 'unclean' in one['nodes'][FAILED], crashed)
    return change['at'] - crashed


def storage_hangs(scene):
    """The shared storage stands still for all hosts: Nova loses one after the other, the cluster none."""
    lives = scene.watched()
    scene.computes.freeze_storage()
    scene.nothing_for(NUISANCE, lives)
    scene.computes.thaw_storage()
    scene.until_all_up()
    scene.expect_untouched(lives, FAILED)


def management_cut(scene):
    """Nova hears nothing of a host that its cluster and its guests are content with."""
    lives = scene.watched()
    scene.cluster.cut(FAILED, 'mgmt')
    until('Nova to call it down', lambda: scene.cloud.services()[FAILED]['state'] == 'down', 60)
    scene.nothing_for(NUISANCE, lives)
    scene.cluster.heal(FAILED, 'mgmt')
    scene.until_all_up()
    scene.expect_untouched(lives, FAILED)


def frozen_and_not_fenced(scene):
    """A host hangs and its power switch does not work: nobody knows whether its guests run, so nobody starts them again."""
    lives = scene.watched()
    scene.cluster.switch.breaks(FAILED)
    frozen = scene.cluster.freeze(FAILED)
    scene.witness.until('the host to be unclean', lambda one: 'unclean' in one['nodes'][FAILED], frozen)
    scene.nothing_for(NUISANCE, lives)
    assert not scene.cloud.evacuations(FAILED)
    scene.expect_once(lives, FAILED)
    scene.cluster.thaw(FAILED)


def planned_reboot(scene):
    """A person takes a host out of the cluster in good order and reboots it."""
    lives = scene.watched()
    scene.cluster.daemon(FAILED, 'stop', 'corosync')
    scene.cluster.kill(FAILED)
    scene.nothing_for(NUISANCE, lives)
    assert not scene.cloud.evacuations(FAILED)
    scene.computes.return_home(FAILED)
    scene.cluster.until_whole()
    scene.monitors.start(FAILED)
    scene.nothing_for(10, lives)
    assert not scene.cloud.evacuations(FAILED)


CASES = {
    'host-crash': host_crash,
    'storage-hangs': storage_hangs,
    'management-cut': management_cut,
    'frozen-and-not-fenced': frozen_and_not_fenced,
    'planned-reboot': planned_reboot,
}
