# SPDX-License-Identifier: Apache-2.0
"""Compute hosts that die and come back."""
import glob
import json
import os
import time

from . import databases, ledger, processes
from .bus import has_consumer
from .cloud import ApiError
from .waiting import until

# what a nova-compute that starts takes for its own unfinished business
UNFINISHED = ('accepted', 'pre-migrating', 'done')


def start_process(place, host):
    processes.fork(place, 'nova-compute', ['--config-file', place.path('etc/nova/nova.conf'),
                                           '--config-file', place.path(host, 'nova.conf')], title=host)


def kill(place, host, keeps_disks=False):
    """The machine loses its power: nova-compute is gone and so are its guests; with its disks kept, they are off, and there to be
    found by a nova-compute that starts on it. -> when, in seconds of the epoch"""
    processes.kill(place, host)
    now = time.time()
    for path in glob.glob(place.path('guests', '*@' + host)):
        if keeps_disks:
            _switch_off(path)
        else:
            os.unlink(path)
        instance = os.path.basename(path).split('@')[0]
        with open(place.path('guests', 'events'), 'a') as events:
            events.write('%.3f %s host_died %s 4\n' % (now, host, instance))
    return now


def _switch_off(path):
    with open(path) as file:
        guest = json.load(file)
    with open(path + '.new', 'w') as file:
        json.dump(dict(guest, power=ledger.SHUT_DOWN), file)
    os.rename(path + '.new', path)


def set_faults(place, host, **faults):
    """What goes wrong on this host from now on; nothing, without any."""
    if faults:
        written = place.write('faults/%s.new' % host, json.dumps(faults))
        os.rename(written, place.path('faults', host + '.json'))
    elif os.path.exists(place.path('faults', host + '.json')):
        os.unlink(place.path('faults', host + '.json'))


def bring_back(place, cloud, names):
    """Makes dead hosts hosts like all others again: up, not forced down, enabled, and seen so by the scheduler."""
    for host in names:
        if not processes.pid(place, host):
            start_process(place, host)
    for host in names:
        _until_it_listens(place, host)
    for host in names:
        _clear_records(place, cloud, host)
        _force_up(cloud, host)
    for host in names:
        # Only when it is up: Nova withdraws the trait that keeps the scheduler away by a call to nova-compute, which it
        # skips, until the next periodic task a minute later, for a service that it takes for down.
        if cloud.services()[host]['status'] == 'disabled':
            until(host + ' to be up', lambda host=host: cloud.services()[host]['state'] == 'up', 30)
            cloud.change_service(host, status='enabled')
    until_schedulable(cloud, names)


def until_schedulable(cloud, names):
    """A heartbeat of the running process was seen, and Placement offers the host: what the scheduler goes by."""
    before = {host: service['updated_at'] for host, service in cloud.services().items()}

    def ready():
        services = cloud.services()
        offered = cloud.placement('GET', '/allocation_candidates?resources=VCPU:1,MEMORY_MB:64,DISK_GB:1'
                                         '&required=!COMPUTE_STATUS_DISABLED')['provider_summaries']
        providers = {provider['uuid']: provider['name']
                     for provider in cloud.placement('GET', '/resource_providers')['resource_providers']}
        candidates = {providers.get(provider) for provider in offered}
        # "up" alone may rest on the last heartbeat of a process that is dead
        return all(host in candidates and services[host]['state'] == 'up' and services[host]['status'] == 'enabled'
                   and services[host]['updated_at'] != before[host] for host in names)
    until('%s to take servers again' % ', '.join(names), ready, 90, every=0.2)


def _until_it_listens(place, host):
    processes.until_true(place, host + ' to listen', lambda: has_consumer(place, 'compute.' + host), host)


def _clear_records(place, cloud, host):
    """Starts nova-compute until it has dealt with every evacuation off this host: one that it still finds at a later start,
    when the server has come home, makes it destroy the healthy guest, and Nova would go on to say ACTIVE."""
    while True:
        left = [record for record in cloud.evacuations(host) if record['status'] in UNFINISHED]
        if not left:
            return
        living = cloud.servers()
        if any(record['instance_uuid'] in living for record in left):
            processes.kill(place, host)
            start_process(place, host)
            _until_it_listens(place, host)
        else:
            # Those of deleted servers are never completed, and with one that is done Nova never lets the host up again.
            databases.sql(place, "UPDATE nova.migrations SET status = 'completed' WHERE source_compute = '%s' "
                                 "AND migration_type = 'evacuation' AND status IN %s;" % (host, UNFINISHED))


def _force_up(cloud, host):
    if not cloud.services()[host]['forced_down']:
        return

    def lifted():
        try:
            cloud.change_service(host, forced_down=False)
            return True
        except ApiError as refusal:
            if refusal.status == 400 and 'evacuation' in refusal.text:
                return False
            raise
    until("Nova to let %s up" % host, lifted, 30, every=0.5)
