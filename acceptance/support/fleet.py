# SPDX-License-Identifier: Apache-2.0
"""Servers of every kind that matters, made on a host that is about to die, and what shall become of each."""
import concurrent.futures
from dataclasses import dataclass, field
from typing import Callable

from rig import servers
from rig.cloud import task_of
from rig.waiting import until

SOON = 120
AT_ONCE = 4


@dataclass(frozen=True)
class Kind:
    """One sort of server.

    boot: how it is booted, as rig.servers.boot takes it; then: what is done to it before its host dies; before and after:
    Nova's status; runs: whether its guest runs afterwards; moves: whether it is evacuated at all.
    """
    name: str
    boot: dict = field(default_factory=dict)
    then: Callable = None
    before: str = 'ACTIVE'
    after: str = 'ACTIVE'
    runs: bool = True
    moves: bool = True


@dataclass(frozen=True)
class Fate:
    """Where and how one server has to be found in the end. move: what the incident has to say of it."""
    hosts: tuple
    status: str
    runs: bool
    move: str


class Subject:
    """One server of the fleet, with what Nova knew of it while all was well."""

    def __init__(self, kind, server):
        self.kind = kind
        self.id = server['id']
        self.name = server['name']
        self.before = server

    def fate(self, source, destinations):
        """What shall become of it when this host dies and these can take over."""
        if not self.kind.moves:
            return Fate((source,), self.kind.after, False, 'left')
        return Fate(tuple(destinations), self.kind.after, self.kind.runs, 'succeeded')

    def failed(self, source):
        """What is found when nobody could save it: it is in ERROR where it was, and runs nowhere."""
        return Fate((source,), 'ERROR', False, 'failed')


def _stop(cloud, server):
    cloud.act(server['id'], {'os-stop': None})


def _pause(cloud, server):
    cloud.act(server['id'], {'pause': None})


def _lock(cloud, server):
    cloud.act(server['id'], {'lock': {'locked_reason': 'its owner wants it so'}})


def _break(cloud, server):
    cloud.act(server['id'], {'os-resetState': {'state': 'error'}})


def _migrate(cloud, server, host):
    cloud.act(server['id'], {'migrate': {'host': host}})


ACTIVE = Kind('active')
VOLUME = Kind('volume', {'volume': True})
EXTRA_VOLUME = Kind('extra-volume', {'extra_volume': True})
PORT = Kind('port', {'port': True})
LOCKED = Kind('locked', {'volume': True}, _lock)
STOPPED = Kind('stopped', {}, _stop, before='SHUTOFF', after='SHUTOFF', runs=False)
STOPPED_VOLUME = Kind('stopped-volume', {'volume': True}, _stop, before='SHUTOFF', after='SHUTOFF', runs=False)
IN_ERROR = Kind('in-error', {}, _break, before='ERROR', after='ERROR')
PAUSED = Kind('paused', {}, _pause, before='PAUSED', after='PAUSED', moves=False)
OPTED_OUT = Kind('opted-out', {'metadata': {'HA_Enabled': 'false'}}, moves=False)
# Its resize (here: a cold migration, which is the same to Nova) was not confirmed when its host died.
RESIZED = Kind('resized', before='VERIFY_RESIZE', after='VERIFY_RESIZE', moves=False)

EVERY_KIND = (ACTIVE, VOLUME, EXTRA_VOLUME, PORT, LOCKED, STOPPED, STOPPED_VOLUME, IN_ERROR, PAUSED, OPTED_OUT, RESIZED)
MIXED_EIGHT = (ACTIVE, VOLUME, EXTRA_VOLUME, PORT, LOCKED, STOPPED_VOLUME, IN_ERROR, OPTED_OUT)
SMALL = (ACTIVE, VOLUME, STOPPED, LOCKED)


def boot(cloud, kinds, host, elsewhere=None):
    """One server of each of these kinds on this host. elsewhere: where one starts that comes here by a migration."""
    def make(numbered):
        number, kind = numbered
        name = '%s-%02d-%s' % (host, number, kind.name)
        return servers.boot(cloud, [name], elsewhere if kind is RESIZED else host, **kind.boot)[0]

    def change(kind, server):
        if kind is RESIZED:
            _migrate(cloud, server, host)
        elif kind.then:
            kind.then(cloud, server)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        made = list(zip(kinds, pool.map(make, enumerate(kinds, 1))))
        running = servers.until_settled(cloud, [server for _, server in made])
        list(pool.map(lambda one: change(one[0], running[one[1]]), made))

    def settled():
        found = cloud.servers()
        if all(found[server]['status'] == kind.before and not task_of(found[server]) for kind, server in made):
            return found
    found = until('the servers on %s to be as they shall be' % host, settled, SOON, every=0.3)
    return [Subject(kind, found[server]) for kind, server in made]
