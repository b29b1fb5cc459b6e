# SPDX-License-Identifier: Apache-2.0
"""A real rsyslogd as an ordinary process, with a configuration of its own: it takes messages over TLS, over UDP and on a socket in the file
system, understands their structured data by itself, and writes what it has understood as JSON, line by line."""
import json
import os
import signal
import subprocess

from . import processes
from .place import ADDRESS
from .waiting import until

CONFIGURATION = '''\
global(workDirectory="{directory}" maxMessageSize="16k" defaultNetstreamDriverCAFile="{directory}/server.pem"
       defaultNetstreamDriverCertFile="{directory}/server.pem" defaultNetstreamDriverKeyFile="{directory}/server-key.pem")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
module(load="imudp")
module(load="imuxsock" sysSock.use="off")
module(load="mmpstrucdata")
template(name="understood" type="list" option.jsonf="on") {{
    property(outname="input" name="inputname" format="jsonf")
    property(outname="facility" name="syslogfacility-text" format="jsonf")
    property(outname="severity" name="syslogseverity-text" format="jsonf")
    property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
    property(outname="host" name="hostname" format="jsonf")
    property(outname="program" name="app-name" format="jsonf")
    property(outname="process" name="procid" format="jsonf")
    property(outname="event" name="msgid" format="jsonf")
    property(outname="text" name="msg" format="jsonf")
    property(outname="data" name="$!all-json" format="jsonf")
}}
ruleset(name="all") {{
    action(type="mmpstrucdata")
    action(type="omfile" file="{directory}/understood" template="understood")
}}
input(type="imtcp" address="{address}" port="{port}" ruleset="all")
input(type="imudp" address="{address}" port="{port}" ruleset="all")
input(type="imuxsock" socket="{directory}/socket" useSpecialParser="off" ruleset="all")
'''
NAME = 'rsyslogd'


class SyslogServer:

    def __init__(self, place, port):
        self.place = place
        self.port = port
        self.directory = place.path('syslog')
        os.makedirs(self.directory)
        self.certify('server', 'IP:' + ADDRESS)
        place.write('syslog/rsyslog.conf', CONFIGURATION.format(directory=self.directory, address=ADDRESS, port=port))

    def path(self, name):
        return os.path.join(self.directory, name)

    def certify(self, name, alternative):
        """A certificate that vouches for itself, as NAME.pem with NAME-key.pem."""
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=' + name, '-addext',
                        'subjectAltName=' + alternative, '-keyout', self.path(name + '-key.pem'), '-out', self.path(name + '.pem')],
                       check=True, capture_output=True)

    def start(self):
        processes.start(self.place, NAME, ['rsyslogd', '-n', '-f', self.path('rsyslog.conf'), '-i', self.path('pid')])
        until(lambda: 'rsyslogd to listen\n' + processes.tail(self.place, NAME), self._listens, 20)

    def _listens(self):
        listening = subprocess.run(['ss', '-Hltn', 'sport = :%d' % self.port], capture_output=True, text=True).stdout
        return listening.strip() and os.path.exists(self.path('socket'))

    def stop(self):
        processes.kill(self.place, NAME, signal.SIGTERM)

    def freeze(self):
        os.kill(processes.pid(self.place, NAME), signal.SIGSTOP)

    def thaw(self):
        os.kill(processes.pid(self.place, NAME), signal.SIGCONT)

    def forget(self):
        """What was understood so far; the server must not run."""
        if os.path.exists(self.path('understood')):
            os.unlink(self.path('understood'))

    def understood(self):
        """-> [{field: text}]; data: the pairs of our structured data"""
        try:
            with open(self.path('understood'), encoding='utf-8') as file:
                lines = [json.loads(line) for line in file.read().split('\n')[:-1]]
        except FileNotFoundError:
            return []
        for line in lines:
            line['data'] = json.loads(line['data'] or '{}').get('rfc5424-sd', {}).get('migawari@32473', {})
        return lines
