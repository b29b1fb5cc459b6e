# SPDX-License-Identifier: Apache-2.0
"""The real controller as a process, started by its launcher, and both doors to it: the HTTP API and the command line."""
import datetime
import json
import os
import signal

import requests

from rig import databases, processes
from rig.place import ADDRESS, PASSWORD, REGION
from rig.waiting import until

from . import product as products
from . import programs

PROCESS = 'migawari-controller'
# how it calls itself to Nova and Keystone
AGENT = 'migawari'
CLI_SECONDS = 60

CONFIGURATION = '''\
name: {name}
api: {{listen: '{address}:{port}', authentication: {authentication}}}
database:
  url: {database}
  user: rig
  password: {password}
openstack:
  auth-url: {keystone}
  username: admin
  password: {password}
  user-domain-name: Default
  project-name: admin
  project-domain-name: Default
  region: {region}
log: {{to: console}}
'''


# Hosts fail here on purpose, several of a segment of three or four, and minutes after the last ones; the controller is new
# each time, and has never watched before. Scenarios about the gates themselves say what they want of them.
GATES = {'storm-percent-of-segment': 100, 'storm-percent-overall': 100, 'storm-cool-down': '0s', 'watch-first': '0s',
         'seen-percent': 0}
# Reported as Masakari's monitors do it; nova-compute says that it is alive each second here, not each ten.
LISTEN = '3s'


class Refused(Exception):
    """The controller's API answered with an error."""

    def __init__(self, method, path, status, text):
        super().__init__('%s %s: %d %s' % (method, path, status, text[:500]))
        self.status = status


