# SPDX-License-Identifier: Apache-2.0
"""A compute host dies, and its instances come back where they should; and what happens when that is not so easy."""
import os
import shutil
import signal
import socket

from rig import access_log, hosts, ledger, processes
from rig.cloud import host_of, task_of
from rig.place import ADDRESS, INSIDE
from rig.power import PowerSwitch
from rig.waiting import until

from support import fleet, metrics
from support.capacity import filled
from support.controller import AGENT

NAME = 'host-failure'
DOC = 'a host dies; every sort of instance, full or dead spares, two hosts at once, no proof, switched off by us, a destination that dies'
MINUTES = 12

SEGMENT = 'rack'
# Longer than it takes Nova to call a host down, so that everything that follows happens while guests are still being started.
SLOW_START = 20


def run(stage):
    stage.case('reserved-host', reserved_host)
    stage.case('auto', auto)
    stage.case('one-cannot-start', one_cannot_start)
    stage.case('reserved-host-full-then-freed', reserved_host_full_then_freed)
    stage.case('reserved-host-full-then-another', reserved_host_full_then_another)
    stage.case('reserved-host-down', reserved_host_down)
    stage.case('two-hosts-two-spares', two_hosts_two_spares)
    stage.case('two-hosts-one-spare', two_hosts_one_spare)
    stage.case('no-proof-then-confirmed', no_proof_then_confirmed)
    stage.case('no-proof-then-proved', no_proof_then_proved)
    stage.case('no-proof-then-switched-off', no_proof_then_switched_off)
    stage.case('destination-dies', destination_dies)
    stage.case('destination-returns', destination_returns)


def fates(subjects, source, *destinations):
    return {subject: subject.fate(source, destinations) for subject in subjects}


def reserved_host(case):
    """Instances of every sort; one spare takes them all."""
    case.controller.set_up()
    subjects = case.boot(fleet.EVERY_KIND, 'compute1', elsewhere='compute2')
    case.controller.create_segment(SEGMENT, 'reserved_host', ['compute1', 'compute2'], ['compute5'])
    failure = case.fail('compute1')
    case.pass_judgement(failure, fates(subjects, 'compute1', 'compute5'))


def auto(case):
    """Nova's scheduler chooses."""
    case.controller.set_up()
    subjects = case.boot(fleet.MIXED_EIGHT, 'compute1')
    case.controller.create_segment(SEGMENT, 'auto', case.place.hosts)
    failure = case.fail('compute1')
    case.pass_judgement(failure, fates(subjects, 'compute1', *case.place.hosts[1:]))


def one_cannot_start(case):
    """One guest never starts anywhere: it ends as failed, with Nova's own reason, and does not hold up the others."""
    case.controller.set_up()
    subjects = case.boot(fleet.SMALL, 'compute1')
    victim, others = subjects[0], subjects[1:]
    for host in case.place.hosts:
        hosts.set_faults(case.place, host, spawn_fail_instances=[victim.id])
    case.controller.create_segment(SEGMENT, 'reserved_host', ['compute1'], ['compute5'])
    failure = case.fail('compute1')
    expected = fates(others, 'compute1', 'compute5')
    expected[victim] = victim.failed('compute1')
    incident = case.pass_judgement(failure, expected, 'partly_recovered')
    reason = [move['message'] for move in incident['moves'] if move['instance_uuid'] == victim.id][0]
    case.say('the reason given: ' + reason)
    assert 'never starts' in reason, "Nova's reason is missing from: " + reason
    # exit code 1: it is over, and some failed
    case.controller.cli('incident', 'watch', failure.incident, codes=(1,))


def reserved_host_full_then_freed(case):
    """The spare has room for one of four; when there is room again, the others follow by themselves."""
    subjects, failure, filling = _full_spare(case)
    filling.free()
    case.pass_judgement(failure, fates(subjects, 'compute1', 'compute5'))


