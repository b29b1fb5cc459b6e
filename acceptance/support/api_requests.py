# SPDX-License-Identifier: Apache-2.0
"""What is asked of two services that speak Masakari's API, in this order: what clients ask, what they ask wrongly, and what nobody
should ask. {names} in paths and bodies stand for what each service has called the thing itself."""
import dataclasses

A_UUID = '3f8d7a2e-1111-4222-8333-444455556666'
A_PROJECT = '63b04ccb75b9446da16155645a1005d1'


@dataclasses.dataclass(frozen=True)
class Request:
    """body: an object, or a text that is sent as it is. keep: by the name under which it is remembered, the way to a value in the
    answer. token: False to send none, a text to send that one."""
    name: str
    method: str
    path: str
    body: object = None
    headers: dict = dataclasses.field(default_factory=dict)
    keep: dict = dataclasses.field(default_factory=dict)
    token: object = True


def version(number):
    return {'OpenStack-API-Version': 'instance-ha ' + number}


def segment(**fields):
    return {'segment': {'name': 'compared', 'recovery_method': 'auto', 'service_type': 'COMPUTE', **fields}}


def host(**fields):
    return {'host': {'name': '{compute1}', 'type': 'COMPUTE', 'control_attributes': 'SSH', **fields}}


def without(body, field):
    (key, inner), = body.items()
    return {key: {name: value for name, value in inner.items() if name != field}}


def notification(payload=None, **fields):
    return {'notification': {'type': 'COMPUTE_HOST', 'hostname': '{compute1}', 'generated_time': '2026-11-02T08:00:00',
                             'payload': payload if payload is not None else {'event': 'STARTED', 'cluster_status': 'ONLINE'},
                             **fields}}


def about_guest(**payload):
    return notification({'instance_uuid': A_UUID, 'vir_domain_event': 'STOPPED_DESTROYED', 'event': 'LIFECYCLE', **payload},
                        type='VM')


def about_process(**payload):
    return notification({'process_name': 'nova-compute', 'event': 'STARTED', **payload}, type='PROCESS')


def versions():
    yield Request('versions', 'GET', '/', token=False)
    yield Request('versions with a token', 'GET', '/')
    yield Request('versions by POST', 'POST', '/', {})
    yield Request('version 1', 'GET', '/v1')
    yield Request('version 1 with a slash', 'GET', '/v1/')
    yield Request('version 1 without a token', 'GET', '/v1/', token=False)
    yield Request('version 2', 'GET', '/v2/segments')
    yield Request('no version', 'GET', '/segments')
    yield Request('an unknown resource', 'GET', '/v1/nothing')
    yield Request('an unknown resource below a known one', 'GET', '/v1/segments/{segment}/nothing')
    yield Request('HEAD', 'HEAD', '/v1/segments')
    yield Request('HEAD of one', 'HEAD', '/v1/segments/{segment}')
    yield Request('HEAD of the versions', 'HEAD', '/')
    yield Request('OPTIONS', 'OPTIONS', '/v1/segments')
    yield Request('a format in the path', 'GET', '/v1/segments/{segment}.json')
    yield Request('PATCH', 'PATCH', '/v1/segments/{segment}', segment())
    yield Request('DELETE of all', 'DELETE', '/v1/segments')
    yield Request('PUT of all', 'PUT', '/v1/segments', segment())
    yield Request('POST of one', 'POST', '/v1/segments/{segment}', segment())
    yield Request('no token', 'GET', '/v1/segments', token=False)
    yield Request('a wrong token', 'GET', '/v1/segments', token='forged')
    yield Request('POST without a token', 'POST', '/v1/notifications', {}, token=False)


