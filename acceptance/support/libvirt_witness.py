# SPDX-License-Identifier: Apache-2.0
"""Somebody who listens to the same libvirtd beside the monitor, through libvirt's own Python binding, and writes down when it
says that a guest has stopped: what comes after that moment is the monitor's doing, what came before libvirt's."""
import threading
import time

STOPPED = 5


class Witness:

    def __init__(self, node):
        import libvirt    # comes with the packages that the scenario needs
        self.libvirt = libvirt
        self.stopped = {}
        self._loop()
        self.connection = libvirt.openReadOnly(node.uri)
        self.registration = self.connection.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, self._hear, None)

    def _loop(self):
        """One for the process; it must be there before the first connection."""
        if not getattr(Witness, 'looping', False):
            Witness.looping = True
            self.libvirt.virEventRegisterDefaultImpl()
            threading.Thread(target=self._turn, daemon=True).start()

    def _turn(self):
        while True:
            self.libvirt.virEventRunDefaultImpl()

    def _hear(self, connection, domain, event, detail, opaque):
        if event == STOPPED:
            self.stopped.setdefault(domain.UUIDString(), time.time())

    def close(self):
        self.connection.domainEventDeregisterAny(self.registration)
        self.connection.close()