def reserved_host_full_then_another(case):
    """The same, but the operator does what the controller says: he adds another spare."""
    subjects, failure, _ = _full_spare(case)
    case.controller.cli('reserved-host', 'add', SEGMENT, 'compute4')
    incident = case.pass_judgement(failure, fates(subjects, 'compute1', 'compute4', 'compute5'))
    # Not "three of four": of two claims that reach Placement at the same moment it has been seen to grant both.
    story = case.controller.story(failure.incident)
    refused = {line['instance_uuid'] for line in story if line['message'].endswith('Nova finds no room for it on compute5')}
    assert 0 < len(refused) < len(subjects), refused
    for move in incident['moves']:
        expected = 'compute4' if move['instance_uuid'] in refused else 'compute5'
        assert move['destination'] == expected, '%s had to go to %s: %s' % (move['instance_uuid'], expected, move)


def _full_spare(case):
    """-> the servers, the failure that waits for room, and what takes the room away"""
    case.controller.set_up()
    subjects = case.boot(fleet.SMALL, 'compute1')
    case.controller.create_segment(SEGMENT, 'reserved_host', ['compute1'], ['compute5'])
    filling = filled(case.cloud, 'compute5', room_for=1)
    failure = case.fail('compute1')
    waiting = case.controller.until_waiting(failure.incident, 'no_destination', 120)
    _is_visible(case, failure, waiting, 'no room', 'migawari reserved-host add')
    return subjects, failure, filling


def _is_visible(case, failure, waiting, reason, next_step):
    """An operator sees that it waits, why, and what he can do; and so does a client of Masakari's API."""
    case.say('waits: %s. Next step: %s' % (waiting['message'], waiting['next_step']))
    assert reason in waiting['message'], waiting
    assert next_step in waiting['next_step'], waiting
    status = case.controller.notification(failure.notification)['status']
    assert status == 'error', 'the notification says %s while a person is waited for' % status
    shown = case.controller.cli('incident', 'show', failure.incident)
    assert waiting['message'] in shown and next_step in shown, shown


def reserved_host_down(case):
    """The only spare is dead when it is needed, and is repaired then."""
    case.controller.set_up()
    subjects = case.boot(fleet.SMALL, 'compute1')
    case.controller.create_segment(SEGMENT, 'reserved_host', ['compute1'], ['compute5'])
    case.kill('compute5')
    _until_nova_says_down(case, 'compute5')
    failure = case.fail('compute1')
    waiting = case.controller.until_waiting(failure.incident, 'no_destination')
    _is_visible(case, failure, waiting, 'compute5', 'migawari reserved-host add')
    hosts.start_process(case.place, 'compute5')
    case.say('compute5 is repaired')
    case.pass_judgement(failure, fates(subjects, 'compute1', 'compute5'))


def two_hosts_two_spares(case):
    """Each dead host gets a spare of its own."""
    incidents = _two_hosts(case, ['compute4', 'compute5'])
    used = [{move['destination'] for move in incident['moves'] if move['state'] == 'succeeded'} for incident in incidents]
    assert all(len(places) == 1 for places in used) and used[0] != used[1], 'one spare for each host: %s' % used


def two_hosts_one_spare(case):
    """Both have to share the spare."""
    _two_hosts(case, ['compute5'])


def _two_hosts(case, spares):
    case.controller.set_up()
    subjects = {host: case.boot(fleet.SMALL, host) for host in ('compute1', 'compute2')}
    case.controller.create_segment(SEGMENT, 'reserved_host', ['compute1', 'compute2'], spares)
    killed = {host: case.kill(host) for host in subjects}
    failures = [case.report(host, at) for host, at in killed.items()]
    return [case.pass_judgement(failure, fates(subjects[failure.host], failure.host, *spares)) for failure in failures]


def no_proof_then_confirmed(case):
    """The monitor could not read the power: nothing is moved until an operator gives his word."""
    subjects, failure = _without_proof(case, 'UNKNOWN')
    case.controller.cli('incident', 'confirm-dead', failure.incident, '--reason', 'its plug is in my hand')
    case.pass_judgement(failure, fates(subjects, 'compute1', 'compute5'))
    _is_told(case, failure)
    metrics.check(case)