def microversions():
    for text in ('instance-ha 1.0', 'instance-ha 1.1', 'instance-ha 1.2', 'instance-ha 1.3', 'instance-ha latest',
                 'instance-ha 1.4', 'instance-ha 1.9', 'instance-ha 0.9', 'instance-ha 2.0', 'instance-ha 1', 'instance-ha abc',
                 'instance-ha 1.02', 'instance-ha 1.2.3', 'instance-ha -1.0', 'instance-ha', 'instance-ha 1.1 1.2', 'INSTANCE-HA 1.2',
                 'masakari 1.2', '1.2', '', 'compute 2.1', 'compute 2.1, instance-ha 1.2', 'instance-ha 1.2,compute 9.9',
                 'instance-ha 1.1, instance-ha 1.2', 'instance-ha 1.' + '9' * 40):
        yield Request('version header "%s"' % text[:40], 'GET', '/v1/segments', headers={'OpenStack-API-Version': text})
    for number in ('1.9', 'abc', '1.2'):
        yield Request('version 1 at ' + number, 'GET', '/v1/', headers=version(number))
        yield Request('versions at ' + number, 'GET', '/', headers=version(number))
        yield Request('an unknown segment at ' + number, 'GET', '/v1/segments/' + A_UUID, headers=version(number))
        yield Request('an unknown resource at ' + number, 'GET', '/v1/nothing', headers=version(number))


