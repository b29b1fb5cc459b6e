# SPDX-License-Identifier: Apache-2.0
"""Every command of python-masakariclient with every option, what it prints, and what it says when it is refused."""
import json

from rig.waiting import until

from .site import now

SEGMENT = ('created_at', 'updated_at', 'uuid', 'name', 'description', 'id', 'service_type', 'recovery_method', 'is_enabled')
HOST = ('created_at', 'updated_at', 'uuid', 'name', 'type', 'control_attributes', 'reserved', 'on_maintenance',
        'failover_segment_id')
NOTIFICATION = ('created_at', 'updated_at', 'notification_uuid', 'type', 'status', 'source_host_uuid', 'generated_time',
                'payload', 'recovery_workflow_details')
MOVE = ('created_at', 'updated_at', 'uuid', 'server_id', 'server_name', 'source_host', 'dest_host', 'start_time', 'end_time',
        'type', 'status', 'message')
NOBODY = '3f8d7a2e-1111-4222-8333-444455556666'


def play(site, shell):
    """shell: an administrator's."""
    site.moved_to_migawari()
    segments(shell)
    rack = hosts(site, shell)
    readers(site, shell)
    died = recovery(site, shell, rack)
    notifications(site, shell, died)
    if shell.has('notification', 'vmove', 'list'):
        moves(site, shell, died)
    else:
        site.say('this python-masakariclient has no commands for moves')
    endings(site, shell, rack)
    site.say('%d commands' % shell.asked)


def expect(what, told, columns, **values):
    """told: one thing; it has these columns, and these values in some of them"""
    assert tuple(sorted(told)) == tuple(sorted(columns)), '%s has the columns %s' % (what, sorted(told))
    wrong = {name: told[name] for name, value in values.items() if told[name] != value}
    assert not wrong, '%s has %s, and should have %s' % (what, wrong, {name: values[name] for name in wrong})


def expect_list(what, rows, column, *values):
    assert [row[column] for row in rows] == list(values), '%s has %s, and should have %s' % (
        what, [row[column] for row in rows], list(values))


# -- segments ---------------------------------------------------------------------------------------------------------------


def segments(shell):
    made = shell.tells('segment', 'create', 'rack', 'reserved_host', 'COMPUTE', '--description', 'by the window',
                       '--is_enabled', 'True')
    expect('segment create', made, SEGMENT, name='rack', recovery_method='reserved_host', service_type='COMPUTE',
           description='by the window', is_enabled=True, updated_at=None)
    shelf = shell.tells('segment', 'create', 'shelf', 'auto', 'b', '--is_enabled', 'False')
    expect('segment create', shelf, SEGMENT, name='shelf', description=None, is_enabled=False)
    shell.is_refused('Failover segment with name rack already exists', 'segment', 'create', 'rack', 'auto', 'COMPUTE')
    shell.is_refused('Invalid input for field/attribute name', 'segment', 'create', '', 'auto', 'COMPUTE')
    shell.is_refused("An invalid 'name' value", 'segment', 'create', ' rack', 'auto', 'COMPUTE')

    expect_list('segment list', shell.tells('segment', 'list'), 'name', 'shelf', 'rack')
    for words, names in (
            (['--limit', '1'], ['shelf', 'rack']),    # that is the length of a page, and the client asks for all pages
            (['--marker', shelf['uuid']], ['rack']),
            (['--marker', str(shelf['id'])], ['rack']),
            (['--sort', 'name:asc'], ['rack', 'shelf']),
            (['--sort', 'name'], ['shelf', 'rack']),
            (['--sort', 'recovery_method:asc,name:desc'], ['shelf', 'rack']),
            (['--filters', 'recovery_method=auto'], ['shelf']),
            (['--filters', 'recovery_method=auto;service_type=COMPUTE'], []),
            (['--filters', 'recovery_method=reserved_host', '--filters', 'service_type=COMPUTE'], ['rack']),
            (['--filters', 'is_enabled=False'], ['shelf']),
            (['--filters', 'is_enabled=True'], ['rack'])):
        expect_list('segment list ' + ' '.join(words), shell.tells('segment', 'list', *words), 'name', *names)
    expect('a line of segment list', shell.tells('segment', 'list')[1],
           ('uuid', 'name', 'description', 'service_type', 'recovery_method', 'is_enabled'), uuid=made['uuid'],
           description='by the window', service_type='COMPUTE', recovery_method='reserved_host', is_enabled=True)
    shell.is_refused('Marker %s could not be found' % NOBODY, 'segment', 'list', '--marker', NOBODY)
    shell.is_refused('Sort key supplied is invalid: colour', 'segment', 'list', '--sort', 'colour')
    # before 1.2 there is no such column
    assert 'is_enabled' not in shell.tells('segment', 'show', 'rack', '--os-ha-api-version', '1.1')

    for name in ('shelf', shelf['uuid']):
        expect('segment show', shell.tells('segment', 'show', name), SEGMENT, uuid=shelf['uuid'], name='shelf')
    for name in ('nothing', NOBODY):
        shell.is_refused('found', 'segment', 'show', name)

    changed = {'name': 'board', 'recovery_method': 'auto_priority', 'service_type': 'c', 'is_enabled': True,
               'description': 'other words'}
    for field, value in changed.items():
        told = shell.tells('segment', 'update', shelf['uuid'], '--' + field, str(value))
        expect('segment update --' + field, told, SEGMENT, **{field: value, 'uuid': shelf['uuid']})
    expect('the segment after all updates', shell.tells('segment', 'show', 'board'), SEGMENT, **changed)
    expect('segment update by name', shell.tells('segment', 'update', 'board', '--recovery_method', 'rh_priority',
                                                 '--description', ''), SEGMENT, recovery_method='rh_priority', description='')
    shell.is_refused('Failover segment with name rack already exists', 'segment', 'update', 'board', '--name', 'rack')
    shell.is_refused('found', 'segment', 'update', 'nothing', '--name', 'x')


