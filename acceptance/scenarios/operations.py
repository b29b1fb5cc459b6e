# SPDX-License-Identifier: Apache-2.0
"""What people ask for before anything fails: instances of every sort are moved by the command line, and looked at through Nova and
the ledger of the hypervisors, as somebody does who does not trust the controller."""

from rig import hosts, servers
from rig.cloud import host_of
from rig.waiting import until

from support import fleet, orders
from support.fleet import Fate

NAME = 'operations'
DOC = 'live-migrate, migrate, evacuate, evacuate-host, drain, undrain: every sort of instance; refusals; aborted, the controller killed, the host dies'
MINUTES = 16

SEGMENT = 'rack'
SUSPENDED = fleet.Kind('suspended', {}, lambda cloud, server: cloud.act(server['id'], {'suspend': None}),
                       before='SUSPENDED', after='SUSPENDED', runs=False)
PAUSED = fleet.Kind('paused', {}, fleet.PAUSED.then, before='PAUSED', after='PAUSED', runs=False)
LIVE = (fleet.ACTIVE, fleet.VOLUME, fleet.EXTRA_VOLUME, fleet.PORT, fleet.LOCKED, PAUSED)
COLD = (fleet.ACTIVE, fleet.EXTRA_VOLUME, fleet.STOPPED, fleet.STOPPED_VOLUME)
ALL = LIVE + (fleet.STOPPED, fleet.STOPPED_VOLUME)


def run(stage):
    stage.case('live-migrate', live_migrate)
    stage.case('migrate', migrate)
    stage.case('refused', refused)
    stage.case('drain-and-undrain', drain_and_undrain)
    stage.case('something-stays', something_stays)
    stage.case('aborted', aborted)
    stage.case('controller-killed', controller_killed)
    stage.case('its-host-dies', its_host_dies)
    stage.case('evacuate', evacuate)
    stage.case('evacuate-host', evacuate_host)


def moved(subject, *to):
    return Fate(to, subject.kind.after, subject.kind.runs, 'succeeded')


def _set_up(case, kinds, host='compute1'):
    case.controller.set_up()
    subjects = case.boot(kinds, host)
    case.controller.create_segment(SEGMENT, 'auto', case.place.hosts)
    return subjects


def _judge(case, fates):
    case.judge().hear_moved(fates).hear_history().verdict()


def live_migrate(case):
    """Each sort, one by one, to a host that is named; then one to wherever the scheduler puts it."""
    subjects = _set_up(case, LIVE)
    for subject in subjects:
        orders.order(case, 'live-migrate', subject.id, '--to', 'compute3')
    _judge(case, {subject: moved(subject, 'compute3') for subject in subjects})
    orders.order(case, 'live-migrate', subjects[0].name)
    _judge(case, {subjects[0]: moved(subjects[0], 'compute1', 'compute2', 'compute4', 'compute5')})


def migrate(case):
    subjects = _set_up(case, COLD)
    for subject in subjects:
        orders.order(case, 'migrate', subject.id, '--to', 'compute4')
    _judge(case, {subject: moved(subject, 'compute4') for subject in subjects})


def refused(case):
    """Nothing has happened afterwards, and the words say what to do instead."""
    subjects = _set_up(case, (fleet.ACTIVE, fleet.STOPPED, SUSPENDED))
    active, stopped, suspended = subjects
    for words, expected in (
            (('live-migrate', stopped.id), 'is stopped'),
            (('live-migrate', suspended.id), 'suspended'),
            (('live-migrate', active.id, '--to', 'compute9'), 'no nova-compute service on compute9'),
            (('live-migrate', active.id, '--to', 'compute1'), 'on compute1 already'),
            (('live-migrate', 'nobody'), 'No instance has the name nobody'),
            (('evacuate', active.id), 'would run twice'),
            (('drain', 'compute9'), 'no nova-compute service on compute9')):
        said = orders.refusal(case, *words)
        assert expected in said, '%s: %s' % (' '.join(words), said)
    plan = case.controller.cli('drain', 'compute1', '--dry-run')
    assert active.name in plan and 'suspended' in plan, plan
    assert case.controller.call('GET', '/migawari/v1/operations')['operations'] == []
    assert case.cloud.services()['compute1']['status'] == 'enabled'
    _judge(case, {subject: Fate(('compute1',), subject.kind.after, subject.kind.runs, 'succeeded') for subject in subjects})


def _is_on_maintenance(case, host):
    listed = case.controller.call('GET', '/v1/segments')['segments'][0]['uuid']
    return [found['on_maintenance'] for found in case.controller.call('GET', '/v1/segments/%s/hosts' % listed)['hosts']
            if found['name'] == host] == [True]


def drain_and_undrain(case):
    subjects = _set_up(case, ALL)
    others = [host for host in case.place.hosts if host != 'compute1']
    orders.order(case, 'drain', 'compute1', '--reason', 'new memory')
    _judge(case, {subject: moved(subject, *others) for subject in subjects})
    service = case.cloud.services()['compute1']
    assert service['status'] == 'disabled' and 'new memory' in service['disabled_reason'], service
    assert _is_on_maintenance(case, 'compute1')
    orders.order(case, 'undrain', 'compute1', '--return')
    _judge(case, {subject: moved(subject, 'compute1') for subject in subjects})
    assert case.cloud.services()['compute1']['status'] == 'enabled'
    assert not _is_on_maintenance(case, 'compute1')


