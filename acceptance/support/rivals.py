# SPDX-License-Identifier: Apache-2.0
"""The others who can empty a dead host: a person with a script, and Masakari."""
import concurrent.futures
import datetime

from rig import lifecycle
from rig.cloud import Cloud
from rig.waiting import until

# novaclient's, which Masakari uses
MASAKARI_AGENT = 'python-novaclient'
SCRIPT_AGENT = 'script'


def by_script(place, ids, source, destination):
    """The limit: somebody who knows that the host is dead, knows its servers, asks for all of them at once, and does not look
    how they do. Nova cannot be driven faster than this."""
    cloud = Cloud(place, SCRIPT_AGENT)
    cloud.change_service(source, forced_down=True)
    with concurrent.futures.ThreadPoolExecutor(len(ids)) as pool:
        list(pool.map(lambda server: cloud.act(server, {'evacuate': {'host': destination}}), ids))


class Masakari:
    """A segment with a reserved host. others: further hosts of it."""

    def __init__(self, place, cloud, source, destination, others=(), **options):
        self.cloud = cloud
        self.url = place.url('masakari', '/v1')
        self.source = source
        self.destination = destination
        lifecycle.start_masakari(place, options)
        self.segment = self._post('/segments', 'segment', {
            'name': 'rival', 'recovery_method': 'reserved_host', 'service_type': 'compute'})['uuid']
        cloud.change_service(destination, status='disabled')
        for host in (source, destination, *others):
            self._post('/segments/%s/hosts' % self.segment, 'host', {
                'name': host, 'type': 'COMPUTE', 'control_attributes': 'none', 'reserved': host == destination})

    def _post(self, path, name, body):
        return self.cloud.call('POST', self.url + path, {name: body})[name]

    def report(self):
        """-> the notification's id"""
        now = datetime.datetime.utcnow().strftime('%Y-%m-%dT%H:%M:%S.%f')
        return self._post('/notifications', 'notification', {
            'type': 'COMPUTE_HOST', 'hostname': self.source, 'generated_time': now,
            'payload': {'event': 'STOPPED', 'cluster_status': 'OFFLINE', 'host_status': 'NORMAL'}})['notification_uuid']

    def notifications(self):
        return self.cloud.call('GET', self.url + '/notifications')['notifications']

    def until_finished(self, notification, seconds):
        def ended():
            status = self.cloud.call('GET', self.url + '/notifications/' + notification)['notification']['status']
            return status if status in ('finished', 'failed', 'error') else None
        return until('Masakari to end', ended, seconds, every=1)

    def remove(self, place):
        """So that another one starts without memories."""
        hosts = '/segments/%s/hosts' % self.segment
        for host in self.cloud.call('GET', self.url + hosts)['hosts']:
            self.cloud.call('DELETE', '%s%s/%s' % (self.url, hosts, host['uuid']))
        self.cloud.call('DELETE', self.url + '/segments/' + self.segment)
        lifecycle.stop_masakari(place)
