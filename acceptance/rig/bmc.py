# SPDX-License-Identifier: Apache-2.0
"""BMCs: OpenIPMI's simulator, which speaks IPMI as the real ones do, and a Redfish service held to what fence_redfish and our own
look at the identity ask for. The machine behind each is a file that says whether its power is on."""
import base64
import contextlib
import http.server
import json
import os
import shutil
import ssl
import subprocess
import threading
import time

from . import processes
from .place import ADDRESS, INSIDE

USER = 'migawari'


class Machine:
    """Its power, how long it takes to obey, and what it was told."""

    def __init__(self, place, name):
        self.name = name
        self.directory = place.path('machines', name)
        os.makedirs(self.directory, exist_ok=True)
        self.reset()

    def reset(self):
        self._write('orders', '')
        self._write('obeys', '0')
        self.power = 'on'

    @property
    def power(self):
        """A machine that goes off slowly is off when its time has come."""
        with open(os.path.join(self.directory, 'off_at')) as file:
            text = file.read().strip()
        return 'off' if text and time.time() >= float(text) else 'on'

    @power.setter
    def power(self, state):
        self._write('off_at', '0' if state == 'off' else '')

    def obeys(self, seconds):
        """How long an order takes; None: for ever."""
        self._write('obeys', 'never' if seconds is None else str(seconds))

    def order(self, what):
        with open(os.path.join(self.directory, 'orders'), 'a') as file:
            file.write(what + '\n')
        with open(os.path.join(self.directory, 'obeys')) as file:
            obeys = file.read().strip()
        if what == 'off' and obeys != 'never':
            self._write('off_at', str(time.time() + float(obeys)))
        elif what == 'on':
            self.power = 'on'

    def orders(self):
        with open(os.path.join(self.directory, 'orders')) as file:
            return file.read().split()

    def _write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path + '.new', 'w') as file:
            file.write(text)
        os.rename(path + '.new', path)


class IpmiBmc:
    """ipmi_sim over UDP; guid: 32 hexadecimal digits, in the order in which they are sent."""

    def __init__(self, place, machine, port, password, guid):
        self.place = place
        self.machine = machine
        self.port = port
        self.process = 'ipmi-' + machine.name
        directory = machine.directory
        shutil.copy2(os.path.join(INSIDE, 'chassis.sh'), directory)
        self.configuration = place.write('machines/%s/lan.conf' % machine.name, '''name "%s"
set_working_mc 0x20
  startlan 1
    addr %s %d
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid %s
  endlan
  chassis_control "%s %s"
  user 1 true "" "nobody" user 10 none md2 md5 straight
  user 2 true "%s" "%s" admin 10 none md2 md5 straight
''' % (machine.name, ADDRESS, port, guid, os.path.join(directory, 'chassis.sh'), directory, USER, password), 0o600)
        self.commands = place.write('machines/%s/sim.emu' % machine.name, '''mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
mc_enable 0x20
''')

    def start(self):
        state = os.path.join(self.machine.directory, 'state')
        os.makedirs(state, exist_ok=True)
        # it ends when its standard input does, unless it is told not to listen to it
        processes.start(self.place, self.process, ['ipmi_sim', '-n', '-c', self.configuration, '-f', self.commands, '-s', state])
        processes.until_true(self.place, 'the IPMI simulator', self._listens, self.process)

    def _listens(self):
        return ':%d ' % self.port in subprocess.run(['ss', '-lun'], capture_output=True, text=True).stdout

    def stop(self):
        processes.kill(self.place, self.process)


class RedfishBmc:
    """HTTPS with a certificate of its own. silent: it takes connections and never answers."""

    def __init__(self, place, machine, port, password, uuid):
        self.machine = machine
        self.port = port
        self.uuid = uuid
        self.silent = False
        self.refuses = None
        self.credentials = 'Basic ' + base64.b64encode(('%s:%s' % (USER, password)).encode()).decode()
        self.asked = []
        key, certificate = place.path('machines', machine.name, 'key.pem'), place.path('machines', machine.name, 'cert.pem')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2',
                        '-subj', '/CN=' + machine.name], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server = http.server.ThreadingHTTPServer((ADDRESS, port), self._handler())
        self.server.daemon_threads = True
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, name='redfish', daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def document(self, path):
        system = '/redfish/v1/Systems/1'
        return {
            '/redfish/v1': {'@odata.id': '/redfish/v1', 'Systems': {'@odata.id': '/redfish/v1/Systems'}},
            '/redfish/v1/Systems': {'Members': [{'@odata.id': system}], 'Members@odata.count': 1},
            system: {'@odata.id': system, 'Id': '1', 'UUID': self.uuid, 'PowerState': self.machine.power.capitalize(),
                     'Actions': {'#ComputerSystem.Reset': {
                         'target': system + '/Actions/ComputerSystem.Reset',
                         'ResetType@Redfish.AllowableValues': ['On', 'ForceOff']}}},
        }.get(path.rstrip('/'))

    def reset(self, kind):
        """-> the HTTP status"""
        if self.refuses:
            return self.refuses
        if kind == 'ForceOff' and self.machine.power == 'off':
            return 409    # as Dell's do; HPE's say 400
        self.machine.order({'ForceOff': 'off', 'On': 'on'}.get(kind, kind))
        return 204

    def _handler(bmc):
        class Handler(http.server.BaseHTTPRequestHandler):
            def _answer(self, status, document=None):
                body = json.dumps(document if document is not None else {'error': {'code': str(status)}}).encode()
                self.send_response(status)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', '0' if status == 204 else str(len(body)))
                self.end_headers()
                if status != 204:
                    with contextlib.suppress(OSError):    # who asked has lost patience
                        self.wfile.write(body)

            def _may(self):
                if bmc.silent:
                    time.sleep(60)    # longer than anybody waits
                bmc.asked.append('%s %s' % (self.command, self.path))
                if self.headers.get('Authorization') == bmc.credentials:
                    return True
                self._answer(401)
                return False

            def do_GET(self):
                if self._may():
                    document = bmc.document(self.path)
                    self._answer(200 if document else 404, document)

            def do_POST(self):
                if self._may():
                    order = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
                    is_reset = self.path == '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset'
                    self._answer(bmc.reset(order.get('ResetType')) if is_reset else 404)

            def log_message(self, *words):
                pass
        return Handler
