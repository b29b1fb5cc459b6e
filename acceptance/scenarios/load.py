# SPDX-License-Identifier: Apache-2.0
"""A storm of reports, and a thousand hosts that report at once: to Masakari's real API and to ours, on the same machine with the
same Keystone and the same database server. Ours has to store every report once and stay within its memory."""
import datetime
import json
import os
import random
import threading
import uuid
from dataclasses import dataclass

from rig import databases, lifecycle, processes
from rig.cloud import ApiError, Cloud
from rig.waiting import until

from support import storm
from support.controller import PROCESS

NAME = 'load'
DOC = "10,000 reports with duplicates and 1,000 hosts at once, to Masakari's real API and to ours: stored once, p99, rate, memory"
MINUTES = 12

HOSTS = 1000
REPORTS = 10_000
# of these so many are different; every other one repeats one of them
DISTINCT = 6_000
CLIENTS = 64

HEAP = 256
# the code, its compiled form, threads, buffers, the collector's own
BESIDE_THE_HEAP = 256

SEGMENT = 'load'
# Nova of the rig knows a handful of hosts, and nobody adds a host that Nova does not know: they are written beside the API
OUR_HOSTS = '''
USE migawari;
INSERT INTO host (id, name, segment, type, control_attributes, reserved, on_maintenance, created_at)
  SELECT UUID(), CONCAT('load', seq), (SELECT number FROM failover_segment WHERE id = '{segment}'), 'COMPUTE', 'none', FALSE, FALSE,
    UTC_TIMESTAMP(6) FROM seq_1_to_{hosts};
'''
THEIR_HOSTS = '''
USE masakari;
INSERT INTO hosts (created_at, deleted, uuid, name, reserved, type, control_attributes, failover_segment_id, on_maintenance)
  SELECT UTC_TIMESTAMP(), 0, UUID(), CONCAT('load', seq), FALSE, 'COMPUTE', 'none', '{segment}', FALSE FROM seq_1_to_{hosts};
'''
THEIR_HOSTS_GONE = 'USE masakari; DELETE FROM notifications; DELETE FROM hosts; DELETE FROM failover_segments;'


@dataclass(frozen=True)
class Part:
    """How one of the two has fared. recorded: how many notifications it shows afterwards; before, peak: MiB."""
    who: str
    what: str
    outcome: storm.Outcome
    wanted: int
    recorded: int
    before: float
    peak: float

    @property
    def line(self):
        told = ' '.join('%s: %d' % (status or 'none', count) for status, count in sorted(self.outcome.answers.items()))
        return '%-9s %-22s %7.0f/s %8.0f ms %8.0f ms %7d of %5d %6.0f MiB %6.0f MiB   %s; sent again: %d' % (
            self.who, self.what, self.outcome.rate, 1000 * self.outcome.percentile(0.5), 1000 * self.outcome.percentile(0.99),
            self.recorded, self.wanted, self.before, self.peak, told, self.outcome.again)


def run(stage):
    stage.case('storm-of-reports', reports)


def reports(case):
    """Every report is stored once, every repetition is told so, and memory stays within its bound."""
    now = datetime.datetime.now(datetime.timezone.utc)
    many, once = _storm(now), _one_of_each_host(now)
    cloud = Cloud(case.place, 'load')
    theirs, ours = _Masakari(case, cloud), _Ours(case, cloud)
    parts = []
    for service in (theirs, ours):
        for part in service.play(many, once):
            case.say(part.line)
            parts.append(part)

    lines = ['%-9s %-22s %9s %11s %11s %16s %10s %10s   %s' % (
        '', '', 'rate', 'median', 'p99', 'recorded', 'before', 'peak', 'answers')] + [part.line for part in parts]
    case.say(lines[0])
    os.makedirs(case.stage.results, exist_ok=True)
    with open(os.path.join(case.stage.results, 'load.txt'), 'w') as file:
        file.write('\n'.join(lines) + '\n')
    for part in parts:
        if part.who == ours.who:
            assert part.recorded == part.wanted, '%s: %d are recorded, not %d' % (part.what, part.recorded, part.wanted)
            wanted = {202: DISTINCT, 409: REPORTS - DISTINCT} if part.what == _STORM else {202: HOSTS}
            assert part.outcome.answers == wanted, '%s: answered %s, not %s' % (part.what, part.outcome.answers, wanted)
            assert part.peak <= HEAP + BESIDE_THE_HEAP, '%.0f MiB at its peak' % part.peak