# -- hosts ------------------------------------------------------------------------------------------------------------------


def hosts(site, shell):
    """-> the id of the segment that they are in"""
    failed, other, spare = site.hosts
    rack = shell.tells('segment', 'show', 'rack')['uuid']
    made = shell.tells('segment', 'host', 'create', failed, 'COMPUTE', 'SSH', 'rack', '--reserved', 'False',
                       '--on_maintenance', 'False')
    expect('segment host create', made, HOST, name=failed, type='COMPUTE', control_attributes='SSH', reserved=False,
           on_maintenance=False, failover_segment_id=rack, updated_at=None)
    reserved = shell.tells('segment', 'host', 'create', spare, 'COMPUTE', 'SSH', rack, '--reserved', 'True')
    expect('segment host create', reserved, HOST, name=spare, reserved=True, on_maintenance=False)
    kept = shell.tells('segment', 'host', 'create', other, 'CONTROLLER', 'IPMI', 'rack', '--on_maintenance', 'True')
    expect('segment host create', kept, HOST, name=other, type='CONTROLLER', reserved=False, on_maintenance=True)
    shell.is_refused('Compute service with name nowhere could not be found', 'segment', 'host', 'create', 'nowhere', 'COMPUTE',
                     'SSH', 'rack')
    shell.is_refused('Host with name %s already exists' % failed, 'segment', 'host', 'create', failed, 'COMPUTE', 'SSH', 'board')
    shell.is_refused('Invalid input for field/attribute type', 'segment', 'host', 'create', failed, 'COMPUTE_HOST', 'SSH', 'rack')
    shell.is_refused('found', 'segment', 'host', 'create', failed, 'COMPUTE', 'SSH', 'nothing')

    for words, names in (
            ([], [other, spare, failed]),
            (['--sort', 'name:asc'], [failed, other, spare]),
            (['--sort', 'type,name:desc'], [other, spare, failed]),
            (['--marker', kept['uuid']], [spare, failed]),
            (['--filters', 'reserved=True'], [spare]),
            (['--filters', 'type=COMPUTE;on_maintenance=False', '--sort', 'name:asc'], [failed, spare]),
            (['--filters', 'type=COMPUTE', '--filters', 'reserved=False'], [failed])):
        expect_list('segment host list ' + ' '.join(words), shell.tells('segment', 'host', 'list', 'rack', *words), 'name', *names)
    expect_list('segment host list --limit', shell.tells('segment', 'host', 'list', 'rack', '--limit', '5'), 'name',
                other, spare, failed)
    expect_list('segment host list of an empty segment', shell.tells('segment', 'host', 'list', 'board'), 'name')
    expect('a line of segment host list', shell.tells('segment', 'host', 'list', rack)[0],
           [column for column in HOST if not column.endswith('_at')], name=other, uuid=kept['uuid'], failover_segment_id=rack)
    shell.is_refused('No failover segment with id nothing', 'segment', 'host', 'list', 'nothing')

    for name in (other, kept['uuid']):
        expect('segment host show', shell.tells('segment', 'host', 'show', 'rack', name), HOST, uuid=kept['uuid'], name=other)
    for segment, name in (('rack', 'nothing'), ('rack', NOBODY), ('nothing', other)):
        shell.is_refused('found', 'segment', 'host', 'show', segment, name)

    for option, value in (('reserved', True), ('reserved', False), ('on_maintenance', False), ('type', 'COMPUTE'),
                          ('control_attributes', 'none'), ('name', other)):
        told = shell.tells('segment', 'host', 'update', 'rack', other, '--' + option, str(value))
        expect('segment host update --' + option, told, HOST, **{option: value, 'uuid': kept['uuid']})
    shell.is_refused('Compute service with name nowhere could not be found', 'segment', 'host', 'update', 'rack', other,
                     '--name', 'nowhere')
    shell.is_refused('Host with name %s already exists' % spare, 'segment', 'host', 'update', 'rack', other, '--name', spare)
    shell.is_refused('found', 'segment', 'host', 'update', 'rack', 'nothing', '--reserved', 'True')

    printed = shell.says('segment', 'host', 'delete', 'rack', other)
    assert printed == 'Host deleted: ' + other, printed
    shell.is_refused('found', 'segment', 'host', 'delete', 'rack', other)
    shell.says('segment', 'host', 'create', other, 'COMPUTE', 'SSH', 'rack')
    return rack


