# SPDX-License-Identifier: Apache-2.0
"""The controller is unreachable, answers 503, answers 401, or hangs, each for ten minutes, while hosts, guests and processes die
under the three real monitors, and monitors are killed and started again. All four at the same time: a set of monitors for each, on
the same cluster, libvirtd and machine. Afterwards every failure was recorded once by each."""
import socket
import time
import types

from rig import packages, processes
from rig.cluster import Cluster
from rig.libvirt_node import Guest, LibvirtNode
from rig.waiting import until
from support.expectations import Expectations
from support.front import Front, Trouble
from support.monitor_sets import MonitorSet
from support.receiver import Receiver

NAME = 'outage'
DOC = 'the controller refuses connections, answers 503, 401, or hangs for ten minutes while hosts, guests and processes die'
MINUTES = 11
STAGE = 'nodes'
NEEDS = [packages.CLUSTER, packages.LIBVIRT, packages.LIBVIRT_ACCOUNT]

AWAY = 600
# All that a monitor has to say is said so soon after the return: its longest pause, an attempt that still hangs, and some for
# the machine.
MOST_SECONDS = 30 + 10 + 5
# longer than a monitor leaves a well controller alone, so that nothing can be on its way any more
SILENCE = 10

DIES = 'compute2'
WATCHERS = ('compute1', 'compute3')
GUESTS = 4
PROGRAMS = 3
# What a set's log has to say during its outage.
WORDS = {Trouble.REFUSES: 'cannot connect', Trouble.UNAVAILABLE: 'answers 503', Trouble.UNAUTHORIZED: 'wrong user, password or project',
         Trouble.HANGS: 'no answer in time'}


def run(stage):
    scene = Scene(stage)
    try:
        scene.up()
        stage.case('ten-minutes', scene.play)
    finally:
        if not stage.keep:
            scene.down()


