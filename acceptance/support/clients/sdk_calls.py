# SPDX-License-Identifier: Apache-2.0
"""Run by sdk.py with the Python of the Debian whose openstacksdk it is about, and with nothing else of ours: PART FACTS, and what it
tells is its last line."""
import json
import sys

import openstack
from openstack import exceptions
from openstack.instance_ha.v1.segment import Segment
from openstack.version import __version__

NOBODY = '3f8d7a2e-1111-4222-8333-444455556666'


def expect(what, told, wanted):
    if told != wanted:
        raise SystemExit('%s: %r, and should be %r' % (what, told, wanted))


def names(found):
    return [one.name for one in found]


def is_refused(kind, call, *arguments, **named):
    """-> its words"""
    try:
        call(*arguments, **named)
    except kind as refusal:
        return str(refusal)
    raise SystemExit('%s%r %r was not refused' % (call.__name__, arguments, named))


def segments_and_hosts(failed, other, spare):
    ha = openstack.connect().instance_ha
    expect('no segments', list(ha.segments()), [])
    rack = ha.create_segment(name='rack', recovery_method='reserved_host', service_type='COMPUTE', description='words')
    shelf = ha.create_segment(name='shelf', recovery_method='auto', service_type='b', is_enabled=False)
    expect('created', (rack.name, rack.recovery_method, rack.service_type, rack.description, rack.is_enabled),
           ('rack', 'reserved_host', 'COMPUTE', 'words', True))
    expect('created', shelf.is_enabled, False)
    is_refused(exceptions.ConflictException, ha.create_segment, name='rack', recovery_method='auto', service_type='b')
    is_refused(exceptions.BadRequestException, ha.create_segment, name='x', recovery_method='magic', service_type='b')
    is_refused(exceptions.BadRequestException, ha.create_segment, recovery_method='auto', service_type='b')
    for number in range(4):
        ha.create_segment(name='more-%d' % number, recovery_method='auto_priority', service_type='c')
    everybody = ['more-3', 'more-2', 'more-1', 'more-0', 'shelf', 'rack']
    for limit in (1, 2, 4, 6, 100):
        expect('pages of %d' % limit, names(ha.segments(limit=limit)), everybody)
    for marker in (shelf.uuid, shelf.id):
        expect('from a marker on', names(ha.segments(marker=marker)), ['rack'])
    expect('from an empty marker on', names(ha.segments(marker='', limit=100)), everybody)    # as the dashboard asks
    for query, found in (
            ({'recovery_method': 'auto'}, ['shelf']), ({'service_type': 'COMPUTE'}, ['rack']),
            ({'is_enabled': False}, ['shelf']), ({'is_enabled': True, 'sort_key': 'name', 'sort_dir': 'asc'},
                                                 ['more-0', 'more-1', 'more-2', 'more-3', 'rack']),
            ({'sort_key': ['recovery_method', 'name'], 'sort_dir': ['asc', 'asc'], 'limit': 2},
             ['shelf', 'more-0', 'more-1', 'more-2', 'more-3', 'rack'])):
        expect('segments(%r)' % query, names(ha.segments(**query)), found)
    expect('by its name', Segment.find(ha, 'shelf').uuid, shelf.uuid)
    expect('by a name that nobody has', Segment.find(ha, 'nothing', ignore_missing=True), None)
    # an object stands for itself, and then it is its number that is asked for
    for which in (rack.uuid, rack):
        expect('get_segment', ha.get_segment(which).name, 'rack')
    is_refused(exceptions.ResourceNotFound, ha.get_segment, NOBODY)
    for which, change in ((rack.uuid, {'description': 'other'}), (rack.uuid, {'recovery_method': 'auto'}),
                          (rack.uuid, {'recovery_method': 'reserved_host'}), (rack, {'service_type': 'd'}),
                          (shelf, {'is_enabled': True, 'name': 'board'})):
        told = ha.update_segment(which, **change).to_dict()
        expect('update_segment(%r)' % change, {name: told[name] for name in change}, change)
    is_refused(exceptions.ConflictException, ha.update_segment, rack.uuid, name='board')
    is_refused(exceptions.ResourceNotFound, ha.update_segment, NOBODY, name='x')
    for number in range(4):
        found = [one for one in ha.segments() if one.name == 'more-%d' % number]
        ha.delete_segment(found[0] if number % 2 else found[0].uuid, ignore_missing=False)
    ha.delete_segment(shelf.uuid)
    ha.delete_segment(shelf.uuid)
    is_refused(exceptions.ResourceNotFound, ha.delete_segment, shelf.uuid, ignore_missing=False)
    expect('what is left', names(ha.segments()), ['rack'])

    hosts = {}
    for name, about in ((failed, {}), (spare, {'reserved': True}), (other, {'on_maintenance': 'True', 'reserved': 'False'})):
        hosts[name] = ha.create_host(rack.uuid, name=name, type='COMPUTE', control_attributes='SSH', **about)
    expect('created', [(one.name, one.reserved, one.on_maintenance, one.failover_segment_id) for one in hosts.values()], [
        (failed, False, False, rack.uuid), (spare, True, False, rack.uuid), (other, False, True, rack.uuid)])
    is_refused(exceptions.ConflictException, ha.create_host, rack.uuid, name=failed, type='COMPUTE', control_attributes='SSH')
    words = is_refused(exceptions.BadRequestException, ha.create_host, rack.uuid, name='nowhere', type='COMPUTE',
                       control_attributes='SSH')
    expect('its words', 'Compute service with name nowhere could not be found.' in words, True)
    is_refused(exceptions.HttpException, ha.create_host, NOBODY, name='x', type='COMPUTE', control_attributes='SSH')
    for query, found in (
            ({}, [other, spare, failed]), ({'limit': 100}, [other, spare, failed]),
            ({'reserved': True}, [spare]), ({'reserved': False, 'on_maintenance': False}, [failed]), ({'type': 'other'}, []),
            ({'sort_key': 'name', 'sort_dir': 'asc'}, sorted(hosts)), ({'failover_segment_id': rack.uuid}, [other, spare, failed])):
        expect('hosts(%r)' % query, names(ha.hosts(rack.uuid, **query)), found)
    expect('get_host', ha.get_host(hosts[other].uuid, rack.uuid).name, other)
    is_refused(exceptions.ResourceNotFound, ha.get_host, NOBODY, rack.uuid)
    for change in ({'reserved': True}, {'reserved': False}, {'on_maintenance': False}, {'type': 'abc'}, {'control_attributes': 'd'},
                   {'name': other, 'type': 'COMPUTE'}):
        told = ha.update_host(hosts[other].uuid, rack.uuid, **change).to_dict()
        expect('update_host(%r)' % change, {name: told[name] for name in change}, change)
    is_refused(exceptions.ConflictException, ha.update_host, hosts[other].uuid, rack.uuid, name=spare)
    ha.delete_host(hosts[other].uuid, rack.uuid, ignore_missing=False)
    ha.delete_host(hosts[other].uuid, rack.uuid)
    is_refused(exceptions.ResourceNotFound, ha.delete_host, hosts[other].uuid, rack.uuid, ignore_missing=False)
    ha.create_host(rack.uuid, name=other, type='COMPUTE', control_attributes='SSH')
    return {'version': __version__}


