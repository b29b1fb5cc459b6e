# SPDX-License-Identifier: Apache-2.0
"""Where our answers are meant to differ from those of Debian's Masakari. The reasons are in docs/api-differences.md, each under
the heading that is named here; what is not here must not differ."""
from .api_comparison import ABSENT, Wanted
from .api_requests import A_UUID

FAULT = ('status', 'header.Content-Type', 'body', 'body.*')
OUR_LABEL = r'instance-ha 1\.[0-3]'
A_JSON_FAULT = r'\{"(itemNotFound|badMethod)": .*\}'
NO_PATH = ('an unknown resource*', 'PATCH', 'DELETE of all', 'PUT of all', 'POST of one', '* by PATCH', 'moves by POST')

WANTED = (
    # -- versions
    Wanted('The newest version', ('version*',), ('body.version.version', 'body.versions.0.version'), r'1\.3', r'1\.2'),
    Wanted('The newest version', ('*',), ('body.masakariFault.message',), r'Version .* maximum is 1\.3\.',
           r'Version .* maximum is 1\.2\.'),
    Wanted('The newest version', ('version header "instance-ha 1.3"',), ('status', 'header.*', 'body', 'body.*')),
    Wanted('What an answer is labelled with', ('*',), ('header.OpenStack-API-Version',), OUR_LABEL,
           r'masakari 1\.[0-2]|null|instance-ha .*'),
    Wanted('What an answer is labelled with', ('*',), ('header.Vary',), 'OpenStack-API-Version', 'null'),
    Wanted('What an answer is labelled with', ('*',), ('header.X-Openstack-Request-Id',), 'an id', 'null'),
    Wanted('A path in no version', ('version 2',), ('body.choices.0.links.0.href',), r'\{url\}/v1/segments'),
    # -- sign-in
    Wanted('Without a token', ('no token', 'a wrong token', 'POST without a token'),
           ('header.Content-Type', 'header.WWW-Authenticate', 'body', 'body.*')),
    Wanted('Without a token', ('version 1 without a token',), ('status', 'header.*', 'body', 'body.*')),
    # -- paths and methods
    Wanted('What is not there', NO_PATH, FAULT, '40[45]|application/json.*|absent|' + A_JSON_FAULT + r'|\{"code": .*'),
    Wanted('HEAD, OPTIONS, and POST to the root', ('HEAD*',), ('status', 'header.Content-Type'), '200|application/json'),
    Wanted('HEAD, OPTIONS, and POST to the root', ('OPTIONS', 'versions by POST'), FAULT),
    Wanted('A slash at the end', ('* with a slash', 'list with a slash of *'), FAULT),
    Wanted('No other formats', ('a format in the path',), FAULT, '404|application/json; charset=UTF-8|absent|.*No failover segment.*'),
    Wanted('The project in the path', ('* with a project', 'segments with what is no project'), FAULT),
    Wanted('Integer ids', ('segment by number', 'host by number', 'notification by number'), FAULT),
    # -- lists
    Wanted('Markers', ('* ?marker=', '* ?limit=1&marker=', '* ?marker={segment}', '* ?marker={host}', '* ?marker={notification}',
                       '* ?marker=' + A_UUID), FAULT),
    Wanted('Filters', ('segments ?enabled=*', 'segments ?name=*', 'hosts ?name=*'), FAULT),
    Wanted('Filters', ('notifications ?generated-since=*',), ('body.badRequest.message',),
           'Invalid value for generated-since: not a time: .*', 'Invalid generated-since value'),
    Wanted('Sort keys', ('* by "colour"', '* by ""', '* by "uuid--"'), ('body.badRequest.message',),
           'Sort key supplied is invalid: .*; known: .*', r"InvalidSortKey\(.*\)"),
    Wanted('Sort keys', ('/v1/notifications by "payload"',), ('body.notifications.*',)),
    Wanted('Sort keys', ('* by "id;"', '/v1/notifications by "message"', '/v1/notifications by "uuid"',
                         '/v1/notifications by "failover_segment_uuid"'), FAULT),
    # -- bodies
    Wanted('Booleans', ("enabled is 'no'",), ('body.segment.enabled',), 'false', 'true'),
    Wanted('Booleans', ('enabled is *', 'enabled again'), ('body.segment.updated_at',), 'a time', 'null'),
    Wanted('A line feed at the end', ('* a line feed last', '* of a line feed last'), FAULT,
           '400|application/json; charset=UTF-8|absent|.*(An invalid|does not match|is not a \'date-time\').*'),
    Wanted('Words of faults', ('service_type is *',), ('body.badRequest.message',), "An invalid 'service_type' value .*",
           "An invalid 'name' value .*"),
    Wanted('Words of faults', ('* 256 letters', 'payload: too much', '* a long name', '* a long event'),
           ('body.badRequest.message',), '.*x….*is too long'),
    Wanted('Words of faults', ('description is of tabs',), ('body.badRequest.message',), '.* expected printable characters and line feeds'),
    Wanted('Long descriptions', ('description is too long',), FAULT, '400|application/json; charset=UTF-8|absent|.*is too long.*'),
    Wanted('Deleted', ('* deleted',), ('header.Content-Type',), 'null', 'application/json'),
    Wanted('Null', ('host with type *', 'host with control_attributes *'), ('body.badRequest.message',), ".* is not of type 'string'",
           ".* is not of type 'string', 'null'"),
    Wanted('Null', ('host with type null', 'host with control_attributes null'), FAULT,
           "400|application/json; charset=UTF-8|absent|.*None is not of type 'string'.*"),
    Wanted('Which of two mistakes', ('no such segment, changed wrongly', 'host of no segment'), FAULT,
           '404|absent|.*No failover segment with id .*'),
    Wanted('Instances without dashes', ('guest payload: a uuid without dashes',), FAULT, "400|absent|.*is not a 'uuid'.*|application/.*"),
    # -- notifications
    Wanted('What a notification tells', ('*',), ('body.notification*.failover_segment_uuid', 'body.notification*.message'),
           theirs=ABSENT),
    Wanted('What a notification tells', ('*',), ('body.notification*.updated_at',), 'null', 'a time'),
    Wanted('How soon a notification is settled', ('*',), ('body.notification.status',), 'finished|ignored', 'new'),
    Wanted('A host that is back', ('*notification*', 'list of /v1/notifications'), ('body.notification*.status',), 'finished',
           'ignored'),
    Wanted('A host that is back', ('notifications ?status=*', '/v1/notifications by "status"'), ('body.notifications', 'body.notifications.*')),
    Wanted('Microseconds', ('*notification*',), ('body.notification*.generated_time',), r'.*\.123456', r'.*\.000000'),
    Wanted('The steps of a recovery', ('notification at 1.1*', 'notification of a guest at 1.2', 'notification of a process at latest'),
           FAULT, theirs=r'500|application/json; charset=UTF-8|absent|\{"code": 500, .*'),
    Wanted('VM moves', ('moves*', 'move', 'move of nothing'), FAULT),
    Wanted('VM moves', ('extension vmoves', 'extensions', 'extensions with the own project'), FAULT + ('body.extensions',)),
)
