# SPDX-License-Identifier: Apache-2.0
"""A host comes back with its old nova-compute and the disks of its old guests: before the first evacuation, in the middle of its
recovery, after the end. Nothing runs twice, nothing healthy is destroyed, and it gets new instances again exactly if it may."""
from rig import hosts, ledger, processes
from rig.cloud import host_of
from rig.waiting import until

from support import fleet

NAME = 'return'
DOC = 'a failed host comes back at every stage of its recovery; who enables it, and who must not'
MINUTES = 16

SEGMENT = 'rack'
HOST = 'compute1'
SPARE = 'compute5'
KINDS = (fleet.ACTIVE, fleet.VOLUME, fleet.STOPPED, fleet.OPTED_OUT)
# Quick, but long enough for heartbeats, which come each second here.
QUICK = {'healthy-for': '5s'}
# Each step of a return is at the pace of a look each ten seconds.
BACK = 120
SLOW_START = 15


def run(stage):
    stage.case('after-the-end', after_the_end)
    stage.case('in-the-middle', in_the_middle)
    stage.case('before-the-first-evacuation', before_the_first_evacuation)
    stage.case('without-having-been-dead', without_having_been_dead)
    stage.case('disabled-before-by-a-person', disabled_before)
    stage.case('disabled-meanwhile-by-a-person', disabled_meanwhile)
    stage.case('fails-again-soon', fails_again_soon)
    stage.case('becomes-the-reserved-host', becomes_the_reserved_host)
    stage.case('deleted-meanwhile', deleted_meanwhile)
    stage.case('controller-killed-at-each-step', controller_killed)


# -- what all cases share ---------------------------------------------------------------------------------------------


def _set_up(case, spares=(SPARE,), kinds=KINDS, **more):
    """-> the servers on the host that will fail"""
    case.controller.set_up({'return': {**QUICK, **more}})
    subjects = case.boot(kinds, HOST)
    case.controller.create_segment(SEGMENT, 'reserved_host', [HOST], spares)
    return subjects


def _fails(case):
    """It loses its power with its guests, whose disks stay; a monitor says so. -> the failure"""
    case.say('%s loses its power' % HOST)
    return case.report(HOST, hosts.kill(case.place, HOST, keeps_disks=True))


def _recovered(case):
    """HOST has failed, and its servers are elsewhere."""
    failure = _fails(case)
    incident = case.until_over(failure)
    assert incident['phase'] == 'recovered', incident['message']
    case.keep_reports()
    return failure


def _starts(case, host=HOST):
    """The machine and its nova-compute start, with what was on the disks: each guest that was there is defined, and off."""
    hosts.start_process(case.place, host)
    case.say('%s is back' % host)


def _return_of(case, host=HOST):
    """-> the id of the newest incident about its coming back"""
    def found():
        return case.controller.incident_about(host, 'return')
    return until('an incident about the return of ' + host, found, 30)


def _until_back(case, phase='recovered', host=HOST):
    incident = case.controller.until_over(_return_of(case, host), BACK)
    case.say('%s: %s' % (incident['phase'], incident['message']))
    assert incident['phase'] == phase, incident
    return incident


def _service(case, host=HOST):
    service = case.cloud.services()[host]
    return service['status'], service['state'], service['forced_down']


def _unharmed(case, subjects, spare=SPARE):
    """What was moved runs there still, and only there; it never ran twice; what stayed is where it was and was not started."""
    found = case.cloud.servers()
    guests = ledger.guests(case.place)
    for subject in subjects:
        fate = subject.fate(HOST, [spare])
        server = found[subject.id]
        running = sorted(host for host, guest in guests.get(subject.id, {}).items() if guest['power'] == ledger.RUNNING)
        assert host_of(server) in fate.hosts, '%s is on %s' % (subject.name, host_of(server))
        assert running == ([spare] if fate.runs else []), '%s runs on %s' % (subject.name, running)
        if subject.kind.moves:
            assert server['status'] == fate.status, '%s is %s' % (subject.name, server['status'])
            assert list(guests[subject.id]) == [spare], '%s is defined on %s' % (subject.name, list(guests[subject.id]))
    twice = ledger.ran_twice(case.place, case.stage.begun)
    assert not twice, twice


def _takes_instances(case):
    """Nova's scheduler places a server there, and it starts."""
    hosts.until_schedulable(case.cloud, [HOST])
    case.boot((fleet.ACTIVE,), HOST)


