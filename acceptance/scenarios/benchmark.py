# SPDX-License-Identifier: Apache-2.0
"""How long a recovery takes, and what it costs Nova, side by side with the fastest that Nova can do and with Masakari."""
import time
from dataclasses import asdict, dataclass

from rig import access_log, hosts, ledger, servers
from rig.waiting import until
from support import reports
from support.arrivals import Arrivals
from support.controller import AGENT
from support.rivals import MASAKARI_AGENT, SCRIPT_AGENT, Masakari, by_script

NAME = 'benchmark'
DOC = '50 instances: the limit, ours and Masakari, side by side; at most 1.2 times the limit, 2 calls for each instance'
MINUTES = 16

INSTANCES = 50
ROUNDS = 3
MOST_RATIO = 1.2
MOST_CALLS_EACH = 2.0
FEW = 6
PATIENCE = 300

SEGMENT = 'rack'
# between these two the servers go to and fro
HERE, THERE = 'compute1', 'compute2'

# "Sensible": Masakari does not force a host down, so it must not begin before Nova calls it down; told only then, it need
# not wait at all. As many threads as we have.
SHORTEST = {'wait_period_after_service_update': 0, 'host_failure_recovery_threads': 16}


@dataclass(frozen=True)
class Run:
    """One recovery. arrived: seconds from the death of the host until the last server ran elsewhere; over: until whoever did
    it said that all was done; calls: those that Nova saw, for each server."""
    who: str
    servers: int
    arrived: float
    over: float
    calls: float


def run(stage):
    stage.case('fifty', fifty)
    stage.case('six-with-defaults', six_with_defaults)


def fifty(case):
    """Ours and the limit in turn, each as often in each direction, then Masakari."""
    bench = Bench(case, INSTANCES)
    for number in range(ROUNDS):
        for play in (bench.limit, bench.ours) if number % 2 == 0 else (bench.ours, bench.limit):
            play()
    bench.masakari('Masakari, shortest waits', wait_for_nova=True, **SHORTEST)
    bench.show()

    limit, ours = bench.median('limit'), bench.median('ours')
    ratio = ours.arrived / limit.arrived
    case.say('ours takes %.2f times as long as the limit (at most %.1f), %.2f calls to Nova for each instance (at most %.1f)'
             % (ratio, MOST_RATIO, ours.calls, MOST_CALLS_EACH))
    assert ratio <= MOST_RATIO, 'ours takes %.2f times as long as the limit' % ratio
    worst = max(one.calls for one in bench.runs if one.who == 'ours')
    assert worst <= MOST_CALLS_EACH, '%.2f calls to Nova for each instance' % worst
    assert not ledger.ran_twice(case.place, case.stage.begun)


def six_with_defaults(case):
    """As they come out of their packages, and told at once."""
    bench = Bench(case, FEW)
    bench.ours()
    bench.masakari('Masakari, defaults', wait_for_nova=False)
    bench.show()
    ours, masakari = bench.runs
    assert ours.arrived < masakari.arrived, 'slower than Masakari'


class Bench:

    def __init__(self, case, count):
        self.case = case
        self.place = case.place
        self.cloud = case.cloud
        self.source, self.destination = HERE, THERE
        self.runs = []
        for host in set(self.place.hosts) - {HERE, THERE}:
            hosts.kill(self.place, host)    # they would only take processor time from those that are timed
        names = ['vm%02d' % number for number in range(1, count + 1)]
        self.ids = servers.boot(self.cloud, names, self.source)
        servers.until_settled(self.cloud, self.ids, seconds=PATIENCE)
        case.say('%d servers run on %s' % (count, self.source))

    def limit(self):
        killed = hosts.kill(self.place, self.source)
        by_script(self.place, self.ids, self.source, self.destination)
        arrived = self._until_arrived()
        self._note('limit', SCRIPT_AGENT, killed, arrived, arrived)

    def ours(self):
        controller = self.case.controller
        controller.set_up()
        controller.create_segment(SEGMENT, 'reserved_host', [self.source], [self.destination])
        killed = hosts.kill(self.place, self.source)
        notification = controller.report(self.source, fenced=True)
        arrived = self._until_arrived()
        incident = controller.until_over(controller.incident_about(self.source))
        assert incident['phase'] == 'recovered', incident['message']
        assert controller.notification(notification)['status'] == 'finished'
        report = reports.Report(self.place, controller, incident, killed)
        self.case.reports.append(report)
        self._note('ours', AGENT, killed, arrived, killed + report.seconds)
        controller.kill()

    def masakari(self, who, wait_for_nova, **options):
        masakari = Masakari(self.place, self.cloud, self.source, self.destination, **options)
        try:
            killed = hosts.kill(self.place, self.source)
            if wait_for_nova:
                until('Nova to call %s down' % self.source,
                      lambda: self.cloud.services()[self.source]['state'] == 'down', 60, every=0.2)
            notification = masakari.report()
            arrived = self._until_arrived(2 * PATIENCE)
            status = masakari.until_finished(notification, PATIENCE)
            self.case.say('Masakari says: ' + status)
            self._note(who, MASAKARI_AGENT, killed, arrived, time.time())
        finally:
            masakari.remove(self.place)

    def _until_arrived(self, seconds=PATIENCE):
        return Arrivals(self.place).until_all(self.ids, self.source, seconds)

    def _note(self, who, agent, killed, arrived, over):
        wrong = {server: ledger.running_on(self.place, server) for server in self.ids
                 if ledger.running_on(self.place, server) != [self.destination]}
        assert not wrong, 'not running where they should: %s' % wrong
        calls = len(access_log.requests(self.place, 'nova', killed, over + 0.5, agent))
        self.runs.append(Run(who, len(self.ids), arrived - killed, over - killed, calls / len(self.ids)))
        self.case.say('%s: all %d there after %.1f s, over after %.1f s, %.2f calls to Nova each'
                      % (who, len(self.ids), arrived - killed, over - killed, calls / len(self.ids)))
        hosts.bring_back(self.place, self.cloud, [self.source])
        self.source, self.destination = self.destination, self.source

    def median(self, who):
        """The run with the middle time."""
        found = sorted((one for one in self.runs if one.who == who), key=lambda one: one.arrived)
        return found[len(found) // 2]

    def show(self):
        limit = [one for one in self.runs if one.who == 'limit']
        fastest = self.median('limit').arrived if limit else None
        lines = ['%-26s %9s %9s %9s %11s %9s' % ('', 'instances', 'arrived', 'over', 'calls each', 'to limit')]
        lines += ['%-26s %9d %7.1f s %7.1f s %11.2f %9s' % (
            one.who, one.servers, one.arrived, one.over, one.calls,
            '%.2f' % (one.arrived / fastest) if fastest else '-') for one in self.runs]
        text = '\n'.join(lines)
        for line in lines:
            self.case.say(line)
        text += '\n\n' + '\n\n'.join(report.as_text() for report in self.case.reports)
        reports.save(self.case.stage.results, self.case.name, text,
                     {'runs': [asdict(one) for one in self.runs], 'reports': [r.as_json() for r in self.case.reports]})
