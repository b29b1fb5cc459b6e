# SPDX-License-Identifier: Apache-2.0
"""Lets a cluster's nodes reach what listens on this machine's loopback address: at the hub's address, on the same ports."""
import contextlib
import socket
import threading

from .place import ADDRESS

CHUNK = 65536


class Gateway:
    """Passes bytes on, for as long as it is open. listener(port): makes the socket that the nodes reach."""

    def __init__(self, listener, ports):
        self.sockets = []
        for port in ports:
            entrance = listener(port)
            self.sockets.append(entrance)
            threading.Thread(target=self._accept, args=(entrance, port), name='gateway-%d' % port, daemon=True).start()

    def close(self):
        for entrance in self.sockets:
            with contextlib.suppress(OSError):
                entrance.shutdown(socket.SHUT_RDWR)
            entrance.close()

    def _accept(self, entrance, port):
        while True:
            try:
                outside, _ = entrance.accept()
            except OSError:
                return    # closed
            try:
                inside = socket.create_connection((ADDRESS, port), timeout=10)
            except OSError:
                outside.close()    # nobody listens there, and so the node is told
                continue
            inside.settimeout(None)
            for source, sink in ((outside, inside), (inside, outside)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass_on(source, sink):
        with contextlib.suppress(OSError):
            while True:
                data = source.recv(CHUNK)
                if not data:
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