def something_stays(case):
    """What Nova moves in no way is named, and the host is not on maintenance: its power-off would be a failure."""
    active, suspended = _set_up(case, (fleet.ACTIVE, SUSPENDED))
    operation = orders.order(case, 'drain', 'compute1', '--to', 'compute2', codes=(1,))
    assert operation['state'] == 'partly_done' and 'suspended' in operation['message'], operation
    _judge(case, {active: moved(active, 'compute2')})
    assert host_of(case.cloud.servers()[suspended.id]) == 'compute1'
    assert not _is_on_maintenance(case, 'compute1')


def _begun_drain(case, count):
    """-> its id, and the servers, as soon as some of them have moved"""
    case.controller.set_up()
    names = ['vm-%02d' % number for number in range(count)]
    ids = servers.boot(case.cloud, names, 'compute1')
    servers.until_settled(case.cloud, ids)
    case.controller.create_segment(SEGMENT, 'auto', case.place.hosts)
    operation = orders.begun(case, 'drain', 'compute1')
    until('some to have moved', lambda: _states(case, operation).get('succeeded', 0) > 0, 60, every=0.2)
    return operation, ids


def _states(case, operation):
    return orders.operation(case, operation)['instances_by_state']


def aborted(case):
    operation, ids = _begun_drain(case, 16)
    case.controller.cli('operation', 'abort', operation, '--reason', 'not today')
    found = orders.until_over(case, operation)
    assert found['state'] == 'aborted', found['message']
    where = case.cloud.servers()
    for instance in found['instances']:
        server = where[instance['instance_uuid']]
        assert server['status'] == 'ACTIVE', servers.describe(server)
        assert (host_of(server) == 'compute1') == (instance['state'] == 'aborted'), servers.describe(server)
    assert _states(case, operation).get('aborted', 0) > 0, 'it was over before it could be called off'
    assert not _is_on_maintenance(case, 'compute1')
    case.judge().hear_history().verdict()


def controller_killed(case):
    """Another one goes on: everything has moved once."""
    operation, ids = _begun_drain(case, 16)
    case.controller.kill()
    case.controller.start()
    found = orders.until_over(case, operation)
    assert found['state'] == 'done', found['message']
    assert [instance['attempts'] for instance in found['instances']] == [1] * len(ids), found['instances']
    where = case.cloud.servers()
    assert all(host_of(where[server]) != 'compute1' and where[server]['status'] == 'ACTIVE' for server in ids)
    case.judge().hear_history().verdict()


def its_host_dies(case):
    """In the middle of a drain: what has not moved is the recovery's, and comes back."""
    operation, ids = _begun_drain(case, 16)
    failure = case.fail('compute1')
    case.until_over(failure, 240)
    orders.until_over(case, operation)
    where = case.cloud.servers()
    for server in ids:
        assert host_of(where[server]) != 'compute1' and where[server]['status'] == 'ACTIVE', servers.describe(where[server])
    case.judge().hear_history().verdict()


def evacuate(case):
    """One instance of a dead host, on a person's word, to a chosen host; the others stay where they are."""
    subjects = _set_up(case, (fleet.ACTIVE, fleet.VOLUME, fleet.STOPPED))
    case.kill('compute1')
    until('Nova to call compute1 down', lambda: case.cloud.services()['compute1']['state'] == 'down', 60)
    image, volume, stopped = subjects
    said = orders.refusal(case, 'evacuate', volume.id)
    assert '--confirm-dead' in said and '--accept-rebuild' not in said, said
    orders.order(case, 'evacuate', volume.id, '--to', 'compute2', '--confirm-dead', '--reason', 'unplugged')
    _judge(case, {volume: moved(volume, 'compute2')})
    said = orders.refusal(case, 'evacuate', image.id, '--confirm-dead')
    assert '--accept-rebuild' in said, said
    for subject in (image, stopped):
        orders.order(case, 'evacuate', subject.id, '--to', 'compute4', '--confirm-dead', '--accept-rebuild')
    _judge(case, {subject: moved(subject, 'compute4') for subject in (image, stopped)})
    hosts.start_process(case.place, 'compute1')


def evacuate_host(case):
    """All of a dead host that nobody has reported, to two hosts of a person's choice; what cannot be evacuated stays."""
    subjects = _set_up(case, (fleet.ACTIVE, fleet.VOLUME, fleet.EXTRA_VOLUME, fleet.STOPPED, SUSPENDED))
    assert 'would run twice' in orders.refusal(case, 'evacuate-host', 'compute1')
    case.kill('compute1')
    until('Nova to call compute1 down', lambda: case.cloud.services()['compute1']['state'] == 'down', 60)
    said = orders.refusal(case, 'evacuate-host', 'compute1')
    assert '--confirm-dead' in said and '--accept-rebuild' in said, said
    case.say('\n' + case.controller.seen(
        'evacuate-host', 'compute1', '--to', 'compute2', '--to', 'compute4', '--confirm-dead', '--accept-rebuild', '--reason', 'burnt',
        codes=(1,), seconds=orders.SECONDS))
    operation = orders.newest(case)
    assert operation['state'] == 'partly_done' and 'suspended' in operation['message'], operation
    moving = [subject for subject in subjects if subject.kind is not SUSPENDED]
    _judge(case, {subject: moved(subject, 'compute2', 'compute4') for subject in moving})
    hosts.start_process(case.place, 'compute1')
