# SPDX-License-Identifier: Apache-2.0
"""Who the monitors report to where no controller is needed: it writes down each notification with the moment at which it came,
can be away, and can refuse. What the real controller makes of the same notifications is a matter of other scenarios; the build
holds the monitors' client to it (MonitorAgreementTest)."""
import dataclasses
import http.server
import json
import socket
import threading
import time
import uuid

from rig.waiting import TimedOut, until


@dataclasses.dataclass(frozen=True)
class Notification:
    """One that was accepted. at: when it came, seconds of the epoch. body: what the monitor said, without the envelope."""
    at: float
    body: dict

    @property
    def kind(self):
        return self.body['type']

    @property
    def host(self):
        return self.body['hostname']

    @property
    def payload(self):
        return self.body['payload']

    @property
    def evidence(self):
        return self.body.get('evidence', {})

    def __str__(self):
        words = ' '.join('%s=%s' % pair for pair in sorted(self.payload.items()))
        proof = ' '.join('%s=%s' % pair for pair in sorted(self.evidence.items()))
        return '%s %s %s%s' % (self.kind, self.host, words, proof and ' (' + proof + ')')


class Receiver:
    """Answers POST /v1/notifications as the controller does: 202, and 409 for what it has already been told.

    hosts: the names that it says it knows. evidence: whether it says that it understands evidence, which a Masakari does not.
    listener(port): makes its socket, if it shall stand in another network than this process.
    """

    def __init__(self, port, hosts=(), address='127.0.0.1', evidence=True, listener=None):
        self.address = address
        self.port = port
        self.listener = listener
        self.hosts = list(hosts)
        self.evidence = evidence
        self.lock = threading.Lock()
        self.accepted = []
        self.repeated = 0
        self.failing = None
        self.server = None

    @property
    def url(self):
        return 'http://%s:%d/v1' % (self.address, self.port)

    # -- being there, and not ------------------------------------------------------------------------------------------

    def come(self):
        """Begins to listen."""
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                self._answer(*receiver.read(self.path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
                self._answer(*receiver.take(self.path, body))

            def _answer(self, status, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(data)))
                self.send_header('Connection', 'close')
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *words):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        if self.listener:
            self.server = Server((self.address, self.port), Handler, bind_and_activate=False)
            self.server.socket.close()
            self.server.socket = self.listener(self.port)
        else:
            self.server = Server((self.address, self.port), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True).start()
        return self

    def go(self):
        """Nobody listens any more: connections are refused. What was accepted is kept."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def fail_with(self, status):
        """Answers every notification with this status and forgets it; None: is well again."""
        self.failing = status

    # -- what it answers -----------------------------------------------------------------------------------------------

    def read(self, path):
        if path.rstrip('/') == '/migawari/v1':
            return (200, {'notification_evidence': True}) if self.evidence else (404, {})
        if path.startswith('/v1/segments/'):
            return 200, {'hosts': [{'name': host} for host in self.hosts]}
        if path.startswith('/v1/segments'):
            return 200, {'segments': [{'uuid': str(uuid.uuid5(uuid.NAMESPACE_DNS, 'segment')), 'name': 'rack'}]}
        return 404, {}

    def take(self, path, body):
        came = time.time()
        if path != '/v1/notifications':
            return 404, {}
        if self.failing:
            return self.failing, {'error': 'told to fail'}
        try:
            body = json.loads(body)['notification']
            missing = [key for key in ('type', 'hostname', 'generated_time', 'payload') if key not in body]
        except (ValueError, KeyError, TypeError) as trouble:
            return 400, {'error': repr(trouble)}
        unknown = set(body) - {'type', 'hostname', 'generated_time', 'payload'} - ({'evidence'} if self.evidence else set())
        if missing or unknown:
            return 400, {'error': 'missing: %s, unknown: %s' % (missing, sorted(unknown))}
        with self.lock:
            if any(self._says_the_same(one.body, body) for one in self.accepted):
                self.repeated += 1
                return 409, {'error': 'known already'}
            self.accepted.append(Notification(came, body))
        return 202, {'notification': {'notification_uuid': str(uuid.uuid4())}}

    @staticmethod
    def _says_the_same(one, other):
        return all(one[key] == other[key] for key in ('type', 'hostname', 'generated_time', 'payload'))

    # -- what it was told ----------------------------------------------------------------------------------------------

    def notifications(self, since=0.0):
        with self.lock:
            return [one for one in self.accepted if one.at >= since]

    def forget(self):
        with self.lock:
            self.accepted = []
            self.repeated = 0

    def until(self, what, wanted, seconds=60):
        """The first notification for which wanted(notification) is true."""
        def found():
            return next((one for one in self.notifications() if wanted(one)), None)
        return until(lambda: '%s; there are: %s' % (what, [str(one) for one in self.notifications()]), found, seconds,
                     every=0.02)

    def stays_silent(self, seconds, so_far):
        """That nothing comes on top of so many for so long: the one thing that takes its time, whatever one does."""
        try:
            more = until('silence', lambda: self.notifications()[so_far:], seconds)
        except TimedOut:
            return
        raise AssertionError('nothing more was expected, and then: %s' % [str(one) for one in more])


def free_port(address='127.0.0.1'):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]
