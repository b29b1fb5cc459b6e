# SPDX-License-Identifier: Apache-2.0
"""Three controllers on a Galera cluster of three, and thirty instances that go to and fro between two hosts: at a random moment of each
recovery controllers or database servers are killed or frozen, the one that works on it and the one that is written to included.
Nothing may be lost, nothing be done twice, and the next controller must have taken over within ten seconds."""
import concurrent.futures
import time

from rig import galera as galeras
from rig import hosts, ledger, processes, servers
from rig.cloud import host_of, task_of
from rig.waiting import until
from support import reports
from support.controller import Controller, Refused, moment

NAME = 'failover'
DOC = '30 instances, three controllers, Galera: 20 recoveries with controllers and database servers killed or frozen in the middle'
MINUTES = 30
NEEDS = [galeras.NEEDS]

ROUNDS = 20
INSTANCES = 30
SEGMENT = 'rack'
HERE, THERE = 'compute1', 'compute5'
# both come back as the reserved host of the next round
RETURN = {'healthy-for': '1s', 'role': 'reserved', 'failures': 100}
TAKEN_OVER_WITHIN = 10
# longer than a lease, and than Galera waits for a member
FROZEN = 15
OVER = 180
BACK = 180


def run(stage):
    scene = Scene(stage)
    try:
        scene.up()
        scene.play_all()
    finally:
        scene.down()


