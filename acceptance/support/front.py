# SPDX-License-Identifier: Apache-2.0
"""What stands between the monitors and who records: a proxy with the door to Keystone, that can be in trouble as real ones are."""
import datetime
import http.server
import json
import threading
import uuid

PAGE = b'<!DOCTYPE html><html><body>It works!</body></html>'
SIGN_IN = '/v3/auth/tokens'
OPEN = '/migawari/v1'


class Trouble:
    """refuses: nobody listens. 503: a page says that nobody is there. 401: no user and no token is good. hangs: connections are
    taken and nothing is answered until it goes on; then what was sent meanwhile is dealt with, as by a process that was stopped."""
    REFUSES, UNAVAILABLE, UNAUTHORIZED, HANGS = 'refuses', '503', '401', 'hangs'
    ALL = (REFUSES, UNAVAILABLE, UNAUTHORIZED, HANGS)


class Front:
    """receiver: records, and need not listen itself. listeners: functions that make the sockets, one for each network.

    asks: whether it takes nothing from who has not signed in.
    """

    def __init__(self, receiver, *listeners, asks=False):
        self.receiver = receiver
        self.asks = asks
        self.listeners = listeners
        self.servers = []
        self.trouble = None
        self.well = threading.Event()
        self.tokens = set()

    def becomes(self, trouble):
        self.well.clear()
        self.trouble = trouble
        self.tokens = set()
        if trouble == Trouble.REFUSES:
            self.go()

    def is_well(self):
        self.trouble = None
        self.well.set()
        self.come()

    # -- being there -----------------------------------------------------------------------------------------------------

    def come(self):
        if not self.servers:
            self.servers = [self._server(listener) for listener in self.listeners]

    def go(self):
        """Nobody listens; who hangs in it may go."""
        self.well.set()
        servers, self.servers = self.servers, []
        for server in servers:
            server.shutdown()
            server.server_close()

    def _server(self, listener):
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                self._deal(lambda: front.receiver.read(self.path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
                self._deal(lambda: front.receiver.take(self.path, body))

            def _deal(self, answer):
                if front.trouble == Trouble.HANGS:
                    front.well.wait()
                if front.trouble == Trouble.UNAVAILABLE:
                    self._say(503, PAGE)
                elif front.trouble == Trouble.UNAUTHORIZED:
                    self._say(401, b'{"error": {"code": 401, "message": "The request you have made requires authentication."}}')
                elif self.path == SIGN_IN:
                    body, token = front.sign_in()
                    self._say(201, body, X_Subject_Token=token)
                elif front.asks and self.path != OPEN and self.headers.get('X-Auth-Token') not in front.tokens:
                    self._say(401, b'{}')
                else:
                    status, body = answer()
                    self._say(status, json.dumps(body).encode())

            def _say(self, status, body, **headers):
                try:
                    self.send_response(status)
                    for name, text in headers.items():
                        self.send_header(name.replace('_', '-'), text)
                    self.send_header('Content-Type', 'text/html' if body == PAGE else 'application/json')
                    self.send_header('Content-Length', str(len(body)))
                    self.send_header('Connection', 'close')
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass    # who asked has lost patience

            def log_message(self, *words):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

        made = listener()
        server = Server(made.getsockname(), Handler, bind_and_activate=False)
        server.socket.close()
        server.socket = made
        threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True).start()
        return server

    def sign_in(self):
        token = uuid.uuid4().hex
        self.tokens.add(token)
        ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        return json.dumps({'token': {'expires_at': ends.strftime('%Y-%m-%dT%H:%M:%S.%fZ'), 'catalog': []}}).encode(), token