def segments():
    yield Request('first segment', 'POST', '/v1/segments', segment(), keep={
        'segment': 'segment.uuid', 'segment_number': 'segment.id'})
    yield Request('second segment', 'POST', '/v1/segments', segment(
        name='second', recovery_method='reserved_host', description='words', service_type='b'), keep={
            'second': 'segment.uuid', 'second_number': 'segment.id'})
    yield Request('third segment, disabled', 'POST', '/v1/segments', segment(
        name='third', recovery_method='rh_priority', enabled=False, description=None), version('1.2'), keep={
            'third': 'segment.uuid', 'third_number': 'segment.id'})
    yield Request('a taken name', 'POST', '/v1/segments', segment())
    yield Request('enabled at 1.0', 'POST', '/v1/segments', segment(name='x', enabled=True))
    yield Request('enabled at 1.1', 'POST', '/v1/segments', segment(name='x', enabled=True), version('1.1'))
    for value in ('True', 'true', 'no', '1', 'maybe', '', 1, 0, 7, None, [], {}):
        yield Request('enabled is %r' % (value,), 'PUT', '/v1/segments/{segment}', {'segment': {'enabled': value}},
                      version('1.2'))
    yield Request('enabled again', 'PUT', '/v1/segments/{segment}', {'segment': {'enabled': True}}, version('1.2'))
    for field in ('name', 'recovery_method', 'service_type'):
        yield Request('segment without ' + field, 'POST', '/v1/segments', without(segment(name='x'), field))
        yield Request('segment with %s null' % field, 'POST', '/v1/segments', segment(**{'name': 'x', field: None}))
        yield Request('segment with %s 7' % field, 'POST', '/v1/segments', segment(**{'name': 'x', field: 7}))
    scratch = '/v1/segments/{scratch}'
    yield Request('a segment to play with', 'POST', '/v1/segments', segment(name='scratch'), keep={'scratch': 'segment.uuid'})
    yield Request('a segment to play with, changed', 'PUT', scratch, {'segment': {'service_type': 'scratch'}})
    for field in ('name', 'service_type'):
        for what, value in (('empty', ''), ('a blank', ' '), ('blank first', ' x'), ('blank last', 'x '),
                            ('256 letters', 'x' * 256), ('a line feed', 'a\nb'), ('a line feed last', 'ab\n'), ('a bell', 'a\x07'),
                            ('an emoji', 'a\U0001f600'), ('a zero-width space', 'a\u200bb'), ('a no-break space last', 'a\u00a0'), ('a private-use character', 'a\ue000'),
                            ('a list', ['x']), ('an object', {}), ('true', True)):
            yield Request('%s is %s' % (field, what), 'PUT', scratch, {'segment': {field: value}})
        yield Request('a segment to play with, its ' + field, 'PUT', scratch, {'segment': {field: 'scratch'}})
    for what, value in (('255 letters', 'x' * 255), ('inner blanks', 'a b  c'), ('beyond ASCII', 'Grün–日本'),
                        ('quotes', '\'"; DROP TABLE x; --'), ('angles', '<b>&amp;%s{0}')):
        yield Request('name of ' + what, 'PUT', scratch, {'segment': {'name': value}})
    for what, value in (('unknown', 'magic'), ('in capitals', 'AUTO'), ('a list', ['auto'])):
        yield Request('method is ' + what, 'POST', '/v1/segments', segment(name='x', recovery_method=value))
    for what, value in (('a number', 7), ('an object', {}), ('too long', 'x' * 65536)):
        yield Request('description is ' + what, 'PUT', scratch, {'segment': {'description': value}})
    yield Request('a segment to play with, deleted', 'DELETE', scratch)
    for what, value in (('empty', ''), ('of lines', 'a\nb'), ('of tabs', 'a\tb'), ('null', None)):
        yield Request('description is ' + what, 'PUT', '/v1/segments/{segment}', {'segment': {'description': value}})
    yield Request('segment with more', 'POST', '/v1/segments', segment(name='x', colour='red'))
    yield Request('segment with its id', 'POST', '/v1/segments', segment(name='x', uuid=A_UUID, id=1))
    yield Request('segment beside more', 'POST', '/v1/segments', dict(segment(name='x'), more=1))
    yield from bodies('segment', '/v1/segments', segment(name='x'), keep={'passing': 'segment.uuid'})
    yield Request('segment as text, deleted', 'DELETE', '/v1/segments/{passing}')
    yield Request('segment', 'GET', '/v1/segments/{segment}')
    yield Request('segment at 1.2', 'GET', '/v1/segments/{segment}', headers=version('1.2'))
    yield Request('segment with a slash', 'GET', '/v1/segments/{segment}/')
    yield Request('segment with a project', 'GET', '/v1/%s/segments/{segment}' % A_PROJECT)
    yield Request('segments with a project', 'GET', '/v1/%s/segments' % A_PROJECT)
    yield Request('segment with the own project', 'GET', '/v1/{project}/segments/{segment}')
    yield Request('segments with the own project', 'GET', '/v1/{project}/segments')
    yield Request('segments with what is no project', 'GET', '/v1/abc/segments')
    yield Request('segment by number', 'GET', '/v1/segments/{segment_number}')
    yield Request('segment by name', 'GET', '/v1/segments/compared')
    yield Request('segment in capitals', 'GET', '/v1/segments/' + A_UUID.upper())
    yield Request('no such segment', 'GET', '/v1/segments/' + A_UUID)
    yield Request('no such segment, changed', 'PUT', '/v1/segments/' + A_UUID, {'segment': {'name': 'x'}})
    yield Request('no such segment, deleted', 'DELETE', '/v1/segments/' + A_UUID)
    yield Request('no such segment, changed wrongly', 'PUT', '/v1/segments/' + A_UUID, {'segment': {'colour': 'x'}})
    yield Request('segment changed', 'PUT', '/v1/segments/{second}', {'segment': {
        'name': 'second b', 'recovery_method': 'auto_priority', 'service_type': 'c', 'description': 'other words'}})
    yield Request('segment changed to what it is', 'PUT', '/v1/segments/{second}', {'segment': {'name': 'second b'}})
    yield Request('segment changed, nothing', 'PUT', '/v1/segments/{second}', {'segment': {}})
    yield Request('segment changed, a taken name', 'PUT', '/v1/segments/{second}', {'segment': {'name': 'compared'}})
    yield Request('segment changed, unknown field', 'PUT', '/v1/segments/{second}', {'segment': {'id': 1}})
    yield Request('segment changed, enabled at 1.0', 'PUT', '/v1/segments/{second}', {'segment': {'enabled': False}})
    yield from lists('/v1/segments', 'segment', ('name', 'recovery_method', 'service_type', 'enabled', 'description',
                                                 'created_at', 'updated_at', 'id', 'deleted', 'deleted_at'))
    for query in ('recovery_method=auto', 'recovery_method=magic', 'recovery_method=AUTO', 'recovery_method=',
                  'service_type=COMPUTE', 'service_type=compute', 'enabled=True', 'enabled=False', 'enabled=1', 'enabled=0',
                  'enabled=maybe', 'enabled=', 'name=second', 'colour=red', 'recovery_method=auto&recovery_method=rh_priority',
                  'recovery_method=auto&service_type=b', 'description=words', 'uuid={segment}'):
        yield Request('segments ?' + query, 'GET', '/v1/segments?' + query)