class Scene:
    """A cluster, a node with guests, programs on this machine, and four sets of monitors with a controller each."""

    def __init__(self, stage):
        self.stage = stage
        self.say = stage.say
        self.cluster = Cluster(stage.place, members=3)
        self.node = LibvirtNode(stage.place, 'node1')
        self.fronts, self.sets = {}, {}
        for number, trouble in enumerate(Trouble.ALL, 1):
            port = stage.place.port('receiver') + number
            recorder = Receiver(port, self.cluster.nodes + [self.node.name])
            self.fronts[trouble] = Front(recorder, lambda port=port: socket.create_server(('127.0.0.1', port), backlog=128),
                                         lambda port=port: self.cluster.listener(port), asks=trouble == Trouble.UNAUTHORIZED)
            stage.evidence('recorded-%s.txt' % trouble, lambda recorder=recorder: '\n'.join(
                '%.3f %s' % (one.at, one) for one in recorder.notifications()))

    def up(self):
        self.cluster.up(self.say)
        self.node.up()
        self.guests = [Guest(self.node, number).define_hollow() for number in range(1, GUESTS + 1)]
        for guest in self.guests:
            guest.virsh('start')
        for number in range(1, PROGRAMS + 1):
            self.start_program(number)
        watched = 'interval: 1s\nprocesses:\n' + ''.join(
            '  p%d: {pid-file: %s, executable: /usr/bin/sleep, tries: 0, stable: 2s}\n' % (number, self.pid_file(number))
            for number in range(1, PROGRAMS + 1))
        for trouble, front in self.fronts.items():
            front.come()
            self.sets[trouble] = MonitorSet(self.stage, trouble, front.receiver.port, self.cluster, WATCHERS, self.node, watched,
                                            front.asks)

    def down(self):
        for front in self.fronts.values():
            front.go()
        for monitor in self.monitors():
            monitor.kill()
        self.node.down()
        self.cluster.down()

    def monitors(self):
        return [monitor for one in self.sets.values() for monitor in one.all]

    # -- what happens ------------------------------------------------------------------------------------------------------

    def pid_file(self, number):
        return self.stage.place.path('run', 'program%d' % number, 'pid')

    def start_program(self, number):
        processes.start(self.stage.place, 'program%d' % number, ['/usr/bin/sleep', 'infinity'])
        self.stage.place.write('run/program%d/pid' % number, '%d\n' % processes.pid(self.stage.place, 'program%d' % number))

    def end_program(self, number):
        processes.kill(self.stage.place, 'program%d' % number)

    def kill_guests(self, *numbers):
        self.node.kill_qemu(*[self.guests[number - 1] for number in numbers])

    def start_guest(self, number):
        self.guests[number - 1].virsh('start')

    def kill_host(self, witness):
        died = self.cluster.kill(DIES)
        witness.saw_fenced(DIES, died)

    # -- the case ----------------------------------------------------------------------------------------------------------

    def play(self, case):
        self.say = case.say
        begun = time.monotonic()
        witness = self.cluster.witness('compute1')
        for monitor in self.monitors():
            monitor.start()
        for monitor in self.monitors():
            monitor.until_watching()
        self.say('%d monitors watch' % len(self.monitors()))
        self.before()

        trouble_begun = time.monotonic()
        for trouble, front in self.fronts.items():
            front.becomes(trouble)
        self.first_third(witness)
        self.until_past(trouble_begun, AWAY / 3)
        self.monitors_die()
        self.until_past(trouble_begun, AWAY * 2 / 3)
        self.last_third(witness)
        for trouble, one in self.sets.items():
            for monitor in one.all:
                assert monitor.has_said(WORDS[trouble]), '%s has not said "%s"' % (monitor.name, WORDS[trouble])
        self.until_past(trouble_begun, AWAY)

        kept = sum(monitor.spooled() for monitor in self.monitors())
        for trouble, front in self.fronts.items():
            recorded = self.recorded(front)
            assert recorded == self.recorded_before, '%s: recorded meanwhile: %s' % (trouble, recorded)
        returned = time.time()
        for front in self.fronts.values():
            front.is_well()
        self.say('away for %.0f s; %d notifications waited on disk' % (time.monotonic() - trouble_begun, kept))
        self.judge(returned)
        self.say('%.0f s in all' % (time.monotonic() - begun))

    @staticmethod
    def until_past(begun, seconds):
        until('%d s to be over' % seconds, lambda: time.monotonic() >= begun + seconds, seconds + 1)

    def before(self):
        """What happens while all is well arrives at once."""
        self.kill_guests(1)
        self.end_program(1)
        self.recorded_before = ['p1 STOPPED', '1 STOPPED_FAILED']
        for trouble, front in self.fronts.items():
            until('%s: the first reports; there are: %s' % (trouble, self.recorded(front)),
                  lambda front=front: self.recorded(front) == self.recorded_before, 60)
        until('nothing to wait any more', lambda: not any(monitor.spooled() for monitor in self.monitors()), 10)

    def first_third(self, witness):
        """A host, two guests and a program."""
        self.kill_guests(2)
        for one in self.sets.values():    # or libvirt might tell of both in another order
            one.instances.until_spooled(1)
        self.kill_guests(3)
        self.end_program(2)
        self.kill_host(witness)
        for one in self.sets.values():
            one.instances.until_spooled(2)
            one.processes.until_spooled(1)
            for monitor in one.hosts:
                monitor.until_spooled(1)
        self.say('a host is fenced, two guests and a program are dead, and every monitor has it on its disk')

    def monitors_die(self):
        """All but those of one node; while nobody watches, a guest and a program die."""
        killed = [monitor for one in self.sets.values() for monitor in (one.hosts[1], one.instances, one.processes)]
        for monitor in killed:
            monitor.kill()
        self.kill_guests(4)
        self.end_program(3)
        for monitor in killed:
            monitor.start()
        for monitor in killed:
            monitor.until_watching(2)
        for one in self.sets.values():
            one.instances.until_spooled(3)
            one.processes.until_spooled(3)    # with the first one, which is told once more
            one.hosts[1].until_spooled(1)
        self.say('%d monitors were killed; their successors have found a guest and a program that died meanwhile' % len(killed))

    def last_third(self, witness):
        """What had died returns, and dies again."""
        self.start_program(2)
        self.start_guest(2)
        self.cluster.boot(DIES)
        self.cluster.until_whole()
        for one in self.sets.values():
            one.processes.until_spooled(4)
            for monitor in one.hosts:
                monitor.until_spooled(2)
        self.kill_guests(2)
        self.end_program(2)
        self.kill_host(witness)
        for one in self.sets.values():
            one.instances.until_spooled(4)
            one.processes.until_spooled(5)
            for monitor in one.hosts:
                monitor.until_spooled(3)
        self.say('the host, a guest and a program have returned and died again')

    # -- what is expected --------------------------------------------------------------------------------------------------

    def recorded(self, front):
        """Without hosts, whose reporters are several."""
        def words(one):
            if one.kind == 'VM':
                return '%d %s' % (int(one.payload['instance_uuid'][-12:]), one.payload['vir_domain_event'])
            return '%s %s' % (one.payload['process_name'], one.payload['event'])
        told = [one for one in front.receiver.notifications() if one.kind != 'COMPUTE_HOST']
        return [words(one) for one in sorted(told, key=lambda one: one.kind)]    # stable: in the order of their coming

    def judge(self, returned):
        processes_then = ['p1 STOPPED', 'p2 STOPPED', 'p3 STOPPED', 'p2 STARTED', 'p2 STOPPED']
        guests_then = ['%d STOPPED_FAILED' % number for number in (1, 2, 3, 4, 2)]
        hosts_then = sorted(2 * [DIES + ' STOPPED NORMAL'] + len(WATCHERS) * [DIES + ' STARTED NORMAL'])
        rows = []
        for trouble, one in self.sets.items():
            front = self.fronts[trouble]
            until(lambda: '%s: nothing to wait any more; there are %s' % (trouble, {
                monitor.name: monitor.spooled() for monitor in one.all if monitor.spooled()}),
                lambda: not any(monitor.spooled() for monitor in one.all), MOST_SECONDS, every=0.02)
        counts = {trouble: len(front.receiver.notifications()) for trouble, front in self.fronts.items()}
        until_quiet = time.monotonic()
        self.until_past(until_quiet, SILENCE)
        for trouble, front in self.fronts.items():
            recorder = front.receiver
            facts = Expectations(types.SimpleNamespace(receiver=HostsOnly(recorder)))
            assert self.recorded(front) == processes_then + guests_then, '%s: %s' % (trouble, self.recorded(front))
            assert facts.reported() == hosts_then, '%s: %s' % (trouble, facts.reported())
            assert all(note.evidence for note in recorder.notifications()), '%s: something without its evidence' % trouble
            for watcher in WATCHERS:    # each in its own order; the controller goes by the times
                times = [note.body['generated_time'] for note in facts.receiver.notifications()
                         if note.evidence['seen_by'] == watcher]
                assert times == sorted(times), '%s, %s: %s' % (trouble, watcher, times)
            assert len(recorder.notifications()) == counts[trouble], '%s: more came later' % trouble
            last = max(note.at for note in recorder.notifications()) - returned
            rows.append('%-8s %8d %8d %8.1f' % (trouble, len(recorder.notifications()), recorder.repeated, last))
            assert last <= MOST_SECONDS, '%s: the last one came after %.1f s' % (trouble, last)
        lines = ['controller recorded repeated     last', *rows]
        self.say('\n'.join(lines))
        with open('%s/outage.txt' % self.stage.results, 'w') as file:
            file.write('\n'.join(lines) + '\n')


class HostsOnly:
    """What a recorder has heard about hosts."""

    def __init__(self, recorder):
        self.recorder = recorder

    def notifications(self):
        return [one for one in self.recorder.notifications() if one.kind == 'COMPUTE_HOST']
