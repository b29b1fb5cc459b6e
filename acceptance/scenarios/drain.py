# SPDX-License-Identifier: Apache-2.0
"""A host with fifty instances is emptied: by us, and by what operators do who have no tool for it."""
import datetime
import time

from rig import hosts, ledger, servers
from rig.cloud import host_of, task_of
from rig.waiting import until
from support import orders

NAME = 'drain'
DOC = 'fifty instances leave a host, beside a script that asks Nova for all at once; called off within 5 s; a destination dies in the middle'
MINUTES = 16

INSTANCES = 50
HOST = 'compute1'
SEGMENT = 'rack'
# of the time of the script
MOST_RATIO = 1.3
# Nothing is begun later than this after the word of the person who calls it off.
CALLED_OFF_WITHIN = 5
PATIENCE = 900


def run(stage):
    stage.case('fifty', fifty)
    stage.case('called-off', called_off)
    stage.case('destination-dies', destination_dies)


def _begin(case, count):
    case.controller.set_up()
    ids = servers.boot(case.cloud, ['vm-%02d' % number for number in range(count)], HOST)
    servers.until_settled(case.cloud, ids, seconds=300)
    case.controller.create_segment(SEGMENT, 'auto', case.place.hosts)
    case.say('%d servers run on %s' % (count, HOST))
    return ids


def _on(case, host):
    return [server for server in case.cloud.servers().values() if host_of(server) == host]


def _until_empty(case):
    """-> the moment at which the last one was elsewhere, without a task"""
    def empty():
        found = case.cloud.servers().values()
        return all(host_of(server) != HOST and not task_of(server) and server['status'] == 'ACTIVE' for server in found)
    until('%s to be empty' % HOST, empty, PATIENCE, every=0.5)
    return time.time()


def fifty(case):
    """Ours first, and back; then the script on the same servers."""
    ids = _begin(case, INSTANCES)
    begun = time.time()
    operation = orders.begun(case, 'drain', HOST)
    ours = _until_empty(case) - begun
    found = orders.until_over(case, operation, PATIENCE)
    assert found['state'] == 'done', found['message']
    ours_over = time.time() - begun
    begun = time.time()
    back = orders.until_over(case, orders.begun(case, 'undrain', HOST, '--return'), PATIENCE)
    assert back['state'] == 'done', back['message']
    assert len(_on(case, HOST)) == len(ids)
    case.say('and back in %.1f s' % (time.time() - begun))

    case.cloud.change_service(HOST, status='disabled')
    begun = time.time()
    for server in ids:    # as "nova host-evacuate-live": one request each, and nobody waits for anything
        case.cloud.act(server, {'os-migrateLive': {'host': None, 'block_migration': 'auto'}})
    script = _until_empty(case) - begun
    case.cloud.change_service(HOST, status='enabled')
    case.say('%d servers: script %.1f s, ours %.1f s (told after %.1f s): %.2f times as long (at most %.1f)' % (
        len(ids), script, ours, ours_over, ours / script, MOST_RATIO))
    assert not ledger.ran_twice(case.place, case.stage.begun)
    assert ours <= MOST_RATIO * script, 'ours takes %.2f times as long as a script' % (ours / script)


def _some_have_moved(case, operation, count=2):
    until('some to have moved', lambda: orders.operation(case, operation)['instances_by_state'].get('succeeded', 0) >= count, 120,
          every=0.2)


def called_off(case):
    ids = _begin(case, 24)
    operation = orders.begun(case, 'drain', HOST)
    _some_have_moved(case, operation)
    case.controller.cli('operation', 'abort', operation, '--reason', 'not today')
    found = orders.until_over(case, operation, PATIENCE)
    assert found['state'] == 'aborted', found['message']
    called = _seconds(found['aborted']['at'])    # when the controller heard of it: a busy machine takes its time to start the command
    asked = [entry['intended_at'] for entry in found['journal'] if 'live-migrate' in entry['step']]
    latest = max(_seconds(one) for one in asked)
    case.say('%d of %d had been asked for, the last %.1f s after the word' % (len(asked), len(ids), latest - called))
    assert latest - called <= CALLED_OFF_WITHIN and len(asked) < len(ids)
    assert all(server['status'] == 'ACTIVE' for server in case.cloud.servers().values())


def _seconds(moment):
    return datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.timezone.utc).timestamp()


def destination_dies(case):
    """One of the two: what was on its way there is moved to the other one, or recovered from there; nothing runs twice."""
    ids = _begin(case, 16)
    operation = orders.begun(case, 'drain', HOST, '--to', 'compute2', '--to', 'compute3')
    _some_have_moved(case, operation)
    failure = case.fail('compute3')
    incident = case.until_over(failure, 300)
    assert incident['phase'] == 'recovered', incident['message']
    found = orders.until_over(case, operation, PATIENCE)
    left = [server for server in case.cloud.servers().values()
            if server['status'] != 'ACTIVE' or host_of(server) in ('compute3',)]
    assert not left, [servers.describe(server) for server in left]
    assert found['state'] in ('done', 'partly_done'), found['message']
    assert len(_on(case, HOST)) == (0 if found['state'] == 'done' else found['instances_by_state'].get('failed', 0))
    assert all(len(ledger.running_on(case.place, server)) == 1 for server in ids)
    assert not ledger.ran_twice(case.place, case.stage.begun)
    hosts.bring_back(case.place, case.cloud, ['compute3'])