def bodies(key, path, good, keep):
    """What can be wrong with any body. keep: of the one that is right, if it has not been sent before"""
    yield Request(key + ' of nothing', 'POST', path)
    yield Request(key + ' of an empty object', 'POST', path, {})
    yield Request(key + ' of a list', 'POST', path, [])
    yield Request(key + ' of a text', 'POST', path, '"text"')
    yield Request(key + ' of null', 'POST', path, 'null')
    yield Request(key + ' of no JSON', 'POST', path, '{"%s"' % key)
    yield Request(key + ' of null inside', 'POST', path, {key: None})
    yield Request(key + ' of a list inside', 'POST', path, {key: []})
    yield Request(key + ' of a text inside', 'POST', path, {key: 'text'})
    yield Request(key + ' of an empty object inside', 'POST', path, {key: {}})
    yield Request(key + ' under another name', 'POST', path, {'other': good[key]})
    yield Request(key + ' as text', 'POST', path, good, {'Content-Type': 'text/plain'}, keep)
    for what in ('application/xml', 'application/x-www-form-urlencoded', 'application/octet-stream', 'nonsense'):
        yield Request('%s as %s' % (key, what), 'POST', path, good, {'Content-Type': what})


def lists(path, key, sort_keys):
    """Order and pages of any list. By UUIDs, which are drawn, no two services can have the same order."""
    yield Request('list of ' + path, 'GET', path)
    yield Request('list with a slash of ' + path, 'GET', path + '/')
    for sort_key in sort_keys + ('colour', '', 'id;', 'uuid--'):
        yield Request('%s by "%s"' % (path, sort_key), 'GET', '%s?sort_key=%s&sort_dir=asc' % (path, sort_key))
    for query in ('sort_dir=asc', 'sort_dir=desc', 'sort_dir=up', 'sort_key=id', 'sort_key=id&sort_dir=up', 'sort_key=id&sort_dir=ASC',
                  'sort_key=created_at&sort_key=id&sort_dir=asc&sort_dir=asc', 'sort_key=id&sort_dir=asc&sort_dir=asc',
                  'limit=1', 'limit=2', 'limit=0', 'limit=-1', 'limit=x', 'limit=', 'limit=1.5', 'limit=100000',
                  'limit=99999999999999999999', 'limit=1&limit=2', 'limit=%2B1', 'limit=%201',
                  'marker=', 'limit=1&marker=', 'marker=x', 'marker=' + A_UUID, 'marker=999999', 'marker=-1', 'marker=0',
                  'marker={%s_number}' % key, 'marker={%s}' % key, 'limit=1&sort_key=id&sort_dir=asc&marker={%s_number}' % key,
                  'sort_key=id&sort_dir=asc&marker={%s_number}' % key):
        yield Request('%s ?%s' % (path, query), 'GET', '%s?%s' % (path, query))


