# SPDX-License-Identifier: Apache-2.0
"""Where the clients work: a data centre whose catalogue says that the service `instance-ha` is Migawari, which asks for tokens."""
import datetime

from rig import networks
from rig.place import ADDRESS, PASSWORD

from ..data_centre import FAILED, OTHER, SPARE

SERVICE = 'instance-ha'
# as most guides for Masakari write it into the catalogue
WITH_PROJECT = '/v1/%(project_id)s'
PLAIN = '/v1'
GUESTS = 2


class Site:
    """hosts: one that fails, one that stays, and one that is to be the spare."""

    hosts = FAILED, OTHER, SPARE

    def __init__(self, centre):
        self.centre = centre
        self.place = centre.control
        self.cloud = centre.cloud
        self.controller = centre.controller
        self.results = centre.stage.results
        self.say = centre.say

    def moved_to_migawari(self, path=PLAIN):
        """A controller that has never seen anything, which the catalogue leads to."""
        self.controller.set_up(authentication='keystone')
        self.controller.sign_in(self.cloud.token, self.place.credentials())
        self.point_catalogue_to('migawari', path)

    def point_catalogue_to(self, service, path=PLAIN):
        """All that an operator changes. The nodes reach the controller at another address than this machine's own programs do."""
        known = self.cloud.keystone('GET', '/services?type=' + SERVICE)['services'][0]['id']
        for endpoint in self.cloud.keystone('GET', '/endpoints?service_id=' + known)['endpoints']:
            address = ADDRESS if endpoint['interface'] == 'public' else networks.HUB
            self.cloud.keystone('PATCH', '/endpoints/' + endpoint['id'], {'endpoint': {
                'url': 'http://%s:%d%s' % (address, self.place.port(service), path)}})

    def user(self, name, role, in_project='admin'):
        """An account with this role in this project, and no other. -> what signs it in"""
        project = self.cloud.keystone('GET', '/projects?name=' + in_project)['projects'][0]['id']
        known = self.cloud.keystone('GET', '/users?name=' + name)['users']
        user = known[0]['id'] if known else self.cloud.keystone('POST', '/users', {'user': {
            'name': name, 'password': PASSWORD, 'domain_id': 'default'}})['user']['id']
        role = self.cloud.keystone('GET', '/roles?name=' + role)['roles'][0]['id']
        self.cloud.keystone('PUT', '/projects/%s/users/%s/roles/%s' % (project, user, role))
        return dict(self.place.credentials(), OS_USERNAME=name, OS_PROJECT_NAME=in_project)

    def host(self, name):
        """-> its id in Migawari"""
        for segment in self.controller.call('GET', '/v1/segments')['segments']:
            for host in self.controller.call('GET', '/v1/segments/%s/hosts' % segment['uuid'])['hosts']:
                if host['name'] == name:
                    return host['uuid']
        raise AssertionError('no segment has ' + name)

    def host_dies(self):
        """-> the ids of the guests that ran on it"""
        lives = self.centre.guests(GUESTS)
        self.centre.cluster.kill(FAILED)
        return list(lives)


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%f')
