# SPDX-License-Identifier: Apache-2.0
"""Network namespaces: a hub with two bridges, and a namespace for each node, wired to both. Nothing is added to the machine's
own network, so rigs do not meet, and nothing outside can reach a node.

  ring  10.77.0.x   what Corosync speaks over
  mgmt  10.78.0.x   fencing and APIs; the hub itself is 10.78.0.254
"""
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import threading

from .place import RigError
from .waiting import until

NETWORKS = {'ring': '10.77.0', 'mgmt': '10.78.0'}
HUB_NUMBER = 254
HUB = '%s.%d' % (NETWORKS['mgmt'], HUB_NUMBER)
DIRECTORY = '/run/netns'
CLONE_NEWNET = 0x40000000


def ip(*words):
    done = subprocess.run(['ip', *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RigError('ip %s: %s' % (' '.join(words), done.stdout.strip()))
    return done.stdout


class Wiring:
    """The namespaces of one rig; prefix tells them from those of another."""

    def __init__(self, prefix):
        self.prefix = prefix

    def namespace(self, name):
        return '%s-%s' % (self.prefix, name)

    def path(self, name):
        return os.path.join(DIRECTORY, self.namespace(name))

    def up(self, names):
        """The hub and every node, the first of which gets the number 1."""
        hub = self._add('hub')
        for network, address in NETWORKS.items():
            ip('-n', hub, 'link', 'add', 'br-' + network, 'type', 'bridge')
            ip('-n', hub, 'addr', 'add', '%s.%d/24' % (address, HUB_NUMBER), 'dev', 'br-' + network)
            ip('-n', hub, 'link', 'set', 'br-' + network, 'up')
        for number, name in enumerate(names, 1):
            node = self._add(name)
            for network, address in NETWORKS.items():
                ip('link', 'add', network, 'netns', node, 'type', 'veth', 'peer', 'name', '%s-%s' % (network, name),
                   'netns', hub)
                ip('-n', hub, 'link', 'set', '%s-%s' % (network, name), 'master', 'br-' + network, 'up')
                ip('-n', node, 'addr', 'add', '%s.%d/24' % (address, number), 'dev', network)
                ip('-n', node, 'link', 'set', network, 'up')

    def _add(self, name):
        ip('netns', 'add', self.namespace(name))
        ip('-n', self.namespace(name), 'link', 'set', 'lo', 'up')
        return self.namespace(name)

    def down(self):
        """Ends every process in them, and then themselves."""
        with contextlib.suppress(FileNotFoundError):
            ours = [name for name in os.listdir(DIRECTORY) if name.startswith(self.prefix + '-')]
            until('the end of all processes in %s' % ours, lambda: not self._end_processes(ours), 30)
            for name in ours:
                ip('netns', 'del', name)

    @staticmethod
    def _end_processes(namespaces):
        """-> whether there were any"""
        inodes = {os.stat(os.path.join(DIRECTORY, name)).st_ino for name in namespaces}
        found = False
        for entry in os.listdir('/proc'):
            with contextlib.suppress(OSError):
                if entry.isdigit() and os.stat('/proc/%s/ns/net' % entry).st_ino in inodes:
                    found = True
                    os.kill(int(entry), signal.SIGKILL)
        return found

    def link(self, name, networks, state):
        """Plugs a node's cables in (up) or out (down), at the hub's end, so that the node's own kernel says nothing to anybody."""
        for network in networks:
            ip('-n', self.namespace('hub'), 'link', 'set', '%s-%s' % (network, name), state)

    def listener(self, port):
        """A listening socket in the hub: the nodes reach it at HUB, and this process holds it."""
        made = []

        def make():    # a thread may live in another network than its process; a socket stays where it was made
            with open(self.path('hub')) as namespace:
                if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
                    made.append(OSError(ctypes.get_errno(), 'setns'))
                    return
            made.append(socket.create_server((HUB, port), backlog=128))
        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        if isinstance(made[0], OSError):
            raise RigError('no socket in the hub: %s' % made[0])
        return made[0]
