# SPDX-License-Identifier: Apache-2.0
"""The host monitor on every node of a real Corosync/Pacemaker cluster: what it reports when hosts die, hang, are cut off, leave,
return, and when nothing of the kind happens. Each case names the exact set of reports; one more is a failure, as is one less."""
import time

from rig import networks, packages
from rig.cluster import Cluster
from rig.waiting import until
from support.expectations import Expectations, moment
from support.host_monitors import HostMonitors
from support.receiver import Receiver

NAME = 'membership'
DOC = 'the host monitor on a real Pacemaker cluster of three nodes and a remote: deaths, cuts, freezes, orderly exits'
MINUTES = 16
STAGE = 'nodes'
NEEDS = [packages.CLUSTER, packages.REMOTED]

# What detection may add to the time that Pacemaker needs itself.
MOST_SECONDS = 2.0
# Long enough for whatever gives up after some minutes to have done so.
AWAY = 300


def run(stage):
    cluster = Cluster(stage.place, members=3, remotes=1)
    stage.receiver = Receiver(stage.place.port('receiver'), cluster.nodes, networks.HUB, listener=cluster.listener)
    scene = Scene(stage, cluster)
    try:
        cluster.up(stage.say)
        stage.before_each_case(scene.clean)
        for name, play in CASES.items():
            stage.case(name, lambda case, play=play: scene.play(case, play))
    finally:
        if stage.keep:
            stage.say('the nodes stay up until the next run, but their power switch and the receiver go with this one')
        else:
            cluster.down()
        scene.write_figures()


class Scene(Expectations):
    """The cluster with its monitors, and what may be expected of them."""

    def __init__(self, stage, cluster):
        super().__init__(stage)
        self.cluster = cluster
        self.monitors = HostMonitors(stage, cluster)
        self.witness = None
        self.spoiled = False
        self.say = stage.say
        self.figures = []
        stage.evidence('crm_mon.txt', lambda: '\n'.join(str(change) for change in self.witness.changes))
        stage.evidence('power-switch.txt', lambda: '\n'.join(map(str, cluster.switch.log)))

    def clean(self):
        """Every node on and in good standing, no monitors."""
        self.monitors.kill()
        self.receiver.go()
        cluster = self.cluster
        if self.spoiled:
            cluster.up(self.stage.say)
            self.spoiled = False
            return
        cluster.switch.heals()
        if self.witness:
            self.witness.close()
        for node in cluster.nodes:
            if cluster.is_on(node):
                cluster.thaw(node)
                cluster.heal(node)
            if cluster.is_on(node) and node in cluster.members:
                cluster.daemon(node, 'start', 'corosync')
                cluster.daemon(node, 'start', 'pacemaker')
        cluster.until_whole()
        cluster.settle()

    def play(self, case, play):
        self.say = case.say
        self.name = case.name
        self.monitors.configure()
        self.witness = self.cluster.witness('compute1')
        self.changed = set()
        self.spoiled = True    # unless it ends as it should
        play(self)
        self.spoiled = bool(self.changed)

    # -- what is done -------------------------------------------------------------------------------------------------

    def option(self, name, value):
        """The cluster is made anew afterwards: Pacemaker 2.1.5 was seen not to watch a remote any more after maintenance."""
        self.changed.add(name)
        self.cluster.run('compute1', 'crm_attribute', '--type', 'crm_config', '--name', name, '--update', value)

    def attribute(self, node, name, value):
        self.changed.add(name)
        self.cluster.run('compute1', 'crm_attribute', '--node', node, '--name', name, '--update', value)

    def return_home(self, node):
        """The node boots, and its monitor with it."""
        self.cluster.boot(node)
        self.cluster.until_whole()
        self.monitors.start(node)
        self.monitors.until_ready(node)

    def until_shown(self, what, condition, since=0.0, seconds=60):
        self.witness.until(what, condition, since, seconds)

    def until_unclean(self, node, since):
        self.until_shown(node + ' to be unclean', lambda change: 'unclean' in change['nodes'][node], since)

    # -- what is expected ---------------------------------------------------------------------------------------------

    def proved(self, node, died_at, reporters):
        """The report of this host's death: its time and evidence are those of the fencing, and it came soon enough after that.

        reporters: nodes whose monitors tell it; only the first is taken, the others are told that it is known. A remote may take
        its time, for it sees nothing itself while its connection moves.
        """
        report = next(one for one in self.receiver.notifications()
                      if one.host == node and one.payload['event'] == 'STOPPED')
        evidence = report.evidence
        shown = self.witness.saw_fenced(node, died_at)
        fenced = moment(evidence['fenced_at'])
        assert report.payload == {'event': 'STOPPED', 'cluster_status': 'OFFLINE', 'host_status': 'NORMAL'}, report
        assert moment(report.body['generated_time']) == fenced >= died_at - 1, report
        assert evidence['fence_action'] == 'off' and evidence['quorum'] == 'true', report
        assert evidence['fenced_by'] in self.cluster.members and evidence['fenced_by'] != node, report
        assert evidence['seen_by'] in reporters, report
        switched = [entry for entry in self.cluster.switch.log if entry[1:3] == ('off', node) and entry[4] == 'done'
                    and entry[0] >= died_at]
        assert switched, 'no fencing of %s in the log of the power switch' % node
        added = report.at - shown
        self.say('%s: Pacemaker showed it fenced %.1f s after its death, the report came %+.1f s later, by %s, fenced by %s' % (
            node, shown - died_at, added, evidence['seen_by'], evidence['fenced_by']))
        self.figures.append((self.name, node, shown - died_at, added))
        assert added <= MOST_SECONDS, 'the report came %.1f s after crm_mon had shown it' % added
        members = len(set(reporters) & set(self.cluster.members))
        until(lambda: '%d monitors to tell it; there were %d' % (members, self.tellings()),
              lambda: self.tellings() >= members, 30)

    def write_figures(self):
        lines = ['%-34s %-10s %8.1f %8.1f' % figure for figure in self.figures]
        with open('%s/detection.txt' % self.stage.results, 'w') as file:
            file.write('case, host, seconds until crm_mon shows it fenced, seconds from there to the report\n%s\n' % '\n'.join(lines))


