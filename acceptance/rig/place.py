# SPDX-License-Identifier: Apache-2.0
"""Where a rig lives: its directory, its ports, its addresses, what it is called in its own catalogue."""
import json
import os
import socket

ADDRESS = '127.0.0.1'
PASSWORD = 'rig'
REGION = 'RegionOne'
PYTHON = '/usr/bin/python3'
INSIDE = os.path.join(os.path.dirname(os.path.realpath(__file__)), 'inside')

PORTS = dict(keystone=5000, nova=8774, cinder=8776, placement=8778, glance=9292, neutron=9696, masakari=15868,
             migawari=15869, receiver=15870, dashboard=15880, mariadb=23306, epmd=24369, amqp=25673, erlang=25674)


class RigError(Exception):
    """What the person at the keyboard has to know; shown without a stack trace."""


class Place:
    """The directory of one rig and the ports that it uses."""

    def __init__(self, directory, offset=0, computes=4):
        self.directory = os.path.abspath(directory)
        self.offset = offset
        self.computes = computes

    @staticmethod
    def found_in(directory):
        """The place of a rig that was started there."""
        try:
            with open(os.path.join(directory, 'rig.json')) as file:
                return Place(directory, **json.load(file))
        except FileNotFoundError:
            raise RigError('there is no rig in %s; start one with: rig up' % directory)

    def remember(self):
        self.write('rig.json', json.dumps({'offset': self.offset, 'computes': self.computes}))

    @property
    def hosts(self):
        return ['compute%d' % number for number in range(1, self.computes + 1)]

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def log(self, name):
        return self.path('logs', name + '.log')

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w') as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def port(self, service):
        return PORTS[service] + self.offset

    def url(self, service, path=''):
        return 'http://%s:%d%s' % (ADDRESS, self.port(service), path)

    @property
    def keystone_url(self):
        return self.url('keystone', '/v3')

    @property
    def message_bus(self):
        return 'rabbit://guest:guest@%s:%d/' % (ADDRESS, self.port('amqp'))

    def database(self, name):
        return 'mysql+pymysql://rig:%s@%s:%d/%s?charset=utf8' % (PASSWORD, ADDRESS, self.port('mariadb'), name)

    def is_listening(self, service):
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((ADDRESS, self.port(service))) == 0

    def taken_ports(self):
        """Those of our ports on which somebody listens: "nova 8774"."""
        return ['%s %d' % (service, self.port(service)) for service in PORTS if self.is_listening(service)]

    def credentials(self):
        """The administrator's, as the OpenStack client takes them from the environment."""
        return {'OS_AUTH_URL': self.keystone_url, 'OS_USERNAME': 'admin', 'OS_PASSWORD': PASSWORD,
                'OS_PROJECT_NAME': 'admin', 'OS_USER_DOMAIN_NAME': 'Default', 'OS_PROJECT_DOMAIN_NAME': 'Default',
                'OS_REGION_NAME': REGION, 'OS_IDENTITY_API_VERSION': '3'}