def readers(site, shell):
    """Who has the role `reader` in the project of the controller may look, and nothing else; who has it anywhere else, as every
    member of a project has, may not even do that."""
    reader = shell.of(site.user('reader', 'reader'))
    expect_list('segment list of a reader', reader.tells('segment', 'list', '--sort', 'name:asc'), 'name', 'board', 'rack')
    reader.is_refused('403', 'segment', 'create', 'mine', 'auto', 'COMPUTE')
    guest = shell.of(site.user('guest', 'member', 'service'))
    guest.is_refused('403', 'segment', 'list')


# -- notifications ----------------------------------------------------------------------------------------------------------


def recovery(site, shell, rack):
    """A host dies, a person says so by the command, and looks on. -> the id of the notification"""
    failed, other, spare = site.hosts
    site.cloud.change_service(spare, status='disabled')
    guests = site.host_dies()
    when = now()
    payload = {'event': 'STOPPED', 'host_status': 'NORMAL', 'cluster_status': 'OFFLINE'}
    # otherwise it may be over before somebody has typed the next command
    site.controller.cli('pause', '--all', '--for', '10m', '--mode', 'freeze', '--reason', 'to look at what is in use')
    told = shell.tells('notification', 'create', 'COMPUTE_HOST', failed, when, json.dumps(payload))
    expect('notification create', told, NOTIFICATION, type='COMPUTE_HOST', payload=payload, generated_time=when,
           source_host_uuid=shell.tells('segment', 'host', 'show', 'rack', failed)['uuid'])
    died = told['notification_uuid']
    shell.is_refused('Notification received from host %s of type COMPUTE_HOST is duplicate' % failed,
                     'notification', 'create', 'COMPUTE_HOST', failed, when, json.dumps(payload))
    while_in_use(shell, rack, failed)
    site.controller.cli('resume', '--all')
    until(lambda: 'the recovery to end: %s' % shell.says('notification', 'show', died),
          lambda: shell.tells('notification', 'show', died)['status'] == 'finished', 180, every=2)
    ended = {server['id']: server for server in site.cloud.servers().values()}
    assert all(ended[guest]['OS-EXT-SRV-ATTR:host'] == spare and ended[guest]['status'] == 'ACTIVE' for guest in guests), ended
    return died


def while_in_use(shell, rack, failed):
    in_use = "can't be deleted as it is in-use to process notifications"
    printed = shell.says('segment', 'delete', 'rack')
    assert in_use in printed, printed    # the client takes that for a success, and only prints it
    shell.is_refused(in_use, 'segment', 'host', 'delete', 'rack', failed)
    shell.is_refused("can't be updated as it is in-use to process notifications", 'segment', 'update', rack, '--name', 'other')