class Scene:

    def __init__(self, stage):
        self.stage = stage
        self.place = stage.place
        self.cloud = stage.cloud
        self.galera = galeras.Galera(stage.place)
        self.controllers = [Controller(stage.place, stage.product, number, self.galera.url('migawari')) for number in (1, 2, 3)]
        self.frozen = []
        self.source, self.destination = HERE, THERE
        self.ids = []
        self.rounds = []

    def say(self, words):
        self.stage.say('  ' + words)

    # -- what all rounds share ----------------------------------------------------------------------------------------

    def up(self):
        self.stage.clean()
        for host in set(self.place.hosts) - {HERE, THERE}:
            hosts.kill(self.place, host)    # they would only take processor time from the others
        self.galera.up()
        self.galera.sql(1, 'CREATE DATABASE migawari CHARACTER SET utf8mb4;')
        for controller in self.controllers:
            controller.configure({'return': RETURN})
        self.controllers[0].migrate()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(lambda controller: controller.start(), self.controllers))
        self.ids = servers.boot(self.cloud, ['vm%02d' % number for number in range(1, INSTANCES + 1)], HERE)
        servers.until_settled(self.cloud, self.ids)
        self.controllers[0].create_segment(SEGMENT, 'reserved_host', [HERE], [THERE])
        self.say('%d instances run on %s; three controllers, three database servers' % (INSTANCES, HERE))

    def down(self):
        self._thaw()
        for controller in self.controllers:
            controller.kill()
        self.galera.down()

    def evidence(self):
        names = [controller.process for controller in self.controllers] + [self.galera.name(member) for member in self.galera.members]
        tellers = {name + '.log': lambda name=name: processes.tail(self.place, name, 400) for name in names}
        tellers['servers.txt'] = lambda: '\n'.join(
            '%s %s' % (server['id'], servers.describe(server)) for server in self.cloud.servers().values())
        return tellers

    def play_all(self):
        troubles = self._troubles()
        span = None
        for number, trouble in enumerate([None] + troubles):
            name = 'undisturbed' if trouble is None else 'round-%02d' % number
            self.stage.cases.play(name, lambda: self._round(name, trouble, span), self.evidence)
            if not self.stage.verdicts[-1].passed:
                break    # what the next one would begin with is not what it needs
            if self.rounds:
                span = self.rounds[0]['seconds']
        self._conclude()

    def _troubles(self):
        """Each of them about as often, in an order left to chance."""
        kinds = [self._owner_killed, self._owner_frozen, self._writer_killed, self._writer_frozen, self._both_killed,
                 self._others_killed]
        drawn = (kinds * (ROUNDS // len(kinds) + 1))[:ROUNDS]
        self.stage.random.shuffle(drawn)
        return drawn

    # -- one recovery -------------------------------------------------------------------------------------------------

    def _round(self, name, trouble, span):
        killed = hosts.kill(self.place, self.source)
        incident = self._report_twice()
        happened = 'nothing'
        if trouble:
            at = span * self.stage.random.random()
            # not a wait for something: the moment itself is what is being tried
            time.sleep(max(0.0, killed + at - time.time()))
            happened = '%.1f s after the host died: %s' % (time.time() - killed, trouble(incident))
        over = self._until_over(incident)
        self._heal()
        self._judge(incident, killed)
        self.rounds.append({'round': name, 'trouble': happened, 'seconds': round(moment(over['closed_at']) - killed, 1),
                            'epochs': len(self._epochs(incident))})
        self.say('%s; %s after %.1f s, %d controllers worked on it' % (
            happened, over['phase'], self.rounds[-1]['seconds'], self.rounds[-1]['epochs']))
        assert over['phase'] == 'recovered', over['message']
        self._bring_back()

    def _report_twice(self):
        """As two monitors do it, to two controllers. -> the incident"""
        first, second = self.stage.random.sample(self.controllers, 2)
        first.report(self.source, fenced=True)
        try:
            second.report(self.source, fenced=True)
            raise AssertionError('a second report about a host that is being recovered from has to be refused, as Masakari does')
        except Refused as refusal:
            assert refusal.status == 409, refusal
        incidents = {one.incident_about(self.source, 'host') for one in self.controllers}
        assert len(incidents) == 1, 'two incidents about one failure: %s' % incidents
        return incidents.pop()

    def _any(self):
        """A controller that answers."""
        for controller in self.controllers:
            if controller not in self.frozen and controller.is_running():
                return controller
        raise AssertionError('no controller is left')

    def _until_over(self, incident):
        def over():
            try:
                found = self._any().incident(incident)
            except (Refused, OSError):
                return None    # its database has just gone
            return None if found['open'] else found
        return until('the end of the incident', over, OVER, every=0.5)

    def _heal(self):
        self._thaw()
        for controller in self.controllers:
            if not controller.is_running():
                controller.start()
        for member in self.galera.members:
            if processes.pid(self.place, self.galera.name(member)) is None:
                self.galera.start(member)
        self.galera.until_whole()

    def _thaw(self):
        for one in self.frozen:
            if one in self.controllers:
                one.thaw()
            else:
                self.galera.thaw(one)
        self.frozen = []

    def _bring_back(self):
        hosts.start_process(self.place, self.source)
        controller = self.controllers[0]
        coming = controller.incident_about(self.source, 'return')
        incident = controller.until_over(coming, BACK)
        assert incident['phase'] == 'recovered', incident['message']
        self.source, self.destination = self.destination, self.source

    # -- troubles -----------------------------------------------------------------------------------------------------

    def _owner(self, incident):
        """
        -> the controller that works on it, and the epoch of its lease. Who is frozen between the end of an incident and
        giving back its lease stays its owner, and there is nothing that another one would take it over for.
        """
        for member in self.galera.members:
            if member not in self.frozen and processes.pid(self.place, self.galera.name(member)):
                rows = self.galera.rows(member, "SELECT SUBSTRING_INDEX(owner, '/', 1), epoch FROM migawari.incident "
                                                "WHERE id = '%s' AND open AND owner IS NOT NULL" % incident)
                owners = [one for one in self.controllers if rows and one.process == rows[0][0]]
                return (owners[0], int(rows[0][1])) if owners else (None, 0)
        raise AssertionError('no database server is left')

    def _writer(self):
        """The database server that the controllers have most connections to."""
        def connections(member):
            return int(self.galera.rows(member, "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'rig'")[0][0])
        return max(self.galera.members, key=connections)

    def _until_taken_over(self, incident, epoch, since):
        def taken():
            owner, now = self._owner(incident)
            closed = owner is None
            return 'it was over' if closed else '%s took over after %.1f s' % (owner.process, time.time() - since) if now > epoch else None
        return until('another controller to take over', taken, TAKEN_OVER_WITHIN - (time.time() - since), every=0.1)

    def _disturb_owner(self, incident, what, how):
        owner, epoch = self._owner(incident)
        if owner is None:
            return 'too late, it was over'
        how(owner)
        since = time.time()
        return '%s %s; %s' % (owner.process, what, self._until_taken_over(incident, epoch, since))

    def _owner_killed(self, incident):
        return self._disturb_owner(incident, 'killed', lambda owner: owner.kill())

    def _owner_frozen(self, incident):
        def freeze(owner):
            owner.freeze()
            self.frozen.append(owner)
        begun = time.time()
        words = self._disturb_owner(incident, 'frozen', freeze)
        # it wakes up in the middle of the other's work, as far as that lasts so long
        time.sleep(max(0.0, begun + FROZEN / 2 - time.time()))
        self._thaw()
        return words + ', and it woke up'

    def _writer_killed(self, incident):
        writer = self._writer()
        self.galera.kill(writer)
        return self.galera.name(writer) + ' killed, which was written to'

    def _writer_frozen(self, incident):
        writer = self._writer()
        self.galera.freeze(writer)
        self.frozen.append(writer)
        time.sleep(FROZEN)    # the fault itself
        self._thaw()
        return self.galera.name(writer) + ' frozen for %d s, which was written to' % FROZEN

    def _both_killed(self, incident):
        owner, _ = self._owner(incident)
        writer = self._writer()
        self.galera.kill(writer)
        if owner:
            owner.kill()
        return '%s and %s killed' % (owner.process if owner else 'no owner any more', self.galera.name(writer))

    def _others_killed(self, incident):
        owner, _ = self._owner(incident)
        writer = self._writer()
        other = self.stage.random.choice([one for one in self.controllers if one is not owner])
        member = self.stage.random.choice([one for one in self.galera.members if one != writer])
        other.kill()
        self.galera.kill(member)
        return '%s and %s killed, which had no part in it' % (other.process, self.galera.name(member))

    # -- judgement ----------------------------------------------------------------------------------------------------

    def _judge(self, incident, killed):
        found = self.cloud.servers()
        wrong = ['%s is %s %s on %s' % (found[one]['name'], found[one]['status'], task_of(found[one]), host_of(found[one]))
                 for one in self.ids if (host_of(found[one]), found[one]['status'], task_of(found[one]))
                 != (self.destination, 'ACTIVE', None)]
        assert not wrong, 'as Nova has it: %s' % wrong
        where = {one: ledger.running_on(self.place, one) for one in self.ids}
        wrong = {one: places for one, places in where.items() if places != [self.destination]}
        assert not wrong, 'as the hypervisors have it: %s' % wrong
        twice = ledger.ran_twice(self.place, killed)
        assert not twice, twice
        moved = [record['instance_uuid'] for record in self.cloud.evacuations(self.source)
                 if moment(record['created_at']) >= killed - 1]
        assert sorted(moved) == sorted(self.ids), '%d evacuations of %d instances' % (len(moved), len(self.ids))
        rows = self.galera.rows(1, "SELECT COUNT(*) FROM migawari.notification n JOIN migawari.incident i "
                                   "ON i.number = n.incident WHERE i.id = '%s'" % incident)
        assert rows == [['1']], 'one report was taken and %s recorded' % rows
        self._epochs(incident)

    def _epochs(self, incident):
        """Those under which something was intended, in order; none after a later one."""
        rows = self.galera.rows(1, "SELECT j.epoch, j.intended_at FROM migawari.journal j JOIN migawari.incident i "
                                   "ON i.number = j.incident WHERE i.id = '%s' ORDER BY j.intended_at, j.number" % incident)
        epochs = [int(epoch) for epoch, _ in rows]
        assert epochs == sorted(epochs), 'something was intended under an old epoch: %s' % rows
        return sorted(set(epochs))

    def _conclude(self):
        if not self.rounds:
            return
        lines = ['seed %s, %d recoveries of %d instances' % (self.stage.seed, len(self.rounds), INSTANCES), '']
        lines += ['%-12s %6.1f s  %s' % (one['round'], one['seconds'], one['trouble']) for one in self.rounds]
        reports.save(self.stage.results, 'rounds', '\n'.join(lines), {'seed': self.stage.seed, 'rounds': self.rounds})
        self.stage.say('\n'.join(lines))