_STORM, _AT_ONCE = '%d, %d at a time' % (REPORTS, CLIENTS), '%d hosts at once' % HOSTS


def _storm(now):
    """About guests whose monitors say something that leads to nothing: what is measured is taking it in, and nothing else."""
    chance = random.Random(REPORTS)
    distinct = [_report('VM', 'load%d' % chance.randint(1, HOSTS), now - datetime.timedelta(milliseconds=number), {
        'event': 'LIFECYCLE', 'vir_domain_event': 'SUSPENDED_MIGRATED',
        'instance_uuid': str(uuid.UUID(int=chance.getrandbits(128), version=4))}) for number in range(DISTINCT)]
    many = distinct + [chance.choice(distinct) for _ in range(REPORTS - DISTINCT)]
    chance.shuffle(many)
    return many


def _one_of_each_host(now):
    """A cluster that has come apart: each is lost to the others, and nobody knows more."""
    return [_report('COMPUTE_HOST', 'load%d' % number, now, {
        'event': 'STOPPED', 'cluster_status': 'OFFLINE', 'host_status': 'UNKNOWN'}) for number in range(1, HOSTS + 1)]


def _report(kind, host, moment, payload):
    return {'notification': {'type': kind, 'hostname': host, 'payload': payload,
                             'generated_time': moment.strftime('%Y-%m-%dT%H:%M:%S.%f')}}


class _Service:
    """One of the two, alone on the machine."""

    def __init__(self, case, cloud):
        self.case = case
        self.cloud = cloud

    def play(self, many, once):
        self.begin()
        try:
            distinct = len({json.dumps(one, sort_keys=True) for one in many})
            yield self._part(_STORM, many, CLIENTS, distinct)
            yield self._part(_AT_ONCE, once, HOSTS, HOSTS)
        finally:
            self.end()

    def _part(self, what, bodies, clients, wanted):
        before, known = self.memory(), self.recorded()
        with _Peak(self.memory) as peak:
            outcome = storm.send(self.url, self.cloud.token, bodies, clients)
        return Part(self.who, what, outcome, wanted, self.recorded() - known, before, peak.highest)

    def memory(self):
        return processes.resident_mebibytes(processes.pid(self.case.place, self.process))

    def recorded(self):
        count, marker = 0, ''
        while True:
            page = until('the notifications to be shown', lambda: self._page_after(marker), 120, every=2)['notifications']
            count += len(page)
            if len(page) < 1000:
                return count
            marker = str(page[-1]['id'])    # Masakari knows no others

    def _page_after(self, marker):
        """None, if it is to be asked for again: who reports is served before who asks, and so is the recovery."""
        try:
            return self.cloud.call('GET', '%s/v1/notifications?limit=1000&sort_key=id&sort_dir=asc%s' % (
                self.url, marker and '&marker=' + marker))
        except ApiError as refused:
            if refused.status != 503:
                raise
            return None

    def _segment(self):
        return self.cloud.call('POST', self.url + '/v1/segments', {'segment': {
            'name': SEGMENT, 'recovery_method': 'auto', 'service_type': 'compute'}})['segment']['uuid']


class _Masakari(_Service):

    who = 'Masakari'
    process = 'masakari'

    def begin(self):
        lifecycle.start_masakari(self.case.place, {})
        self.url = self.case.place.url('masakari')
        databases.sql(self.case.place, THEIR_HOSTS.format(segment=self._segment(), hosts=HOSTS))

    def end(self):
        lifecycle.stop_masakari(self.case.place)
        databases.sql(self.case.place, THEIR_HOSTS_GONE)


class _Ours(_Service):

    who = 'Migawari'
    process = PROCESS

    def begin(self):
        controller = self.case.controller
        controller.environment = {'MIGAWARI_JAVA_OPTS': '-Xmx%dm' % HEAP}
        controller.set_up(authentication='keystone')
        self.url = controller.url
        databases.sql(self.case.place, OUR_HOSTS.format(segment=self._segment(), hosts=HOSTS))

    def end(self):
        self.case.controller.kill()
        self.case.controller.environment = {}


class _Peak:
    """The most that something was, looked at ten times a second."""

    def __init__(self, look):
        self.look = look
        self.highest = 0.0

    def __enter__(self):
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._watch, name='peak')
        self.thread.start()
        return self

    def _watch(self):
        while True:
            self.highest = max(self.highest, self.look())
            if self.over.wait(0.1):
                return

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