def hosts():
    path = '/v1/segments/{segment}/hosts'
    yield Request('first host', 'POST', path, host(), keep={'host': 'host.uuid', 'host_number': 'host.id'})
    yield Request('second host', 'POST', path, host(name='{compute2}', reserved='True', on_maintenance='False'),
                  keep={'host2': 'host.uuid'})
    yield Request('third host', 'POST', path, host(name='{compute3}', reserved=False, on_maintenance=True,
                                                   type='CONTROLLER', control_attributes='IPMI'), keep={'host3': 'host.uuid'})
    yield Request('a taken host', 'POST', path, host())
    yield Request('a taken host in another segment', 'POST', '/v1/segments/{second}/hosts', host())
    yield Request('a host that Nova does not have', 'POST', path, host(name='nowhere'))
    yield Request('a host in no segment', 'POST', '/v1/segments/%s/hosts' % A_UUID, host(name='{compute4}'))
    for field in ('name', 'type', 'control_attributes'):
        yield Request('host without ' + field, 'POST', path, without(host(name='{compute4}'), field))
        for what, value in (('null', None), ('7', 7), ('empty', ''), ('256 letters', 'x' * 256), ('blank first', ' x'), ('a blank', ' '),
                            ('a line feed', 'a\nb'), ('a line feed last', 'ab\n'), ('a list', ['x'])):
            yield Request('host with %s %s' % (field, what), 'PUT', path + '/{host}', {'host': {field: value}})
        yield Request('host with its former ' + field, 'PUT', path + '/{host}', {'host': {field: host()['host'][field]}})
    yield Request('type with an underscore', 'POST', path, host(name='{compute4}', type='COMPUTE_HOST'))
    yield Request('type beyond ASCII', 'POST', path, host(name='{compute4}', type='grün'))
    for field in ('reserved', 'on_maintenance'):
        for value in ('True', 'FALSE', 'yes', 'off', 't', 'Y', '1', '0', ' true', 'maybe', '', 1, 0, 2, None, [], 0.0):
            yield Request('%s is %r' % (field, value), 'PUT', path + '/{host}', {'host': {field: value}})
        yield Request(field + ' again', 'PUT', path + '/{host}', {'host': {field: False}})
    yield Request('restored', 'PUT', path + '/{host}', {'host': {'type': 'COMPUTE', 'control_attributes': 'SSH',
                                                                'reserved': False, 'on_maintenance': False}})
    yield Request('host with more', 'POST', path, host(name='{compute4}', colour='red'))
    yield Request('host beside more', 'POST', path, dict(host(name='{compute4}'), more=1))
    yield Request('host with its segment', 'POST', path, host(name='{compute4}', failover_segment_id=A_UUID))
    yield from bodies('host', path, host(name='{compute4}'), keep={'passing': 'host.uuid'})
    yield Request('host as text, deleted', 'DELETE', path + '/{passing}')
    yield Request('host', 'GET', path + '/{host}')
    yield Request('host with a slash', 'GET', path + '/{host}/')
    yield Request('host by number', 'GET', path + '/{host_number}')
    yield Request('host by name', 'GET', path + '/{compute1}')
    yield Request('host of another segment', 'GET', '/v1/segments/{second}/hosts/{host}')
    yield Request('host of another segment, changed', 'PUT', '/v1/segments/{second}/hosts/{host}', {'host': {'reserved': True}})
    yield Request('host of another segment, deleted', 'DELETE', '/v1/segments/{second}/hosts/{host}')
    yield Request('host of no segment', 'GET', '/v1/segments/%s/hosts/{host}' % A_UUID)
    yield Request('no such host', 'GET', path + '/' + A_UUID)
    yield Request('no such host, changed', 'PUT', path + '/' + A_UUID, {'host': {'reserved': True}})
    yield Request('no such host, deleted', 'DELETE', path + '/' + A_UUID)
    yield Request('host changed', 'PUT', path + '/{host}', {'host': {'name': '{compute1}', 'type': 'abc', 'control_attributes': 'd'}})
    yield Request('host changed back', 'PUT', path + '/{host}', {'host': {'type': 'COMPUTE', 'control_attributes': 'SSH'}})
    yield Request('host renamed to one that Nova does not have', 'PUT', path + '/{host}', {'host': {'name': 'nowhere'}})
    yield Request('host renamed to a taken name', 'PUT', path + '/{host}', {'host': {'name': '{compute2}'}})
    yield Request('host changed, nothing', 'PUT', path + '/{host}', {'host': {}})
    yield Request('host changed, unknown field', 'PUT', path + '/{host}', {'host': {'failover_segment_id': A_UUID}})
    yield Request('host by PATCH', 'PATCH', path + '/{host}', {'host': {'reserved': True}})
    yield from lists(path, 'host', ('name', 'type', 'control_attributes', 'reserved', 'on_maintenance', 'created_at',
                                    'updated_at', 'id', 'failover_segment_id', 'deleted'))
    for query in ('type=COMPUTE', 'type=compute', 'type=', 'reserved=True', 'reserved=false', 'reserved=1', 'reserved=maybe', 'reserved=',
                  'on_maintenance=True', 'on_maintenance=False', 'on_maintenance=maybe', 'name={compute1}', 'name=nowhere',
                  'control_attributes=IPMI', 'failover_segment_id=x', 'reserved=False&on_maintenance=False', 'colour=red'):
        yield Request('hosts ?' + query, 'GET', path + '?' + query)
    yield Request('hosts of no segment', 'GET', '/v1/segments/%s/hosts' % A_UUID)
    yield Request('hosts of an empty segment', 'GET', '/v1/segments/{second}/hosts')
    yield Request('segment by hosts at 1.2', 'GET', path, headers=version('1.2'))