def notifications(site, shell, died):
    failed, other, _ = site.hosts
    stopped = {'event': 'LIFECYCLE', 'instance_uuid': NOBODY, 'vir_domain_event': 'STOPPED_DESTROYED'}
    of_guest = shell.tells('notification', 'create', 'VM', other, now(), json.dumps(stopped))
    expect('notification create', of_guest, NOTIFICATION, type='VM', status='ignored', payload=stopped)
    back = {'event': 'STARTED', 'process_name': 'nova-compute'}
    of_process = shell.tells('notification', 'create', 'PROCESS', other, now(), json.dumps(back))
    expect('notification create', of_process, NOTIFICATION, type='PROCESS', status='finished', payload=back)
    stopped_host = '{"event": "STOPPED"}'
    for because, words in (
            ('Host with name nowhere could not be found', ('COMPUTE_HOST', 'nowhere', now(), stopped_host)),
            ('Invalid input for field/attribute', ('COMPUTE_HOST', other, 'yesterday', stopped_host)),
            ('Invalid input for field/attribute', ('COMPUTE_HOST', other, now(), '{"event": "EXPLODED"}')),
            ("'instance_uuid' is a required property", ('VM', other, now(), stopped_host)),
            ('Expecting value', ('PROCESS', other, now(), 'no JSON'))):
        shell.is_refused(because, 'notification', 'create', *words)

    ids = {died: 'host', of_guest['notification_uuid']: 'guest', of_process['notification_uuid']: 'process'}
    source = shell.tells('segment', 'host', 'show', 'rack', other)['uuid']
    for words, which in (
            ([], ['process', 'guest', 'host']),
            (['--limit', '2'], ['process', 'guest', 'host']),
            (['--marker', of_guest['notification_uuid']], ['host']),
            (['--sort', 'created_at:asc'], ['host', 'guest', 'process']),
            (['--sort', 'type:asc'], ['host', 'process', 'guest']),
            (['--filters', 'type=VM'], ['guest']),
            (['--filters', 'status=finished'], ['process', 'host']),
            (['--filters', 'source_host_uuid=' + source, '--filters', 'status=ignored'], ['guest']),
            (['--filters', 'generated-since=2016-01-01T00:00:00'], ['process', 'guest', 'host']),
            (['--filters', 'generated-since=2036-01-01T00:00:00'], [])):
        rows = shell.tells('notification', 'list', *words)
        assert [ids[row['notification_uuid']] for row in rows] == which, 'notification list %s: %s' % (words, rows)
    expect('a line of notification list', shell.tells('notification', 'list', '--filters', 'type=VM')[0],
           ('notification_uuid', 'generated_time', 'status', 'type', 'source_host_uuid', 'payload'),
           notification_uuid=of_guest['notification_uuid'], payload=stopped, source_host_uuid=source)
    shell.is_refused('Invalid value for generated-since', 'notification', 'list', '--filters', 'generated-since=x')
    shell.is_refused('found', 'notification', 'show', NOBODY)

    shown = shell.tells('notification', 'show', died)
    expect('notification show', shown, NOTIFICATION, notification_uuid=died, status='finished')
    steps = {step['name']: step['state'] for step in shown['recovery_workflow_details']}
    assert steps.get('EvacuateInstancesTask') == 'SUCCESS' and set(steps.values()) == {'SUCCESS'}, steps
    assert all(step['progress'] == 1.0 and step['progress_details'] for step in shown['recovery_workflow_details'])
    assert 'recovery_workflow_details' not in shell.tells('notification', 'show', died, '--os-ha-api-version', '1.0')


def moves(site, shell, died):
    failed, _, spare = site.hosts
    rows = shell.tells('notification', 'vmove', 'list', died)
    assert len(rows) == 2, rows
    listed = tuple(column for column in MOVE if column not in ('created_at', 'updated_at', 'message'))
    for row in rows:
        expect('a line of notification vmove list', row, listed, source_host=failed, dest_host=spare, type='evacuation',
               status='succeeded')
    first, last = rows
    for words, which in (
            (['--limit', '1'], rows), (['--marker', first['uuid']], [last]), (['--sort', 'created_at:asc'], None),
            (['--filters', 'status=succeeded'], rows), (['--filters', 'status=failed'], []),
            (['--filters', 'type=evacuation;status=succeeded'], rows)):
        told = shell.tells('notification', 'vmove', 'list', died, *words)
        assert which is None or told == which, 'notification vmove list %s: %s' % (words, told)
    shown = shell.tells('notification', 'vmove', 'show', died, first['uuid'])
    expect('notification vmove show', shown, MOVE, **first)
    server = site.cloud.servers()[shown['server_id']]
    assert shown['server_name'] == server['name'] and shown['start_time'] <= shown['end_time'], shown
    shell.is_refused('found', 'notification', 'vmove', 'show', died, NOBODY)
    shell.is_refused('found', 'notification', 'vmove', 'list', NOBODY)
    of_guest = shell.tells('notification', 'list', '--filters', 'type=VM')[0]['notification_uuid']
    shell.is_refused('This notification %s without vm moves' % of_guest, 'notification', 'vmove', 'list', of_guest)


def endings(site, shell, rack):
    """Several at once, by name and by id; one that is not there is named, and the others are deleted."""
    for host in site.hosts:
        shell.says('segment', 'host', 'delete', rack, host)
    printed = shell.says('segment', 'delete', 'board', 'nothing', rack)
    assert 'Segment deleted: board' in printed and 'Segment deleted: ' + rack in printed, printed
    assert 'No failover segment with id nothing' in printed or 'nothing' in printed.split('Segment deleted: board')[1], printed
    expect_list('segment list in the end', shell.tells('segment', 'list'), 'name')