# -- the cases --------------------------------------------------------------------------------------------------------


def after_the_end(case):
    """It comes back when all is done: its copies are removed, it is tried out, and gets instances again."""
    subjects = _set_up(case)
    _recovered(case)
    assert _service(case) == ('disabled', 'down', True), _service(case)
    _starts(case)
    incident = _until_back(case)
    assert 'opted-out' in incident['message'], 'what stayed off on it has to be named: ' + incident['message']
    _unharmed(case, subjects)
    assert _service(case) == ('enabled', 'up', False), _service(case)
    _takes_instances(case)


def in_the_middle(case):
    """It comes back while its instances are being rebuilt elsewhere: they end there, it stays out of use until then, and must start
    its nova-compute once more, since the first start was before the evacuations had ended."""
    subjects = _set_up(case)
    hosts.set_faults(case.place, SPARE, spawn_delay=SLOW_START)
    failure = _fails(case)

    def being_rebuilt():
        records = case.cloud.evacuations(HOST)
        return len(records) == 3 and all(record['status'] == 'pre-migrating' for record in records)
    until('its instances to be rebuilt', being_rebuilt, 60, every=0.2)
    _starts(case)
    incident = case.until_over(failure)
    assert incident['phase'] == 'recovered', incident['message']
    waiting = case.controller.until_waiting(_return_of(case), 'stale_copies', BACK)
    case.say('waits: %s. Next step: %s' % (waiting['message'], waiting['next_step']))
    assert _service(case) == ('disabled', 'down', True), _service(case)
    _unharmed(case, subjects)
    processes.kill(case.place, HOST)
    hosts.start_process(case.place, HOST)
    case.say('its nova-compute is restarted')
    _until_back(case)
    _unharmed(case, subjects)
    assert _service(case) == ('enabled', 'up', False), _service(case)


def before_the_first_evacuation(case):
    """It comes back while its recovery waits for a reserved host: the force-down holds, and nothing is started on it; with the
    reserved host, the recovery goes on, and what was evacuated from the host that runs again is removed there."""
    subjects = _set_up(case, spares=())
    failure = _fails(case)
    case.controller.until_waiting(failure.incident, 'no_destination')
    _starts(case)
    heard = case.cloud.services()[HOST]['updated_at']
    until('Nova to hear of it', lambda: case.cloud.services()[HOST]['updated_at'] > heard, 30)
    assert _service(case) == ('disabled', 'down', True), _service(case)
    case.controller.cli('reserved-host', 'add', SEGMENT, SPARE)
    incident = case.until_over(failure)
    assert incident['phase'] == 'recovered', incident['message']
    waiting = case.controller.until_waiting(_return_of(case), 'stale_copies', BACK)
    case.say('waits: ' + waiting['message'])
    processes.kill(case.place, HOST)
    hosts.start_process(case.place, HOST)
    _until_back(case)
    assert _service(case) == ('enabled', 'up', False), _service(case)
    twice = ledger.ran_twice(case.place, case.stage.begun)
    assert not twice, twice
    found = case.cloud.servers()
    for subject in subjects:
        expected = SPARE if subject.kind.moves else HOST
        assert host_of(found[subject.id]) == expected, '%s is on %s' % (subject.name, host_of(found[subject.id]))


def without_having_been_dead(case):
    """It is reported as dead with a proof, and lives: nothing is evacuated, nothing is destroyed, nothing has to come back."""
    subjects = _set_up(case)
    failure = case.report(HOST, case.stage.begun)
    case.controller.until_waiting(failure.incident, 'host_alive')
    case.controller.cli('incident', 'cancel', failure.incident, '--reason', 'it lives')
    incident = case.controller.until_over(failure.incident)
    assert incident['phase'] == 'dismissed', incident
    assert case.controller.incident_about(HOST, 'return') is None
    assert _service(case) == ('enabled', 'up', False), _service(case)
    found = case.cloud.servers()
    for subject in subjects:
        assert (host_of(found[subject.id]), found[subject.id]['status']) == (HOST, subject.kind.before), found[subject.id]
    assert not ledger.ran_twice(case.place, case.stage.begun)