def reports():
    path = '/v1/notifications'
    # None of these leads to a recovery: the two would differ in what they have come to.
    yield Request('a host is back', 'POST', path, notification(), keep={
        'notification': 'notification.notification_uuid', 'notification_number': 'notification.id'})
    yield Request('a guest was stopped', 'POST', path, about_guest(), keep={'of_guest': 'notification.notification_uuid'})
    yield Request('a process is back', 'POST', path, about_process(), keep={'of_process': 'notification.notification_uuid'})
    yield Request('a host is back, once more', 'POST', path, notification())
    yield Request('a host on maintenance', 'POST', path, notification(hostname='{compute3}'))
    yield Request('an unknown host', 'POST', path, notification(hostname='nowhere'))
    # Masakari takes what is said to be older than the last such report for a copy of it, so each is newer than those before.
    for what, value in (('with an offset', '2026-11-03T10:00:00.123456+02:00'), ('with a blank', '2026-11-04 08:00:00'),
                        ('of a Z', '2026-11-05T08:00:00Z'), ('with microseconds', '2026-11-06T08:00:00.123456'),
                        ('with a blank and an offset', '2026-11-07 08:00:00+00:00'), ('of minutes', '2026-11-08T08:00'),
                        ('of a day', '2026-11-09'), ('in another form', '20261110T080000Z'),
                        ('of nanoseconds', '2026-11-11T08:00:00.123456789'), ('of a short offset', '2026-11-12T08:00:00-0230')):
        yield Request('a time ' + what, 'POST', path, notification(generated_time=value), keep={
            'report ' + what: 'notification.notification_uuid'})
    for what, value in (('in words', 'yesterday'), ('of nothing', ''), ('of a number', 7), ('of null', None),
                        ('that does not exist', '2026-02-30T08:00:00'), ('of a week', '2026-W46-1T08:00:00'),
                        ('of a blank last', '2026-11-13T08:00:00 '),
                        ('of an hour 25', '2026-11-13T25:00:00')):
        yield Request('a time ' + what, 'POST', path, notification(generated_time=value))
    for field in ('type', 'hostname', 'generated_time', 'payload'):
        yield Request('report without ' + field, 'POST', path, without(notification(), field))
        yield Request('report with %s null' % field, 'POST', path, notification(**{field: None}) if field != 'payload'
                      else {'notification': dict(notification()['notification'], payload=None)})
        yield Request('report with %s 7' % field, 'POST', path, {'notification': dict(notification()['notification'], **{field: 7})})
    for what, value in (('empty', ''), ('of a blank', 'a b'), ('of 256 letters', 'x' * 256), ('of a slash', 'a/b'),
                        ('of a line feed last', 'compute1\n')):
        yield Request('host name ' + what, 'POST', path, notification(hostname=value))
    yield Request('an unknown type', 'POST', path, notification(type='HOST'))
    yield Request('a type in small letters', 'POST', path, notification(type='vm'))
    for what, payload in (
            ('empty', {}), ('a list', []), ('a text', 'x'), ('without an event', {'cluster_status': 'ONLINE'}),
            ('an unknown event', {'event': 'EXPLODED'}), ('a small event', {'event': 'started'}),
            ('an event of 7', {'event': 7}), ('an event of null', {'event': None}),
            ('unknown host_status', {'event': 'STARTED', 'host_status': 'FINE'}),
            ('unknown cluster_status', {'event': 'STARTED', 'cluster_status': 'FINE'}),
            ('null host_status', {'event': 'STARTED', 'host_status': None}),
            ('more', {'event': 'STARTED', 'mood': 'bad'}), ('more that is no text', {'event': 'STARTED', 'mood': {'a': 1}}),
            ('too much', {'event': 'STARTED', 'mood': 'x' * 256})):
        yield Request('payload: ' + what, 'POST', path, {'notification': dict(notification()['notification'], payload=payload)})
    for what, payload in (('an unknown event', {'event': 'EXPLODED'}), ('no name', {'process_name': ''}),
                          ('a long name', {'process_name': 'x' * 256}), ('a number', {'process_name': 7}), ('more', {'mood': 'bad'})):
        yield Request('process payload: ' + what, 'POST', path, about_process(**payload))
    yield Request('process payload: no name at all', 'POST', path, notification({'event': 'STARTED'}, type='PROCESS'))
    yield Request('process payload: no event', 'POST', path, notification({'process_name': 'x'}, type='PROCESS'))
    yield Request('guest payload: a uuid in capitals', 'POST', path, about_guest(instance_uuid=A_UUID.upper()), keep={
        'of_guest_in_capitals': 'notification.notification_uuid'})
    for what, payload in (('no uuid', {'instance_uuid': 'x'}), ('an empty event', {'event': ''}),
                          ('an empty domain event', {'vir_domain_event': ''}), ('a long event', {'event': 'x' * 256}),
                          ('a number', {'event': 7}), ('more', {'mood': 'bad'})):
        yield Request('guest payload: ' + what, 'POST', path, about_guest(**payload))
    yield Request('guest payload: empty', 'POST', path, notification({}, type='VM'))
    yield Request('report with more', 'POST', path, notification(colour='red'))
    yield Request('report beside more', 'POST', path, dict(notification(), more=1))
    yield from bodies('notification', path, notification(), keep={})


