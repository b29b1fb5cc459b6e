# SPDX-License-Identifier: Apache-2.0
"""The host monitor's other membership: hosts that keep a key alive in a real etcd of three members. A lapsed lease proves nothing, so
every death is reported as unconfirmed, and whoever has not seen etcd says nothing at all."""
from rig import networks, packages
from rig.cluster import Cluster
from rig.etcd import Etcd
from rig.waiting import until
from support.expectations import Expectations
from support.host_monitors import HostMonitors
from support.receiver import Receiver

NAME = 'etcd'
DOC = 'the host monitor on a real etcd: leases that lapse, orderly exits, members that die, a minority, no majority'
MINUTES = 7
STAGE = 'nodes'
NEEDS = [packages.ETCD]

TTL = 4
LOST_AFTER = 3
# A lease is gone within TTL of the last beat, and a beat comes four times in that; then the equal looks, and the report.
MOST_SECONDS = TTL + 1 + LOST_AFTER + 2


def run(stage):
    cluster = Cluster(stage.place, members=4, bare=True)
    stage.receiver = Receiver(stage.place.port('receiver'), cluster.nodes, networks.HUB, listener=cluster.listener)
    scene = Scene(stage, cluster)
    try:
        cluster.up(stage.say)
        stage.before_each_case(scene.clean)
        for name, play in CASES.items():
            stage.case(name, lambda case, play=play: scene.play(case, play))
    finally:
        if not stage.keep:
            cluster.down()


class Scene(Expectations):
    """Four hosts, etcd on the first three."""

    def __init__(self, stage, cluster):
        super().__init__(stage)
        self.cluster = cluster
        self.monitors = HostMonitors(stage, cluster)
        self.etcd = Etcd(stage.place, cluster, cluster.nodes[:3])
        self.say = stage.say

    def clean(self):
        self.monitors.kill()
        self.receiver.go()
        for node in self.cluster.nodes:
            if self.cluster.is_on(node):
                self.cluster.thaw(node)
                self.cluster.heal(node)
        self.cluster.boot(*self.cluster.nodes)
        self.etcd.start_anew()

    def play(self, case, play):
        self.say = case.say
        self.monitors.configure(
            membership='{driver: etcd, call-timeout: 2s}', fencing='{lost-after: %d}' % LOST_AFTER,
            etcd="{endpoints: ['%s'], ttl: %ds}" % ("', '".join(self.etcd.urls), TTL))
        self.monitors.start_all()
        self.until_trusted(*self.cluster.nodes)
        play(self)

    def until_trusted(self, *nodes):
        """Each sees all, and has seen etcd for long enough to miss somebody: two leases."""
        begun = {node: self.looks(node) for node in nodes}
        until('everybody to have looked for two leases',
              lambda: all(self.looks(node) >= begun[node] + 2 * TTL + 1 for node in nodes), 60, every=1)

    def looks(self, node):
        for line in self.monitors.ask(node, '/metrics').splitlines():
            if line.startswith('migawari_membership_looks_total'):
                return float(line.split()[1])
        raise AssertionError('the monitor of %s tells no number of looks' % node)

    def lost(self, node, since, tellers):
        """This one is reported as unconfirmed by each of so many, in time and with what was seen as evidence; nothing else is."""
        fact = node + ' STOPPED UNKNOWN'
        self.expect(fact, times={fact: tellers})
        reports = self.receiver.notifications()
        for one in reports:
            assert 'lapsed' in one.evidence['seen'] and one.evidence['seen_by'] != node, one
            assert not any(key.startswith('fence') for key in one.evidence), one
        took = [one.at - since for one in reports]
        self.say('%s: reported as unconfirmed after %.1f to %.1f s' % (node, min(took), max(took)))
        assert max(took) <= MOST_SECONDS, took


def back(node):
    return node + ' STARTED NORMAL'


def unconfirmed(node):
    return node + ' STOPPED UNKNOWN'


# -- the cases --------------------------------------------------------------------------------------------------------

def host_dies(scene):
    died = scene.cluster.kill('compute4')
    scene.lost('compute4', died, 3)
    scene.cluster.boot('compute4')
    scene.monitors.start('compute4')
    scene.expect(unconfirmed('compute4'), back('compute4'), times={unconfirmed('compute4'): 3, back('compute4'): 3})


def host_of_an_etcd_member_dies(scene):
    died = scene.cluster.kill('compute1')
    scene.lost('compute1', died, 3)


def monitor_stops_and_starts(scene):
    """As at an update, or when the machine is shut down: told apart by the mark that it leaves."""
    scene.monitors.stop('compute4')
    scene.expect_nothing()
    scene.expect_nothing()
    assert 'good order' in scene.monitors.not_reported('compute2'), scene.monitors.not_reported('compute2')
    scene.monitors.start('compute4')
    scene.expect_nothing()


def monitor_is_killed_and_restarted(scene):
    scene.monitors.kill('compute4')
    scene.monitors.start('compute4')
    scene.expect_nothing()


def minority(scene):
    """A host with an etcd member is cut off, but for its way to the receiver: it says nothing, the others miss it."""
    cut = scene.cluster.cut('compute3', 'ring')
    scene.lost('compute3', cut, 3)
    assert 'etcd' in scene.monitors.ask('compute3', '/readyz'), scene.monitors.ask('compute3', '/readyz')
    scene.cluster.heal('compute3', 'ring')
    scene.expect(unconfirmed('compute3'), back('compute3'), times={unconfirmed('compute3'): 3, back('compute3'): 3})


def no_majority(scene):
    """Two of three members die, and a host meanwhile; when they are back, that host is missed and nobody else."""
    scene.etcd.kill('compute1', 'compute2')
    scene.cluster.kill('compute4')
    scene.expect_nothing()
    scene.expect_nothing()
    for node in scene.cluster.nodes[:3]:
        assert scene.monitors.ask(node, '/readyz').startswith('503'), node
    scene.etcd.start('compute1', 'compute2')
    scene.etcd.until_quorate()
    scene.expect(unconfirmed('compute4'), times={unconfirmed('compute4'): 3})


def all_of_etcd_restarts(scene):
    scene.etcd.kill(*scene.etcd.nodes)
    scene.expect_nothing()
    scene.etcd.start(*scene.etcd.nodes)
    scene.etcd.until_quorate()
    scene.expect_nothing()
    scene.expect_nothing()


def etcd_forgets_everything(scene):
    """Made anew, as after a lost disk: every host enters again, and nobody is missed."""
    scene.etcd.start_anew()
    scene.expect_nothing()
    scene.expect_nothing()


def host_freezes(scene):
    frozen = scene.cluster.freeze('compute4')
    scene.lost('compute4', frozen, 3)
    scene.cluster.thaw('compute4')
    scene.expect(unconfirmed('compute4'), back('compute4'), times={unconfirmed('compute4'): 3, back('compute4'): 3})


CASES = {
    'host-dies': host_dies,
    'host-of-an-etcd-member-dies': host_of_an_etcd_member_dies,
    'monitor-stops-and-starts': monitor_stops_and_starts,
    'monitor-is-killed-and-restarted': monitor_is_killed_and_restarted,
    'minority': minority,
    'no-majority': no_majority,
    'all-of-etcd-restarts': all_of_etcd_restarts,
    'etcd-forgets-everything': etcd_forgets_everything,
    'host-freezes': host_freezes,
}