def others(scene, *nodes):
    return [node for node in scene.cluster.nodes if node not in nodes]


def stopped(node):
    return node + ' STOPPED NORMAL'


def started(node):
    return node + ' STARTED NORMAL'


# -- the cases --------------------------------------------------------------------------------------------------------

def whole_cluster_starts(scene):
    """Everything loses its power, and comes back with its monitors while the cluster is still forming: nobody is called dead."""
    cluster, monitors = scene.cluster, scene.monitors
    scene.witness.close()
    for node in cluster.nodes:
        cluster.kill(node)
    cluster.boot(*cluster.nodes)
    monitors.start(*cluster.nodes)
    cluster.until_whole()
    monitors.until_ready(*cluster.nodes)
    scene.expect_nothing()


def crash(scene):
    monitors = scene.monitors
    monitors.start_all()
    died = scene.cluster.kill('compute2')
    scene.expect(stopped('compute2'))
    scene.proved('compute2', died, others(scene, 'compute2'))
    scene.return_home('compute2')
    scene.expect(stopped('compute2'), started('compute2'), times={started('compute2'): 3})


def controller_node_crashes(scene):
    """The node that does the cluster's thinking; the others have to elect another one first."""
    scene.monitors.start_all()
    shown = scene.cluster.view('compute3')
    victim = shown['dc']
    scene.witness.close()
    witness = next(node for node in scene.cluster.members if node != victim)
    scene.witness = scene.cluster.witness(witness)
    died = scene.cluster.kill(victim)
    scene.expect(stopped(victim))
    scene.proved(victim, died, others(scene, victim))


def fencing_fails_then_works(scene):
    scene.monitors.start_all()
    scene.cluster.switch.breaks('compute2')
    died = scene.cluster.kill('compute2')
    scene.until_unclean('compute2', died)
    until('three failed attempts to fence', lambda: [entry[4] for entry in scene.cluster.switch.log].count('refused') >= 3, 60)
    scene.expect_nothing()
    assert 'not fenced' in scene.monitors.not_reported('compute1'), scene.monitors.not_reported('compute1')
    scene.cluster.switch.heals('compute2')
    scene.expect(stopped('compute2'))
    scene.proved('compute2', died, others(scene, 'compute2'))


def fencing_is_slow(scene):
    scene.monitors.start_all()
    scene.cluster.switch.slows('compute2', 10)
    died = scene.cluster.kill('compute2')
    scene.until_unclean('compute2', died)
    scene.expect_nothing()
    scene.expect(stopped('compute2'))
    scene.proved('compute2', died, others(scene, 'compute2'))