def notifications():
    path = '/v1/notifications'
    yield Request('no such notification', 'GET', path + '/' + A_UUID)
    yield Request('no such notification at 1.1', 'GET', path + '/' + A_UUID, headers=version('1.1'))
    yield Request('no such notification by a word', 'GET', path + '/x')
    yield Request('notification by number', 'GET', path + '/{notification_number}')
    yield Request('notification', 'GET', path + '/{notification}')
    yield Request('notification with a project', 'GET', '/v1/%s/notifications/{notification}' % A_PROJECT)
    yield Request('notification at 1.1', 'GET', path + '/{notification}', headers=version('1.1'))
    yield Request('notification of a guest at 1.2', 'GET', path + '/{of_guest}', headers=version('1.2'))
    yield Request('notification of a process at latest', 'GET', path + '/{of_process}', headers=version('latest'))
    yield Request('notification changed', 'PUT', path + '/{notification}', notification())
    yield Request('notification deleted', 'DELETE', path + '/{notification}')
    yield Request('notification by PATCH', 'PATCH', path + '/{notification}', notification())
    yield from lists(path, 'notification', ('generated_time', 'type', 'status', 'payload', 'message', 'created_at', 'updated_at',
                                            'id', 'uuid', 'failover_segment_uuid', 'deleted'))
    for query in ('status=finished', 'status=magic', 'status=', 'type=VM', 'type=vm', 'source_host_uuid={host}', 'source_host_uuid=x',
                  'generated-since=2026-11-05', 'generated-since=2026-11-05T08:00:00', 'generated-since=2026-11-05%2008:00:00',
                  'generated-since=2026-11-05T08:00:00Z', 'generated-since=2026-11-05T10:00:00%2B02:00', 'generated-since=x',
                  'generated-since=', 'generated-since=2027-01-01', 'hostname=x', 'type=PROCESS&source_host_uuid={host}'):
        yield Request('notifications ?' + query, 'GET', path + '?' + query)