def report(host, other, when):
    ha = openstack.connect().instance_ha
    payload = {'event': 'STOPPED', 'host_status': 'NORMAL', 'cluster_status': 'OFFLINE'}
    died = ha.create_notification(type='COMPUTE_HOST', hostname=host, generated_time=when, payload=payload)
    expect('created', (died.type, died.payload, died.generated_time), ('COMPUTE_HOST', payload, when))
    words = is_refused(exceptions.ConflictException, ha.create_notification, type='COMPUTE_HOST', hostname=host,
                       generated_time=when, payload=payload)
    expect('its words', 'is duplicate' in words, True)
    words = is_refused(exceptions.BadRequestException, ha.create_notification, type='COMPUTE_HOST', hostname='nowhere',
                       generated_time=when, payload=payload)
    expect('its words', 'Host with name nowhere could not be found.' in words, True)
    stopped = {'event': 'LIFECYCLE', 'instance_uuid': NOBODY, 'vir_domain_event': 'STOPPED_DESTROYED'}
    expect('of a guest', ha.create_notification(type='VM', hostname=other, generated_time=when, payload=stopped).status, 'ignored')
    back = {'event': 'STARTED', 'process_name': 'nova-compute'}
    expect('of a process', ha.create_notification(type='PROCESS', hostname=other, generated_time=when, payload=back).status,
           'finished')
    return {'notification': died.notification_uuid}


