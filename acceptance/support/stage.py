# SPDX-License-Identifier: Apache-2.0
"""Where scenarios are played that need an OpenStack: one rig for all of them, made clean before each case, and what is kept of a
case that failed."""
import glob
import os
import random
import shutil
import time

from rig import hosts, ledger, lifecycle, processes, servers
from rig.cloud import Cloud
from rig.waiting import until

from . import capacity, fleet, reports
from .cases import Cases
from .controller import PROCESS, Controller
from .judge import Judge

LOGS = 400


class Stage:
    """What a scenario is given.

    place, cloud, controller: the rig, the administrator's view of its OpenStack, and the controller under test.
    results: the directory for this scenario's reports. random: seeded, for whatever is left to chance.
    """

    def __init__(self, place, product, scenario, results, seed, say, only=None):
        self.place = place
        self.product = product
        self.results = results
        self.seed = seed
        self.random = random.Random('%s %s' % (scenario, seed))
        self.say = say
        self.cases = Cases(scenario, results, say, only)
        self.cloud = Cloud(place, 'acceptance')
        self.controller = Controller(place, product)
        self.begun = time.time()
        shutil.rmtree(results, ignore_errors=True)
        os.makedirs(results)

    # -- cases --------------------------------------------------------------------------------------------------------

    @property
    def verdicts(self):
        return self.cases.verdicts

    def case(self, name, play, *arguments):
        """Plays a case on a clean stage: play(case, *arguments) raises an AssertionError, or times out, if it fails."""
        def played():
            self.clean()
            self.begun = time.time()
            play(Case(self, name), *arguments)
        self.cases.play(name, played, self._evidence)

    def clean(self):
        """No controller, no servers, no faults, and every host up, enabled and trusted by the scheduler."""
        self.controller.kill()
        for host in self.place.hosts:
            hosts.set_faults(self.place, host)
        dead = [host for host in self.place.hosts if not processes.pid(self.place, host)]
        for host in dead:
            # otherwise Nova waits for it with the deletion of its servers
            self.cloud.change_service(host, forced_down=True)
        servers.delete_all(self.cloud)
        capacity.free_all(self.cloud)
        services = self.cloud.services()
        spoiled = [host for host in self.place.hosts if host in dead or services[host]['forced_down']
                   or services[host]['status'] == 'disabled']
        if spoiled:
            hosts.bring_back(self.place, self.cloud, spoiled)
        self._sweep_ledger()

    def _sweep_ledger(self):
        """Guests of servers that are gone: of one whose host was dead when it was deleted, nobody tells its hypervisor."""
        def swept():
            left = ledger.guests(self.place)
            return not any(guest['power'] == ledger.RUNNING for where in left.values() for guest in where.values())
        until('the hypervisors to be empty: ' + str(ledger.guests(self.place)), swept, 30)
        for path in glob.glob(self.place.path('guests', '*@*')) + glob.glob(self.place.path('exports', '*')):
            os.unlink(path)

    # -- what is left of a failure ------------------------------------------------------------------------------------

    def _evidence(self):
        """Logs, and what everybody says, as it is now: by the name of the file, how to get at it."""
        tellers = {log + '.log': lambda log=log: processes.tail(self.place, log, LOGS)
                   for log in [PROCESS, 'nova-conductor', 'nova-scheduler', 'nova', 'nova-access'] + self.place.hosts}
        tellers['servers.txt'] = lambda: '\n'.join(
            '%s %s' % (server['id'], servers.describe(server)) for server in self.cloud.servers().values())
        tellers['hypervisors.txt'] = lambda: '\n'.join(
            '%s %s' % pair for pair in sorted(ledger.guests(self.place).items()))
        if self.controller.is_running():
            tellers['incidents.txt'] = self._incidents
        return tellers

    def _incidents(self):
        return '\n\n'.join(self.controller.cli('incident', 'show', incident['uuid'])
                           for incident in self.controller.call('GET', '/migawari/v1/incidents')['incidents'])

    def strike(self):
        """Ends what the scenarios have started on the rig."""
        self.controller.kill()
        lifecycle.stop_masakari(self.place)


class Failure:
    """A host that was killed and reported."""

    def __init__(self, case, host, killed_at, notification):
        self.case = case
        self.host = host
        self.killed_at = killed_at
        self.notification = notification
        self.incident = case.controller.incident_about(host)


class Case:
    """One case while it is played."""

    def __init__(self, stage, name):
        self.stage = stage
        self.name = name
        self.place = stage.place
        self.cloud = stage.cloud
        self.controller = stage.controller
        self.say = lambda words: stage.say('  ' + words)
        self.reports = []

    def kill(self, host):
        """-> when"""
        self.say('%s loses its power' % host)
        return hosts.kill(self.place, host)

    def fail(self, host, status='NORMAL'):
        """The host dies with its guests, and a monitor says so."""
        killed_at = self.kill(host)
        return self.report(host, killed_at, status)

    def report(self, host, killed_at, status='NORMAL'):
        return Failure(self, host, killed_at, self.controller.report(host, status))

    def boot(self, kinds, host, elsewhere=None):
        made = fleet.boot(self.cloud, kinds, host, elsewhere)
        self.say('%d servers run on %s' % (len(made), host))
        return made

    def until_over(self, failure, seconds=120):
        """-> everything that the controller says of the incident"""
        incident = self.controller.until_over(failure.incident, seconds)
        report = reports.Report(self.place, self.controller, incident, failure.killed_at)
        self.reports.append(report)
        self.say('%s after %.1f s, %d calls to Nova: %s' % (
            incident['phase'], report.seconds, report.nova_calls(), incident['message']))
        return incident

    def judge(self):
        return Judge(self.place, self.cloud, self.controller, self.stage.begun)

    def pass_judgement(self, failure, fates, phase='recovered', seconds=120):
        """Waits for the end of the incident and compares it with the fates that its servers shall have met."""
        incident = self.until_over(failure, seconds)
        try:
            self.judge().hear_all(failure.host, incident, failure.notification, fates, phase).hear_history().verdict()
        finally:
            self.keep_reports()
        return incident

    def keep_reports(self):
        reports.save(self.stage.results, self.name, '\n\n'.join(report.as_text() for report in self.reports),
                     [report.as_json() for report in self.reports])
        for number, report in enumerate(self.reports, 1):
            page = self.controller.cli('incident', 'report', report.incident['uuid'], '--format', 'markdown')
            with open(os.path.join(self.stage.results, '%s.incident-%d.md' % (self.name, number)), 'w') as file:
                file.write(page)