def vmoves():
    path = '/v1/notifications/%s/vmoves'
    yield Request('moves', 'GET', path % '{notification}', headers=version('1.3'))
    yield Request('moves at 1.0', 'GET', path % '{notification}')
    yield Request('moves of a guest', 'GET', path % '{of_guest}', headers=version('1.3'))
    yield Request('moves of nothing', 'GET', path % A_UUID, headers=version('1.3'))
    yield Request('move', 'GET', path % '{notification}' + '/' + A_UUID, headers=version('1.3'))
    yield Request('move of nothing', 'GET', path % A_UUID + '/' + A_UUID, headers=version('1.3'))
    yield Request('moves by POST', 'POST', path % '{notification}', {}, headers=version('1.3'))


def extensions():
    yield Request('extensions', 'GET', '/v1/extensions')
    yield Request('extensions with a slash', 'GET', '/v1/extensions/')
    yield Request('extensions with a project', 'GET', '/v1/%s/extensions' % A_PROJECT)
    for alias in ('segments', 'os-hosts', 'notifications', 'extensions', 'versions', 'vmoves', 'hosts', 'nothing', 'SEGMENTS'):
        yield Request('extension ' + alias, 'GET', '/v1/extensions/' + alias)
    yield Request('extension made', 'POST', '/v1/extensions', {})
    yield Request('extension changed', 'PUT', '/v1/extensions/segments', {})
    yield Request('extension deleted', 'DELETE', '/v1/extensions/segments')


def endings():
    path = '/v1/segments/{segment}/hosts'
    yield Request('host deleted', 'DELETE', path + '/{host3}')
    yield Request('host deleted again', 'DELETE', path + '/{host3}')
    yield Request('a deleted host', 'GET', path + '/{host3}')
    yield Request('host made again', 'POST', path, host(name='{compute3}'), keep={'host3 again': 'host.uuid'})
    yield Request('empty segment deleted', 'DELETE', '/v1/segments/{second}')
    yield Request('segment deleted again', 'DELETE', '/v1/segments/{second}')
    yield Request('segments in the end', 'GET', '/v1/segments?sort_key=id&sort_dir=asc')
    # one of the two takes these
    yield Request('guest payload: a uuid without dashes', 'POST', '/v1/notifications', about_guest(
        instance_uuid=A_UUID.replace('-', '')))
    yield Request('a time of a line feed last', 'POST', '/v1/notifications', notification(generated_time='2026-11-13T08:00:00\n'))


def without_an_engine():
    """When what works on notifications is down, what is known of them can still be told."""
    path = '/v1/notifications'
    yield Request('notifications without an engine', 'GET', path + '?limit=1&sort_key=id&sort_dir=asc')
    yield Request('notification without an engine', 'GET', path + '/{notification}')
    yield Request('notification at 1.1 without an engine', 'GET', path + '/{notification}', headers=version('1.1'))


# those that lead to something; until both services have done with it, they are not asked what has come of it
FIRST = (segments, hosts, versions, microversions, extensions, reports)
THEN = (notifications, vmoves, endings)