def ring_is_cut(scene):
    """The minority still reaches us, and calls the others unclean; the majority cannot fence at first."""
    cluster, monitors = scene.cluster, scene.monitors
    monitors.start_all()
    cluster.switch.breaks('compute3')
    cut = cluster.cut('compute3', 'ring')
    scene.until_unclean('compute3', cut)
    cluster.until_seen('compute3', lambda view: not view['quorum'] and 'unclean' in view['nodes']['compute1'],
                       'the minority to call the others unclean')
    scene.expect_nothing()
    assert 'no quorum' in monitors.ask('compute3', '/readyz'), monitors.ask('compute3', '/readyz')
    cluster.switch.heals('compute3')
    scene.expect(stopped('compute3'))
    scene.proved('compute3', cut, ['compute1', 'compute2', 'remote1'])


def ring_is_cut_and_heals(scene):
    cluster = scene.cluster
    scene.monitors.start_all()
    cluster.switch.breaks('compute3')
    cut = cluster.cut('compute3', 'ring')
    scene.until_unclean('compute3', cut)
    healed = cluster.heal('compute3', 'ring')
    scene.until_shown('compute3 to be back', lambda change: change['nodes']['compute3'] == ['online'], healed)
    scene.expect_nothing()


def freeze_and_thaw(scene):
    cluster = scene.cluster
    scene.monitors.start_all()
    cluster.switch.breaks('compute2')
    frozen = cluster.freeze('compute2')
    scene.until_unclean('compute2', frozen)
    scene.expect_nothing()
    cluster.thaw('compute2')
    scene.until_shown('compute2 to be back', lambda change: change['nodes']['compute2'] == ['online'], frozen + 1)
    scene.expect_nothing()


def freeze_until_fenced(scene):
    scene.monitors.start_all()
    frozen = scene.cluster.freeze('compute2')
    scene.expect(stopped('compute2'))
    scene.proved('compute2', frozen, others(scene, 'compute2'))


def clean_stop(scene):
    """First Pacemaker alone, then Corosync as well, as in an update; then both come back."""
    cluster, monitors = scene.cluster, scene.monitors
    monitors.start_all()
    cluster.daemon('compute2', 'stop', 'pacemaker')
    scene.expect_nothing()
    cluster.daemon('compute2', 'stop', 'corosync')
    scene.until_shown('compute2 to be away', lambda change: 'online' not in change['nodes']['compute2'])
    scene.expect_nothing()
    assert 'good order' in monitors.not_reported('compute1'), monitors.not_reported('compute1')
    cluster.daemon('compute2', 'start', 'corosync')
    cluster.daemon('compute2', 'start', 'pacemaker')
    cluster.until_whole()
    scene.expect_nothing()


def standby(scene):
    """A standby host runs, and is reported like any other when it dies."""
    scene.monitors.start_all()
    scene.attribute('compute2', 'standby', 'on')
    scene.until_shown('compute2 in standby', lambda change: 'standby' in change['nodes']['compute2'])
    scene.expect_nothing()
    died = scene.cluster.kill('compute2')
    scene.expect(stopped('compute2'))
    scene.proved('compute2', died, others(scene, 'compute2'))


def maintenance(scene):
    """Of a node, whose Pacemaker is then killed, and of the whole cluster."""
    cluster = scene.cluster
    scene.monitors.start_all()
    scene.attribute('compute2', 'maintenance', 'true')
    scene.until_shown('compute2 in maintenance', lambda change: 'maintenance' in change['nodes']['compute2'])
    cluster.daemon('compute2', 'stop', 'corosync')
    scene.expect_nothing()
    cluster.daemon('compute2', 'start', 'corosync')
    cluster.daemon('compute2', 'start', 'pacemaker')
    cluster.until_whole()
    scene.attribute('compute2', 'maintenance', 'false')
    scene.option('maintenance-mode', 'true')
    scene.until_shown('the cluster in maintenance', lambda change: change['maintenance'])
    cluster.daemon('compute2', 'stop', 'corosync')
    scene.expect_nothing()
    cluster.daemon('compute2', 'start', 'corosync')
    cluster.daemon('compute2', 'start', 'pacemaker')
    cluster.until_whole()
    scene.option('maintenance-mode', 'false')
    scene.expect_nothing()


def two_at_once(scene):
    """A member and the remote, whose connection may have been the member's."""
    scene.monitors.start_all()
    died = scene.cluster.kill('compute2')
    scene.cluster.kill('remote1')
    scene.expect(stopped('compute2'), stopped('remote1'), seconds=90)
    living = others(scene, 'compute2', 'remote1')
    scene.proved('compute2', died, living)
    scene.proved('remote1', died, living)


