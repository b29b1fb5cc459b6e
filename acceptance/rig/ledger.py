# SPDX-License-Identifier: Apache-2.0
"""What the hypervisors and the volume backend say, which is not asked of Nova."""
import collections
import glob
import json
import os

RUNNING = 1
SHUT_DOWN = 4


def guests(place):
    """{instance: {host: {"name", "power", "volumes"}}}"""
    found = collections.defaultdict(dict)
    for path in glob.glob(place.path('guests', '*@*')):
        instance, host = os.path.basename(path).split('@')
        if not host.endswith('.new'):
            with open(path) as file:
                found[instance][host] = json.load(file)
    return dict(found)


def running_on(place, instance):
    """The hosts on which it runs."""
    return sorted(host for host, guest in guests(place).get(instance, {}).items() if guest['power'] == RUNNING)


def exports(place):
    """{volume: [hosts that the backend exports it to]}"""
    found = collections.defaultdict(list)
    for path in glob.glob(place.path('exports', '*@*')):
        volume, host = os.path.basename(path).split('@')
        found[volume].append(host)
    return {volume: sorted(hosts) for volume, hosts in found.items()}


Event = collections.namedtuple('Event', 'at host what instance power')


def events(place, since=0):
    """All that happened to guests, in order."""
    try:
        with open(place.path('guests', 'events')) as file:
            lines = [line.split() for line in file]
    except FileNotFoundError:
        return []
    return [event for event in (Event(float(at), host, what, instance, int(power))
                                for at, host, what, instance, power in lines) if event.at >= since]


def ran_twice(place, since=0):
    """Guests that ran on two hosts at the same time, at any moment: lines for people."""
    where = collections.defaultdict(set)
    found = []
    for event in events(place):
        if event.power == RUNNING:
            where[event.instance].add(event.host)
            if len(where[event.instance]) > 1 and event.at >= since:
                found.append('%s ran on %s' % (event.instance, ' and '.join(sorted(where[event.instance]))))
        else:
            where[event.instance].discard(event.host)
    return found
