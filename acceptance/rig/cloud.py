# SPDX-License-Identifier: Apache-2.0
"""OpenStack's APIs, asked directly: for the rig's own needs, and for whoever wants to know the truth."""
import requests
from requests.adapters import HTTPAdapter

from .place import PASSWORD

NOVA_VERSION = '2.93'    # the newest of the rig's Nova
CINDER_VERSION = '3.70'


class ApiError(Exception):
    """A refusal."""

    def __init__(self, method, url, status, text):
        super().__init__('%s %s: %d %s' % (method, url, status, text[:300]))
        self.status = status
        self.text = text


class Cloud:
    """The administrator's view, or that of another user. The user agent tells our callers apart in the access logs; one token for
    all calls."""

    def __init__(self, place, agent, user='admin', project='admin'):
        self.place = place
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount('http://', HTTPAdapter(pool_maxsize=64))
        self.session.headers['User-Agent'] = agent
        answer = self.session.post(place.keystone_url + '/auth/tokens', timeout=60, json={'auth': {
            'identity': {'methods': ['password'], 'password': {'user': {
                'name': user, 'password': PASSWORD, 'domain': {'id': 'default'}}}},
            'scope': {'project': {'name': project, 'domain': {'id': 'default'}}}}})
        if answer.status_code != 201:
            raise ApiError('POST', '/auth/tokens', answer.status_code, answer.text)
        self.token = answer.headers['X-Subject-Token']
        self.session.headers['X-Auth-Token'] = self.token

    def call(self, method, url, body=None, data=None, headers=None):
        """The answer's JSON; None if it has none."""
        answer = self.session.request(method, url, json=body, data=data, headers=headers, timeout=120)
        if answer.status_code >= 400:
            raise ApiError(method, url, answer.status_code, answer.text)
        return answer.json() if 'json' in answer.headers.get('Content-Type', '') and answer.content else None

    def keystone(self, method, path, body=None):
        return self.call(method, self.place.keystone_url + path, body)

    def nova(self, method, path, body=None):
        return self.call(method, self.place.url('nova', '/v2.1') + path, body,
                         headers={'OpenStack-API-Version': 'compute ' + NOVA_VERSION})

    def cinder(self, method, path, body=None):
        return self.call(method, self.place.url('cinder', '/v3') + path, body,
                         headers={'OpenStack-API-Version': 'volume ' + CINDER_VERSION})

    def placement(self, method, path, body=None):
        return self.call(method, self.place.url('placement') + path, body,
                         headers={'OpenStack-API-Version': 'placement 1.39'})

    def glance(self, method, path, body=None, data=None):
        headers = {'Content-Type': 'application/octet-stream'} if data else None
        return self.call(method, self.place.url('glance', '/v2') + path, body, data, headers)

    def neutron(self, method, path, body=None):
        return self.call(method, self.place.url('neutron', '/v2.0') + path, body)

    def services(self):
        """The nova-compute services by host."""
        found = self.nova('GET', '/os-services?binary=nova-compute')['services']
        return {service['host']: service for service in found}

    def change_service(self, host, **change):
        self.nova('PUT', '/os-services/' + self.services()[host]['id'], change)

    def servers(self, host=None):
        """With all details, by id."""
        query = '&host=' + host if host else ''
        found = self.nova('GET', '/servers/detail?all_tenants=1' + query)['servers']
        return {server['id']: server for server in found}

    def act(self, server, action):
        self.nova('POST', '/servers/%s/action' % server, action)

    def evacuations(self, source=None):
        """Nova's records, newest first."""
        query = '&source_compute=' + source if source else ''
        return self.nova('GET', '/os-migrations?migration_type=evacuation' + query)['migrations']

    def volumes(self):
        found = self.cinder('GET', '/volumes/detail?all_tenants=1')['volumes']
        return {volume['id']: volume for volume in found}

    def image(self):
        return self.glance('GET', '/images?name=tiny')['images'][0]['id']


def host_of(server):
    return server['OS-EXT-SRV-ATTR:host']


def task_of(server):
    return server['OS-EXT-STS:task_state']
