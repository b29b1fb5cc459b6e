# SPDX-License-Identifier: Apache-2.0
"""Masakari's host, instance and process monitors, as Debian packages them, with Migawari: what they report and what is then done. They
sign in as somebody who has nothing but the role `service`."""
import time

from rig import processes
from rig.waiting import until

from ..data_centre import FAILED, GUESTS, OTHER, SPARE
from ..masakari_monitors import MasakariMonitors

# of its default 60 s; until then it does not know the other hosts either
LOOK_EVERY = 5
ACCOUNT = 'monitor'
NOVA = 'nova-compute'


def play(site):
    centre = site.centre
    monitors = MasakariMonitors(centre.place, centre.control, centre.cluster, LOOK_EVERY, ACCOUNT, 'admin')
    site.moved_to_migawari()
    site.user(ACCOUNT, 'service')
    site.controller.create_segment('rack', 'reserved_host', [FAILED, OTHER], [SPARE])
    lives = centre.guests(GUESTS)
    try:
        for node in centre.cluster.members:
            monitors.start(node, [NOVA], restart=centre.place.path('compute-daemon') + ' start {name}')
        until_watching(centre)
        guest(site, lives)
        process(site)
        host(site, lives)
    finally:
        monitors.kill()


def until_watching(centre):
    """The host monitors of the hosts that stay know the one that fails; the others do not say when they watch."""
    def known():
        return all("'%s' as a new member" % FAILED in processes.tail(centre.place, MasakariMonitors.log('host-monitor', node), 400)
                   for node in (OTHER, SPARE))
    until('the host monitors to know the cluster', known, 120, every=1)


def until_reported(site, kind, host, **payload):
    """One notification with this in its payload. -> it"""
    def reported():
        found = [one for one in site.controller.call('GET', '/v1/notifications?type=' + kind)['notifications']
                 if payload.items() <= one['payload'].items() and site.host(host) == one['source_host_uuid']]
        assert len(found) < 2, 'the same was recorded more than once: %s' % found
        return found and found[0]
    began = time.monotonic()
    one = until(lambda: '%s %s to be reported; there are %s' % (
        kind, payload, site.controller.call('GET', '/v1/notifications')['notifications']), reported, 120)
    site.say('%s: reported after %.1f s' % (kind, time.monotonic() - began))
    return one


def guest(site, lives):
    """A QEMU dies though its host lives; the guest is started again where it was."""
    centre = site.centre
    victim, (disk, boots) = next(iter(lives.items()))
    centre.computes.kill_qemu(victim)
    until_reported(site, 'VM', FAILED, instance_uuid=victim, event='LIFECYCLE', vir_domain_event='STOPPED_FAILED')
    until('the guest to answer again', lambda: centre.computes.life(victim) == (disk, boots + 1), 120)
    lives[victim] = disk, boots + 1
    incident = site.controller.until_over(site.controller.incident_about(FAILED, 'vm'))
    assert incident['phase'] == 'recovered', incident
    centre.expect_once(lives, FAILED)


def process(site):
    """nova-compute dies and cannot be started: its host gets no new servers. Masakari's monitor never says that it runs again, so
    a person does."""
    centre = site.centre
    centre.computes.break_daemon(NOVA)
    centre.computes.daemon(OTHER, 'kill', NOVA)
    one = until_reported(site, 'PROCESS', OTHER, process_name=NOVA, event='STOPPED')
    service = until('the host to be disabled', lambda: [
        service for service in [site.cloud.services()[OTHER]] if service['status'] == 'disabled'], 60)[0]
    until('the notification to be finished', lambda: site.controller.notification(
        one['notification_uuid'])['status'] == 'finished', 60)
    site.say('%s is disabled: %s' % (OTHER, service['disabled_reason']))
    centre.computes.break_daemon(NOVA, False)
    centre.computes.daemon(OTHER, 'start', NOVA)
    site.controller.cli('notification', 'create', OTHER, '--process', NOVA, '--event', 'STARTED')
    until('the host to be enabled again', lambda: site.cloud.services()[OTHER]['status'] == 'enabled', 60)


def host(site, lives):
    """A host loses its power: both of the others say so, it is recorded once, and its guests answer from the spare."""
    centre = site.centre
    crashed = centre.cluster.kill(FAILED)
    one = until_reported(site, 'COMPUTE_HOST', FAILED, event='STOPPED', cluster_status='OFFLINE', host_status='NORMAL')
    active, answers = centre.follow(lives, crashed)
    centre.expect_once(lives, SPARE)
    until('the notification to be finished', lambda: site.controller.notification(
        one['notification_uuid'])['status'] == 'finished', 120)
    moves = site.controller.moves_of(one['notification_uuid'])
    assert set(moves) == set(lives) and all(
        (move['status'], move['dest_host']) == ('succeeded', SPARE) for move in moves.values()), moves
    refused = [node for node in (OTHER, SPARE) if 'Stop retrying to send a notification' in processes.tail(
        centre.place, MasakariMonitors.log('host-monitor', node), 400)]
    site.say('the last guest is active after %.1f s and answers after %.1f s; its monitor was told that it was known already: %s' % (
        active, answers, ', '.join(refused)))