class Controller:

    def __init__(self, place, product, number=1, database=None):
        """number: of those that share one database; database: its JDBC URL, if it is not the rig's own."""
        self.place = place
        self.product = product
        self.process = PROCESS if number == 1 else '%s-%d' % (PROCESS, number)
        self.port = place.port('migawari') + 10 * (number - 1)
        self.url = 'http://%s:%d' % (ADDRESS, self.port)
        self.settings = 'etc/%s.yaml' % self.process
        self.environment = {}    # of its next process, on top of the rig's
        self.database = database or 'jdbc:mariadb://%s:%d/migawari' % (ADDRESS, place.port('mariadb'))
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers['OpenStack-API-Version'] = 'instance-ha 1.3'
        self.credentials = {}

    # -- the process --------------------------------------------------------------------------------------------------

    def set_up(self, recovery=None, fencing=None, authentication='none'):
        """A controller that has never seen anything; recovery and fencing: those sections of its configuration, if they are to
        say more than that no gate holds anything, and that it can switch nothing off. authentication: 'keystone' for one that
        wants tokens: see sign_in()."""
        self.kill()
        databases.sql(self.place, 'DROP DATABASE IF EXISTS migawari; CREATE DATABASE migawari CHARACTER SET utf8mb4;')
        self.configure(recovery, fencing, authentication)
        self.migrate()
        self.start()

    def configure(self, recovery=None, fencing=None, authentication='none'):
        text = CONFIGURATION.format(name=self.process, address=ADDRESS, port=self.port, password=PASSWORD,
                                    database=self.database, keystone=self.place.keystone_url, region=REGION,
                                    authentication=authentication)
        text += 'fencing: ' + json.dumps(fencing or {}) + '\n'
        text += 'recovery: ' + json.dumps({'gates': GATES, 'fence-after': LISTEN, **(recovery or {})}) + '\n'
        self.place.write(self.settings, text, 0o600)

    def migrate(self):
        self.cli('db', 'migrate', '--config', self.place.path(self.settings))

    def start(self):
        processes.start(self.place, self.process, self.product.argv('controller', '--config', self.place.path(self.settings)),
                        products.environment(self.environment))
        processes.until_true(self.place, 'the controller to be ready', self._is_ready, self.process)

    def _is_ready(self):
        try:
            return self.session.get(self.url + '/readyz', timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def kill(self):
        """SIGKILL, as by the kernel when memory is short: it gets no chance to write anything down."""
        return processes.kill(self.place, self.process)

    def stop(self):
        return processes.kill(self.place, self.process, how=signal.SIGTERM)

    def freeze(self):
        """SIGSTOP, as by a machine that swaps: it does not know that time passes."""
        os.killpg(processes.pid(self.place, self.process), signal.SIGSTOP)

    def thaw(self):
        os.killpg(processes.pid(self.place, self.process), signal.SIGCONT)

    def is_running(self):
        return processes.pid(self.place, self.process) is not None

    # -- the command line ---------------------------------------------------------------------------------------------

    def sign_in(self, token, credentials):
        """What call() and cli() bring from now on."""
        self.session.headers['X-Auth-Token'] = token
        self.credentials = credentials

    def cli(self, *words, codes=(0,), environment=(), seconds=CLI_SECONDS):
        """What the command prints."""
        return programs.run(self.product.argv(*words), seconds, codes=codes, env=products.environment({
            'MIGAWARI_ENDPOINT': self.url, **self.credentials, **dict(environment)}))

    def seen(self, *words, codes=(0,), seconds=CLI_SECONDS):
        """What a person sees of the command: what it says meanwhile, too."""
        return programs.run(['sh', '-c', 'exec "$@" 2>&1', 'sh', *self.product.argv(*words)], seconds, codes=codes,
                            env=products.environment({'MIGAWARI_ENDPOINT': self.url, **self.credentials}))

    def cli_json(self, *words):
        return json.loads(self.cli(*words, '-o', 'json'))

    # -- the API ------------------------------------------------------------------------------------------------------

    def call(self, method, path, body=None):
        answer = self.session.request(method, self.url + path, json=body, timeout=30)
        if answer.status_code >= 400:
            raise Refused(method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def create_segment(self, name, method, hosts, reserved=()):
        """With these hosts, and with these spares, whose nova-compute it disables."""
        segment = self.call('POST', '/v1/segments', {'segment': {
            'name': name, 'recovery_method': method, 'service_type': 'compute'}})['segment']['uuid']
        for host in hosts:
            self.add_host(segment, host)
        for host in reserved:
            self.call('POST', '/migawari/v1/reserved-hosts', {'reserved_host': {'segment': segment, 'host': host}})
        return segment

    def add_host(self, segment, host, reserved=False):
        """As Masakari's clients do it: a reserved one's nova-compute is left as it is."""
        self.call('POST', '/v1/segments/%s/hosts' % segment, {'host': {
            'name': host, 'type': 'COMPUTE', 'control_attributes': 'none', 'reserved': reserved}})

    def report(self, host, status='NORMAL', fenced=False):
        """Posts the notification that a monitor sends when a host has died; with NORMAL it has read the power as off; fenced:
        as our own host monitor does it, which has seen Pacemaker do that.

        -> its id
        """
        payload = {'event': 'STOPPED', 'cluster_status': 'OFFLINE'}
        if status:
            payload['host_status'] = status
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        notification = {'type': 'COMPUTE_HOST', 'hostname': host, 'generated_time': now, 'payload': payload}
        if fenced:
            notification['evidence'] = {'fenced_at': now.replace('+00:00', 'Z')}
        return self.call('POST', '/v1/notifications', {'notification': notification})['notification']['notification_uuid']

    def incident_about(self, host, kind=None):
        """The newest one of this kind; None, if there is none. Without a kind: the newest about a failure of it or on it."""
        for incident in self.call('GET', '/migawari/v1/incidents')['incidents']:
            if incident['host'] == host and (incident['kind'] == kind if kind else incident['kind'] != 'return'):
                return incident['uuid']
        if kind:
            return None
        raise AssertionError('the controller knows of no incident about ' + host)

    def summary_of(self, incident):
        for one in self.call('GET', '/migawari/v1/incidents')['incidents']:
            if one['uuid'] == incident:
                return one
        raise AssertionError('the controller has forgotten its incident ' + incident)

    def incident(self, incident):
        return self.call('GET', '/migawari/v1/incidents/' + incident)['incident']

    def story(self, incident):
        return self.call('GET', '/migawari/v1/incidents/%s/story' % incident)['story']

    def moves_of(self, notification):
        """As Masakari's API shows them, by the id of the instance."""
        moves = self.call('GET', '/v1/notifications/%s/vmoves' % notification)['vmoves']
        return {move['instance_uuid']: move for move in moves}

    def notification(self, notification):
        return self.call('GET', '/v1/notifications/' + notification)['notification']

    # -- waiting ------------------------------------------------------------------------------------------------------

    def until_over(self, incident, seconds=120):
        """-> all that the controller has to say of it"""
        def over():
            return not self.summary_of(incident)['open']
        until(lambda: 'the end of the incident; it says: %s' % self._last_words(incident), over, seconds, every=0.25)
        return self.incident(incident)

    def until_waiting(self, incident, gate, seconds=60):
        """Until it stands at this gate. -> {"for", "message", "since", "next_step"}"""
        def waiting():
            reason = self.summary_of(incident)['waiting']
            return reason if reason and reason['for'] == gate else None
        return until(lambda: 'the incident to wait for %s; it says: %s' % (gate, self._last_words(incident)), waiting,
                     seconds, every=0.25)

    def _last_words(self, incident):
        summary = self.summary_of(incident)
        return '%s, %s, waiting for %s, moves %s; %s' % (
            summary['phase'], summary['message'], summary['waiting'], summary['moves_by_state'],
            [line['message'] for line in self.story(incident)[-3:]])


def moment(text):
    """Seconds of the epoch, of a time as the API writes it."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc).timestamp()