def disabled_before(case):
    """A person had disabled it before it failed: it is recovered from when a person says so, and stays disabled."""
    subjects = _set_up(case)
    case.cloud.change_service(HOST, status='disabled', disabled_reason='ticket 4711')
    failure = _fails(case)
    waiting = case.controller.until_waiting(failure.incident, 'disabled_by_person')
    case.say('waits: %s. Next step: %s' % (waiting['message'], waiting['next_step']))
    case.controller.cli('incident', 'approve', failure.incident, '--reason', 'its instances are needed')
    incident = case.until_over(failure)
    assert incident['phase'] == 'recovered', incident['message']
    _starts(case)
    incident = _until_back(case)
    assert 'ticket 4711' in incident['message'], incident['message']
    assert _service(case) == ('disabled', 'up', False), _service(case)
    assert case.cloud.services()[HOST]['disabled_reason'] == 'ticket 4711'
    _unharmed(case, subjects)


def disabled_meanwhile(case):
    """A person disables it while it is away, with his own reason: it stays so."""
    subjects = _set_up(case)
    _recovered(case)
    case.cloud.change_service(HOST, status='disabled', disabled_reason='ticket 4712')
    _starts(case)
    incident = _until_back(case)
    assert 'ticket 4712' in incident['message'], incident['message']
    assert _service(case) == ('disabled', 'up', False), _service(case)
    _unharmed(case, subjects)


def fails_again_soon(case):
    """It comes back, and fails again within the hour: then a person is asked before it gets instances once more."""
    subjects = _set_up(case)
    _recovered(case)
    _starts(case)
    _until_back(case)
    _unharmed(case, subjects)
    case.controller.cli('reserved-host', 'add', SEGMENT, 'compute4')
    again = case.boot((fleet.ACTIVE,), HOST)
    failure = _fails(case)
    incident = case.until_over(failure)
    assert incident['phase'] == 'recovered', incident['message']
    _starts(case)
    waiting = case.controller.until_waiting(_return_of(case), 'flapping', BACK)
    case.say('waits: %s. Next step: %s' % (waiting['message'], waiting['next_step']))
    assert _service(case) == ('disabled', 'up', False), _service(case)
    assert ledger.running_on(case.place, again[0].id) == ['compute4'], again[0].name
    case.controller.cli('incident', 'cancel', _return_of(case), '--reason', 'its memory is broken')
    incident = _until_back(case, 'dismissed')
    assert 'left as it is' in incident['message'], incident['message']
    assert _service(case) == ('disabled', 'up', False), _service(case)
    assert not ledger.ran_twice(case.place, case.stage.begun)


def becomes_the_reserved_host(case):
    """The site wants the returned host to be the reserved host, in the place of the one that was used up for it."""
    subjects = _set_up(case, kinds=(fleet.ACTIVE, fleet.VOLUME, fleet.STOPPED), role='reserved')
    _recovered(case)
    assert case.controller.cli_json('reserved-host', 'list') == []
    _starts(case)
    _until_back(case)
    assert [host['host'] for host in case.controller.cli_json('reserved-host', 'list')] == [HOST]
    assert _service(case) == ('disabled', 'up', False), _service(case)
    _unharmed(case, subjects)


def deleted_meanwhile(case):
    """An instance that was evacuated is deleted by its owner before the host comes back."""
    subjects = _set_up(case)
    _recovered(case)
    gone = subjects[0]
    case.cloud.nova('DELETE', '/servers/' + gone.id)
    until('%s to be gone' % gone.name, lambda: gone.id not in case.cloud.servers(), 60)
    _starts(case)
    _until_back(case)
    assert _service(case) == ('enabled', 'up', False), _service(case)
    _unharmed(case, subjects[1:])


def controller_killed(case):
    """The controller dies by SIGKILL in every phase of the return; its successor goes on."""
    subjects = _set_up(case)
    _recovered(case)
    coming = _return_of(case)
    seen = []

    def killed_in_a_new_phase():
        phase = case.controller.summary_of(coming)['phase']
        if phase not in seen:
            seen.append(phase)
            case.controller.kill()
            case.controller.start()
        return not case.controller.summary_of(coming)['open']
    _starts(case)
    until('the end of the return', killed_in_a_new_phase, 300, every=0.1)
    case.say('killed in: ' + ', '.join(seen))
    _until_back(case)
    _unharmed(case, subjects)
    assert _service(case) == ('enabled', 'up', False), _service(case)
    lifts = [entry for entry in case.controller.incident(coming)['journal'] if entry['step'].startswith('no longer force')]
    assert 1 <= len(lifts) <= 2, lifts