def majority_dies(scene):
    """Two of three: who is left may decide nothing, and says nothing."""
    scene.monitors.start_all()
    scene.cluster.kill('compute2')
    died = scene.cluster.kill('compute3')
    scene.until_shown('no quorum', lambda change: not change['quorum'], died)
    scene.expect_nothing()


def monitors_restart(scene):
    """SIGKILL while a host is down, and a death and a return that happen while no monitor runs."""
    cluster, monitors = scene.cluster, scene.monitors
    monitors.start_all()
    monitors.kill()
    died = cluster.kill('compute2')
    scene.witness.saw_fenced('compute2', died)
    living = others(scene, 'compute2')
    scene.expect_nothing()
    monitors.start(*living)
    scene.expect(stopped('compute2'))
    until('everybody to have told it', lambda: scene.tellings() >= 3, 30)
    monitors.kill()
    monitors.start(*living)
    until('everybody to have told it again', lambda: scene.tellings() >= 6, 30)
    scene.expect(stopped('compute2'))
    monitors.kill()
    cluster.boot('compute2')
    cluster.until_whole()
    monitors.start_all()
    scene.expect(stopped('compute2'), started('compute2'), times={started('compute2'): 3})


def receiver_is_away(scene):
    """A host dies and comes back while nobody takes reports, and one of the monitors gets SIGKILL meanwhile."""
    cluster, monitors = scene.cluster, scene.monitors
    monitors.start_all()
    scene.receiver.go()
    died = cluster.kill('compute2')
    scene.witness.saw_fenced('compute2', died)
    told_by = others(scene, 'compute2')
    for node in told_by:
        until('the report of %s to be in its spool' % node, lambda node=node: '"waiting":"1"' in monitors.ask(node, '/readyz'), 30)
    monitors.kill('compute3')
    cluster.boot('compute2')
    cluster.until_whole()
    monitors.start('compute2', 'compute3')
    monitors.until_alive('compute2', 'compute3')
    for node in told_by:
        until('both reports of %s to be in its spool' % node,
              lambda node=node: '"waiting":"2"' in monitors.ask(node, '/readyz'), 30)
    until('it to have been away for long enough', lambda: time.time() > died + AWAY, AWAY + 1)
    scene.receiver.come()
    scene.expect(stopped('compute2'), started('compute2'), times={started('compute2'): 3})
    order = [one.payload['event'] for one in scene.receiver.notifications()]
    assert order[0] == 'STOPPED', order
    until('every report to come', lambda: scene.tellings() == 6, 30)


def remote_dies(scene):
    scene.monitors.start_all()
    died = scene.cluster.kill('remote1')
    scene.expect(stopped('remote1'), seconds=90)
    scene.proved('remote1', died, scene.cluster.members)
    scene.return_home('remote1')
    scene.expect(stopped('remote1'), started('remote1'), times={started('remote1'): 3})


def no_fencing(scene):
    """Where the site says so, a lost host is reported after some equal looks, as unconfirmed; otherwise not at all."""
    scene.monitors.configure(fencing='{none: true, lost-after: 5}')
    scene.option('stonith-enabled', 'false')
    scene.monitors.start_all()
    scene.cluster.kill('compute2')
    lost = 'compute2 STOPPED UNKNOWN'
    scene.expect(lost, times={lost: 3})
    for one in scene.receiver.notifications():
        assert not any(key.startswith('fence') for key in one.evidence), one


def no_fencing_and_not_said_so(scene):
    scene.option('stonith-enabled', 'false')
    scene.monitors.start_all()
    died = scene.cluster.kill('compute2')
    scene.until_shown('compute2 to be away', lambda change: 'online' not in change['nodes']['compute2'], died)
    scene.expect_nothing()
    scene.expect_nothing()


CASES = {
    'whole-cluster-starts': whole_cluster_starts,
    'crash': crash,
    'coordinator-crashes': controller_node_crashes,
    'fencing-fails-then-works': fencing_fails_then_works,
    'fencing-is-slow': fencing_is_slow,
    'ring-is-cut': ring_is_cut,
    'ring-is-cut-and-heals': ring_is_cut_and_heals,
    'freeze-and-thaw': freeze_and_thaw,
    'freeze-until-fenced': freeze_until_fenced,
    'clean-stop': clean_stop,
    'standby': standby,
    'maintenance': maintenance,
    'two-at-once': two_at_once,
    'majority-dies': majority_dies,
    'monitors-restart': monitors_restart,
    'receiver-is-away': receiver_is_away,
    'remote-dies': remote_dies,
    'no-fencing': no_fencing,
    'no-fencing-and-not-said-so': no_fencing_and_not_said_so,
}
