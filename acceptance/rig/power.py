# SPDX-License-Identifier: Apache-2.0
"""The power switch of a cluster's nodes, as fence agents reach it over the management network. It can fail and be slow."""
import socketserver
import threading
import time

PORT = 6230


class PowerSwitch:
    """kill and is_on: what a switch does to a node, and how it stands."""

    def __init__(self, listener, kill, boot, is_on):
        self.kill = kill
        self.boot = boot
        self.is_on = is_on
        self.faults = {}
        self.log = []
        self.server = socketserver.ThreadingTCPServer(listener.getsockname(), None, bind_and_activate=False)
        self.server.socket.close()
        self.server.socket = listener
        self.server.daemon_threads = True
        self.server.RequestHandlerClass = self._handler()
        threading.Thread(target=self.server.serve_forever, name='power-switch', daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def breaks(self, node):
        self.faults[node] = 'broken'

    def slows(self, node, seconds):
        self.faults[node] = seconds

    def heals(self, node=None):
        """That of one node, or all."""
        for one in [node] if node else list(self.faults):
            self.faults.pop(one, None)

    def _handler(switch):
        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                words = self.rfile.readline().decode().split()
                verb, node, asker = (words + ['', '', ''])[:3]
                answer = switch.answer(verb, node, asker)
                try:
                    self.wfile.write((answer + '\n').encode())
                except OSError:
                    pass    # who asked has lost patience, or his own power
        return Handler

    def answer(self, verb, node, asker):
        if verb == 'ping':
            return 'OK pong'
        fault = self.faults.get(node)
        if fault == 'broken':
            self.log.append((time.time(), verb, node, asker, 'refused'))
            return 'ERROR the power switch of %s does not work' % node
        if verb == 'status':
            return 'OK on' if self.is_on(node) else 'OK off'
        if fault:
            time.sleep(fault)    # the fault itself
        (self.kill if verb == 'off' else self.boot)(node)
        self.log.append((time.time(), verb, node, asker, 'done'))
        return 'OK ' + verb