def _is_told(case, failure):
    """Those who were not there can read who said what, what it waited for, and what Nova was asked."""
    report = case.controller.call('GET', '/migawari/v1/incidents/%s/report' % failure.incident)
    assert [wait['for'] for wait in report['waits'] if wait['needs_person']][:1] == ['no_proof'], report['waits']
    said = [line for line in report['people'] if line['about_this']]
    assert [(line['what'], line['why'], line['result']) for line in said] == [
        ('confirm-dead incident', 'its plug is in my hand', 'done')], said
    stages = [stage['what'] for stage in report['stages']]
    assert stages[:2] == ['reported', 'proved to be dead'] and stages[-1] == 'over', stages
    assert all(action['request_id'] for action in report['actions'] if action['outcome'] == 'accepted'), report['actions']
    alerts = [alert for alert in case.controller.call('GET', '/migawari/v1/alerts')['alerts'] if alert['gate'] == 'no_proof']
    assert [alert['state'] for alert in alerts] == ['resolved'], alerts
    case.say('the report names the wait, the person, and %d requests' % len(report['actions']))


def no_proof_then_proved(case):
    """The monitor does not speak of the power at all; later another one has read it as off."""
    subjects, failure = _without_proof(case, None)
    case.controller.report('compute1')
    assert case.controller.incident_about('compute1') == failure.incident, 'the second report has to join the incident'
    case.pass_judgement(failure, fates(subjects, 'compute1', 'compute5'))


def no_proof_then_switched_off(case):
    """A host hangs with its guests running, and nobody can tell whether it is dead. Its power switch is broken: nothing is moved, and
    a person is asked. When the switch works again, the controller switches the host off, reads that, and goes on by itself."""
    switch = _power_switch(case)
    try:
        case.controller.set_up(fencing={
            'agents-directory': case.place.path('agents'), 'poll-every': '500ms',
            'devices': {'pdu': {'agent': 'fence_rig_switch', 'parameters': {'ipport': switch.server.server_address[1]}}},
            'hosts': {'compute1': {'levels': ['pdu:compute1']}}})
        case.controller.cli('fencing', 'verify', 'compute1', 'pdu:compute1', '--attest', '--reason', 'followed the cable')
        subjects = case.boot(fleet.SMALL, 'compute1')
        case.controller.create_segment(SEGMENT, 'reserved_host', ['compute1'], ['compute5'])
        switch.breaks('compute1')
        os.kill(processes.pid(case.place, 'compute1'), signal.SIGSTOP)
        case.say('compute1 hangs, its guests run on, and its power switch is broken')
        failure = case.report('compute1', case.stage.begun, 'UNKNOWN')
        waiting = case.controller.until_waiting(failure.incident, 'fencing_failed')
        _is_visible(case, failure, waiting, 'does not work', 'migawari incident confirm-dead')
        for subject in subjects:
            if subject.kind.before == 'ACTIVE':
                assert ledger.running_on(case.place, subject.id) == ['compute1'], subject.name
        switch.heals()
        case.say('its power switch works again')
        case.pass_judgement(failure, fates(subjects, 'compute1', 'compute5'))
        assert [entry[1:] for entry in switch.log if entry[-1] == 'done'] == [('off', 'compute1', 'rig', 'done')], switch.log
        evidence = [one['kind'] for one in case.controller.incident(failure.incident)['evidence']]
        assert 'power_off' in evidence, evidence
    finally:
        switch.close()


def _power_switch(case):
    """One that switches compute hosts off, and the agent that reaches it."""
    agents = case.place.path('agents')
    os.makedirs(agents, exist_ok=True)
    shutil.copy2(os.path.join(INSIDE, 'fence_rig_switch.sh'), os.path.join(agents, 'fence_rig_switch'))
    return PowerSwitch(socket.create_server((ADDRESS, 0)), lambda host: hosts.kill(case.place, host),
                       lambda host: hosts.start_process(case.place, host),
                       lambda host: processes.pid(case.place, host) is not None)


