# SPDX-License-Identifier: Apache-2.0
"""From a Masakari that its own client has filled to Migawari, by its database and by its API, and what the same client sees before and
after: docs/from-masakari.md, played."""
import json

from rig import databases, lifecycle, processes
from rig.place import PASSWORD

from .shell import Shell
from .site import now

# what moves; ids and times are new ones
SEGMENT = ('name', 'description', 'service_type', 'recovery_method', 'is_enabled')
HOST = ('name', 'type', 'control_attributes', 'reserved', 'on_maintenance')
NOT_AS_IT_SHOULD_BE = 1


def play(site):
    shell = Shell(site.place.credentials())
    lifecycle.start_masakari(site.place, {})
    try:
        site.point_catalogue_to('masakari')
        fill(site, shell)
        there = seen(shell)
        site.say('Masakari has %s' % {name: [host['name'] for host in hosts] for name, (_, hosts) in there.items()})
        for source in (['--database', site.place.database('masakari').replace(':%s@' % PASSWORD, '@')],
                       ['--api', site.place.url('masakari')]):
            site.moved_to_migawari()
            move(site, shell, source, there)
    finally:
        # it is one Masakari for all cases, and does not delete what it thinks is in use
        databases.sql(site.place, ''.join('DELETE FROM masakari.%s;' % table for table in (
            'notifications', 'hosts', 'failover_segments')))
        lifecycle.stop_masakari(site.place)


def fill(site, shell):
    """Also with what has been deleted there, and a notification that nobody has looked at."""
    failed, other, spare = site.hosts
    for name, method, more in (('rack', 'reserved_host', ['--description', 'by the window']),
                               ('shelf', 'auto_priority', ['--is_enabled', 'False']), ('empty', 'rh_priority', []),
                               ('gone', 'auto', [])):
        shell.says('segment', 'create', name, method, 'COMPUTE', *more)
    for name, segment, more in ((failed, 'rack', []), (spare, 'rack', ['--reserved', 'True']), (other, 'gone', [])):
        shell.says('segment', 'host', 'create', name, 'COMPUTE', 'SSH', segment, *more)
    shell.says('segment', 'host', 'delete', 'gone', other)
    shell.says('segment', 'delete', 'gone')
    shell.says('segment', 'host', 'create', other, 'CONTROLLER', 'none', 'shelf', '--on_maintenance', 'True')
    processes.kill(site.place, 'masakari-engine')
    # its engine is what `show`, which follows the creation, asks
    shell.says('notification', 'create', 'COMPUTE_HOST', failed, now(), '{"event": "STARTED"}', '--os-ha-api-version', '1.0')


def seen(shell):
    """What the client shows. -> {name of the segment: (segment, [hosts])}"""
    found = {}
    for segment in shell.tells('segment', 'list'):
        hosts = shell.tells('segment', 'host', 'list', segment['uuid'], '--sort', 'name:asc')
        found[segment['name']] = ({field: segment[field] for field in SEGMENT}, [
            {field: host[field] for field in HOST} for host in hosts])
    return found


def move(site, shell, source, there):
    environment = {'MASAKARI_DB_PASSWORD': PASSWORD}

    def moved(*words, codes=(0,)):
        printed = site.controller.cli('import-masakari', *source, *words, '-o', 'json', codes=codes, environment=environment)
        return [(row['result'], row['segment'], row['host']) for row in json.loads(printed)]
    everything = {(name, host) for name, (_, hosts) in there.items() for host in [None] + [one['name'] for one in hosts]}
    planned = moved('--dry-run')
    assert {row[0] for row in planned} == {'create'} and {row[1:] for row in planned} == everything, planned
    assert not seen(shell), 'a dry run has made something'
    done = moved()
    assert {row[0] for row in done} == {'created'} and {row[1:] for row in done} == everything, done
    here = seen(shell)
    assert here == there, 'Masakari has\n%s\nand Migawari\n%s' % (there, here)
    before = site.controller.call('GET', '/v1/segments'), shell.tells('segment', 'host', 'list', 'rack')
    again = moved()
    assert {row[0] for row in again} == {'same'} and {row[1:] for row in again} == everything, again
    after = site.controller.call('GET', '/v1/segments'), shell.tells('segment', 'host', 'list', 'rack')
    assert before == after, 'the second run has changed something'
    assert '1 notification(s) of Masakari are not finished' in site.controller.cli(
        'import-masakari', *source, environment=environment)

    shell.says('segment', 'update', 'rack', '--description', 'ours')
    differing = moved(codes=(NOT_AS_IT_SHOULD_BE,))
    assert [row[1:] for row in differing if row[0] == 'differs'] == [('rack', None)], differing
    assert shell.tells('segment', 'show', 'rack')['description'] == 'ours'
    site.say('%s: %d segments and hosts, none twice, and what differs is left alone' % (source[0], len(everything)))