def notifications_and_moves(died, guests, source, destination):
    ha = openstack.connect(ha_api_version='1.1').instance_ha
    shown = ha.get_notification(died)
    expect('get_notification', (shown.notification_uuid, shown.status), (died, 'finished'))
    steps = {step.name: (step.state, step.progress) for step in shown.recovery_workflow_details}
    expect('its steps', set(steps.values()), {('SUCCESS', 1.0)})
    expect('its step', 'EvacuateInstancesTask' in steps, True)
    expect('the story of each', all(step.progress_details and step.progress_details[0].message
                                    for step in shown.recovery_workflow_details), True)
    plain = openstack.connect().instance_ha
    # which has learnt of 1.1 meanwhile from nobody, and asks for what there was at first
    expect('without a version', plain.get_notification(died).recovery_workflow_details, None)
    is_refused(exceptions.ResourceNotFound, plain.get_notification, NOBODY)
    everything = [one.notification_uuid for one in plain.notifications()]
    expect('how many', len(everything), 3)
    for limit in (1, 2, 3, 100):
        expect('pages of %d' % limit, [one.notification_uuid for one in plain.notifications(limit=limit)], everything)
    for query, types in (
            ({'type': 'VM'}, ['VM']), ({'status': 'finished', 'sort_key': 'type', 'sort_dir': 'asc'}, ['COMPUTE_HOST', 'PROCESS']),
            ({'source_host_uuid': shown.source_host_uuid}, ['COMPUTE_HOST']), ({'generated_since': '2036-01-01'}, []),
            ({'generated_since': '2016-01-01T00:00:00', 'type': 'PROCESS'}, ['PROCESS'])):
        expect('notifications(%r)' % query, [one.type for one in plain.notifications(**query)], types)
    return {'moves': moves(died, guests, source, destination)}


def moves(died, guests, source, destination):
    """-> how many; None, if this openstacksdk does not know them"""
    ha = openstack.connect(ha_api_version='1.3').instance_ha
    if not hasattr(ha, 'vmoves'):
        return None
    found = list(ha.vmoves(died))
    expect('vmoves', sorted(one.server_id for one in found), sorted(guests))
    for one in found:
        expect('a vmove', (one.source_host, one.dest_host, one.type, one.status), (source, destination, 'evacuation', 'succeeded'))
        expect('get_vmove', ha.get_vmove(one.uuid, died).server_name, one.server_name)
    for query, number in (({'status': 'succeeded'}, 2), ({'status': 'failed'}, 0), ({'type': 'evacuation', 'limit': 1}, 2),
                          ({'limit': 100, 'sort_key': 'created_at', 'sort_dir': 'asc'}, 2)):
        expect('vmoves(%r)' % query, len(list(ha.vmoves(died, **query))), number)
    is_refused(exceptions.ResourceNotFound, ha.get_vmove, NOBODY, died)
    return len(found)


def deletions(segment):
    ha = openstack.connect().instance_ha
    found = Segment.find(ha, segment)
    for host in list(ha.hosts(found.uuid)):
        ha.delete_host(host.uuid, found.uuid, ignore_missing=False)
    ha.delete_segment(found.uuid, ignore_missing=False)
    return {}


if __name__ == '__main__':
    print(json.dumps(globals()[sys.argv[1]](**json.loads(sys.argv[2]))))