def _without_proof(case, status):
    """-> the servers, and the failure, after the controller had every occasion to do something rash"""
    case.controller.set_up()
    subjects = case.boot(fleet.SMALL, 'compute1')
    case.controller.create_segment(SEGMENT, 'reserved_host', ['compute1'], ['compute5'])
    failure = case.fail('compute1', status)
    waiting = case.controller.until_waiting(failure.incident, 'no_proof')
    _is_visible(case, failure, waiting, 'nothing proves', 'migawari incident confirm-dead')
    # Nova's own "down" is what a careless controller would take for a proof
    down_since = _until_nova_says_down(case, 'compute1')
    until('the controller to have looked at Nova twice more',
          lambda: len([request for request in _requests(case, down_since) if request.method == 'GET']) >= 2, 60)
    rash = [request for request in _requests(case, failure.killed_at) if request.method not in ('GET', 'PUT')]
    assert not rash, 'without a proof the controller has asked Nova for %s' % access_log.kinds(rash)
    services = case.cloud.services()
    assert not services['compute1']['forced_down'], 'it has forced the host down without a proof'
    assert services['compute5']['status'] == 'disabled', 'it has taken the spare without a proof'
    found = case.cloud.servers()
    for subject in subjects:
        server = found[subject.id]
        assert (host_of(server), server['status'], task_of(server)) == ('compute1', subject.kind.before, None), server
    spawned = [event for event in ledger.events(case.place, failure.killed_at) if event.what == 'spawn']
    assert not spawned, 'guests were started without a proof: %s' % spawned
    case.say('nothing was touched in %d looks at Nova' % len(_requests(case, failure.killed_at)))
    return subjects, failure


def _requests(case, since):
    return access_log.requests(case.place, 'nova', since, agent=AGENT)


def _until_nova_says_down(case, host):
    """-> when it did, in seconds of the epoch by the clock of Nova's access log"""
    until('Nova to call %s down' % host, lambda: case.cloud.services()[host]['state'] == 'down', 60, every=0.3)
    return access_log.requests(case.place, 'nova', 0, agent='acceptance')[-1].ended


def destination_dies(case):
    """The spare dies while guests are being started on it; it is reported as well, and the next spare takes them all."""
    subjects, failure = _destination_killed(case, ['compute5', 'compute4'])
    second = case.report('compute5', failure.destination_killed_at)
    case.pass_judgement(failure, fates(subjects, 'compute1', 'compute4'))
    case.pass_judgement(second, {})


def destination_returns(case):
    """The same, but nobody reports it and it comes back. Nova has forgotten what it was doing there, and says for ever that it
    is at it; the controller starts nothing twice, says so, and goes on when a person has told Nova that it failed."""
    subjects, failure = _destination_killed(case, ['compute5'], {'overdue-after': '30s'})
    hosts.start_process(case.place, 'compute5')
    case.say('compute5 is back')
    waiting = case.controller.until_waiting(failure.incident, 'overdue', 90)
    case.say('waits: %s. Next step: %s' % (waiting['message'], waiting['next_step']))
    for server in case.cloud.servers('compute1').values():
        assert (server['status'], task_of(server)) == ('REBUILD', 'rebuild_spawning'), server
        case.cloud.act(server['id'], {'os-resetState': {'state': 'error'}})
    case.say('a person resets the states of the servers that hang')
    case.pass_judgement(failure, fates(subjects, 'compute1', 'compute5'))


def _destination_killed(case, spares, recovery=None):
    """-> the servers, and the failure, at the gate that says that the first spare may be dead, too"""
    case.controller.set_up(recovery)
    subjects = case.boot((fleet.ACTIVE, fleet.VOLUME, fleet.STOPPED), 'compute1')
    case.controller.create_segment(SEGMENT, 'reserved_host', ['compute1'], spares)
    hosts.set_faults(case.place, spares[0], spawn_delay=SLOW_START)
    failure = case.fail('compute1')

    def all_are_starting():
        return all(task_of(server) == 'rebuild_spawning' for server in case.cloud.servers('compute1').values())
    until('every guest to be started on ' + spares[0], all_are_starting, 60, every=0.2)
    failure.destination_killed_at = case.kill(spares[0])
    hosts.set_faults(case.place, spares[0])
    waiting = case.controller.until_waiting(failure.incident, 'destination_unproven')
    _is_visible(case, failure, waiting, spares[0], 'migawari notification create')
    return subjects, failure
