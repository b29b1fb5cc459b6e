# SPDX-License-Identifier: Apache-2.0
"""The way back from a version that has changed the tables, as docs/upgrades.md describes it: with a copy of the tables from the middle
of a recovery and of a drain, long after both have ended and other things have happened. The program is the same before and after; what is
tried is what it does with a past that it takes for the present."""
import time

from rig import databases, hosts, ledger, processes
from rig.cloud import host_of
from rig.waiting import until

from support import fleet, orders

NAME = 'upgrades'
DOC = 'back to the tables of an hour ago, from the middle of a recovery and of a drain: nothing is moved twice'
MINUTES = 4

SEGMENT = 'rack'
FAILS, DRAINED, SPARE = 'compute1', 'compute2', 'compute5'
KINDS = (fleet.ACTIVE, fleet.VOLUME, fleet.PORT, fleet.ACTIVE, fleet.VOLUME)
# One after the other, so that there is a middle; and a host that is back is used again soon.
SLOWLY = {'parallel-per-destination': 1, 'return': {'healthy-for': '5s'}}
NOBODY = 'http://127.0.0.1:9/'
# Several times what a recovery takes until its first evacuation.
LONG_ENOUGH = 20


def run(stage):
    stage.case('way-back', way_back)


def way_back(case):
    case.controller.set_up(SLOWLY)
    from_failed = case.boot(KINDS, FAILS)
    subjects = from_failed + case.boot(KINDS, DRAINED)
    case.controller.create_segment(SEGMENT, 'reserved_host', [FAILS, DRAINED, 'compute3', 'compute4'], [SPARE])
    failure, drain, was_under_way = _copied_in_the_middle(case)
    _both_end_and_the_host_is_used_again(case, failure, drain, [one for one in from_failed if one.id not in was_under_way])
    hosts.kill(case.place, FAILS, keeps_disks=True)    # switched off for repair, and nobody reports it
    until(FAILS + ' to be down', lambda: case.cloud.services()[FAILS]['state'] == 'down', 60)
    before = _what_must_stay(case, subjects)

    assert not _open(case), 'something is open: %s' % _open(case)    # step 1
    case.controller.stop()
    _bring_back_the_copy(case)
    _without_a_way_to_nova(case)    # step 2
    case.controller.start()
    left = _open(case)
    assert left == {failure.incident, drain}, 'open in the copy: %s' % left
    case.controller.until_waiting(failure.incident, 'cloud_unreadable')
    case.controller.cli('incident', 'cancel', failure.incident, '--reason', 'over long ago')    # step 3
    case.controller.cli('operation', 'abort', drain, '--reason', 'over long ago')
    case.controller.cli('pause', '--all', '--for', '2h', '--mode', 'freeze', '--reason', 'older version')    # step 4
    case.controller.stop()
    case.controller.configure(SLOWLY)    # step 5
    case.controller.start()
    until(lambda: 'both to be over: %s' % _open(case), lambda: not _open(case), 120)
    quiet_until = time.monotonic() + LONG_ENOUGH
    while time.monotonic() < quiet_until:
        assert _what_must_stay(case, subjects) == before, (_what_must_stay(case, subjects), before)
        time.sleep(1)
    case.controller.cli('resume', '--all')    # step 6
    twice = ledger.ran_twice(case.place, case.stage.begun)
    assert not twice, twice


def _copied_in_the_middle(case):
    drain = orders.begun(case, 'drain', DRAINED)
    failure = case.fail(FAILS)
    def some_have_arrived():
        instances = case.controller.incident(failure.incident)['moves']
        return any(one['state'] == 'succeeded' for one in instances)
    until('the middle of the recovery', some_have_arrived, 120, every=0.2)
    _mariadb(case, 'mariadb-dump', '--single-transaction', 'migawari', '--result-file=' + case.place.path('before.sql'))
    states = {one['instance_uuid']: one['state'] for one in case.controller.incident(failure.incident)['moves']}
    assert list(states.values()).count('planned') > 1, 'too little was left to begin: %s' % states
    assert orders.operation(case, drain)['open'], 'the drain was over already'
    case.say('copied in the middle: %s' % list(states.values()))
    return failure, drain, [server for server, state in states.items() if state not in ('planned', 'succeeded')]


def _both_end_and_the_host_is_used_again(case, failure, drain, movable):
    """movable: servers that had failed with it. What was under way in the copy is not among them: it would be followed to an end that has
    been long ago, until it is overdue."""
    incident = case.until_over(failure)
    assert incident['phase'] == 'recovered', incident['message']
    assert orders.until_over(case, drain)['state'] == 'done'
    hosts.start_process(case.place, FAILS)
    until(FAILS + ' to be used again', lambda: case.cloud.services()[FAILS]['status'] == 'enabled'
          and case.cloud.services()[FAILS]['state'] == 'up', 120)
    hosts.until_schedulable(case.cloud, [FAILS])
    for subject in movable[:-1]:
        orders.order(case, 'live-migrate', subject.id, '--to', FAILS)
    case.controller.cli('undrain', DRAINED)
    orders.order(case, 'live-migrate', movable[-1].id, '--to', DRAINED)


def _what_must_stay(case, subjects):
    """Where each server is, and how many evacuations and migrations there ever were."""
    found = case.cloud.servers()
    return ({subject.name: host_of(found[subject.id]) for subject in subjects},
            len(case.cloud.nova('GET', '/os-migrations')['migrations']))


def _open(case):
    """The ids of the incidents about failures, and of the operations."""
    incidents = case.controller.call('GET', '/migawari/v1/incidents')['incidents']
    operations = case.controller.call('GET', '/migawari/v1/operations')['operations']
    return {one['uuid'] for one in incidents if one['open'] and one['kind'] == 'host'} | {one['uuid'] for one in operations if one['open']}


def _bring_back_the_copy(case):
    databases.sql(case.place, 'DROP DATABASE migawari; CREATE DATABASE migawari CHARACTER SET utf8mb4;')
    with open(case.place.path('before.sql')) as file:
        databases.sql(case.place, 'USE migawari;\n' + file.read())


def _without_a_way_to_nova(case):
    path = case.place.path(case.controller.settings)
    with open(path) as file:
        text = file.read()
    case.place.write(case.controller.settings, text.replace('openstack:\n', 'openstack:\n  nova-url: %s\n' % NOBODY), 0o600)


def _mariadb(case, program, *words):
    processes.run(case.place, program, [program, '--no-defaults', '-uroot', '--socket=' + case.place.path('mariadb.sock'), *words])
