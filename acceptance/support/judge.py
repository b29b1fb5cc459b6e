# SPDX-License-Identifier: Apache-2.0
"""Holds what happened against what had to happen. Three witnesses are heard about each server, none of whom knows the others:
Nova, the ledger of the hypervisors, and the controller itself."""
from dataclasses import dataclass

from rig import ledger
from rig.cloud import host_of, task_of

# Masakari's words for how a move and a recovery have ended
VMOVE_STATUS = {'succeeded': 'succeeded', 'left': 'ignored', 'failed': 'failed'}
NOTIFICATION_STATUS = {'recovered': 'finished', 'partly_recovered': 'failed', 'dismissed': 'ignored'}


class Differences(AssertionError):
    """Something is not as it has to be."""


@dataclass(frozen=True)
class Difference:
    subject: str
    what: str
    expected: str
    found: str


class Judge:

    def __init__(self, place, cloud, controller, since):
        """since: guests that ran twice before this moment are not held against anybody."""
        self.place = place
        self.cloud = cloud
        self.controller = controller
        self.since = since
        self.differences = []

    def expect(self, subject, what, expected, found):
        """expected: a value; or a tuple or set of those that will do."""
        fits = found in expected if isinstance(expected, (tuple, set, frozenset)) else found == expected
        if not fits:
            self.differences.append(Difference(subject, what, _words(expected), _words(found)))

    def hear_all(self, source, incident, notification, fates, phase):
        """The fates of one host's servers, and the incident and the notification about that host."""
        servers = self.cloud.servers()
        guests = ledger.guests(self.place)
        exports = ledger.exports(self.place)
        moves = {move['instance_uuid']: move for move in incident['moves']}
        vmoves = self.controller.moves_of(notification)
        self.expect('the incident about ' + source, 'phase', phase, incident['phase'])
        self.expect('the incident about ' + source, 'waits for', None, incident['waiting'])
        self.expect('the incident about ' + source, 'moves', sorted(s.id for s in fates), sorted(moves))
        self.expect('the notification', 'status', NOTIFICATION_STATUS[phase],
                    self.controller.notification(notification)['status'])
        self.expect('the notification', 'vmoves', sorted(s.id for s in fates), sorted(vmoves))
        for subject, fate in fates.items():
            server = servers.get(subject.id)
            if server is None:
                self.expect(subject.name, 'Nova', 'has it', 'does not have it')
                continue
            self._hear_nova(subject, fate, server)
            self._hear_ledger(subject, fate, guests.get(subject.id, {}), exports)
            self._hear_controller(subject, fate, source, host_of(server), moves.get(subject.id), vmoves.get(subject.id))
        return self

    def hear_moved(self, fates):
        """The fates of servers that people had moved: Nova and the ledger."""
        servers = self.cloud.servers()
        guests = ledger.guests(self.place)
        exports = ledger.exports(self.place)
        for subject, fate in fates.items():
            self._hear_nova(subject, fate, servers[subject.id])
            self._hear_ledger(subject, fate, guests.get(subject.id, {}), exports)
        return self

    def _hear_nova(self, subject, fate, server):
        before = subject.before
        self.expect(subject.name, 'Nova: host', fate.hosts, host_of(server))
        self.expect(subject.name, 'Nova: status', fate.status, server['status'])
        self.expect(subject.name, 'Nova: task', None, task_of(server))
        self.expect(subject.name, 'Nova: locked', before['locked'], server['locked'])
        self.expect(subject.name, 'Nova: metadata', before['metadata'], server['metadata'])
        self.expect(subject.name, 'Nova: addresses', before['addresses'], server['addresses'])
        self.expect(subject.name, 'Nova: volumes', _volumes(before), _volumes(server))

    def _hear_ledger(self, subject, fate, guests, exports):
        running = sorted(host for host, guest in guests.items() if guest['power'] == ledger.RUNNING)
        moved = fate.move == 'succeeded'
        if not moved:
            self.expect(subject.name, 'ledger: runs on', [], running)
            return
        self.expect(subject.name, 'ledger: runs on', tuple([host] for host in fate.hosts) if fate.runs else [], running)
        self.expect(subject.name, 'ledger: is defined on', tuple([host] for host in fate.hosts), sorted(guests))
        for host, guest in guests.items():
            self.expect(subject.name, 'ledger: volumes on ' + host, _volumes(subject.before), sorted(guest['volumes']))
            for volume in guest['volumes']:
                self.expect(subject.name, 'backend: exports volume %s to' % volume[:8], [host], exports.get(volume, []))

    def _hear_controller(self, subject, fate, source, host, move, vmove):
        if not move or not vmove:
            return    # told already, with the list of all
        self.expect(subject.name, 'incident: move', fate.move, move['state'])
        self.expect(subject.name, 'vmove: status', VMOVE_STATUS[fate.move], vmove['status'])
        self.expect(subject.name, 'vmove: source', source, vmove['source_host'])
        self.expect(subject.name, 'vmove: has ended', True, vmove['end_time'] is not None)
        self.expect(subject.name, 'incident: gives a reason', True, bool(move['message']))
        if fate.move == 'succeeded':
            self.expect(subject.name, 'incident: destination', host, move['destination'])
            self.expect(subject.name, 'vmove: destination', host, vmove['dest_host'])

    def hear_history(self):
        """Whether any guest has ever run on two hosts at once, even for a moment."""
        self.expect('the ledger', 'guests that ran twice', [], ledger.ran_twice(self.place, self.since))
        return self

    def verdict(self):
        """Raises Differences, with a table, if there are any."""
        if self.differences:
            raise Differences('\n' + table(self.differences))


def table(differences):
    rows = [('', 'what', 'expected', 'found')] + [(d.subject, d.what, d.expected, d.found) for d in differences]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return '\n'.join('  '.join([cell.ljust(width) for cell, width in zip(row, widths)] + [row[3]]) for row in rows)


def _volumes(server):
    return sorted(volume['id'] for volume in server['os-extended-volumes:volumes_attached'])


def _words(value):
    if isinstance(value, (tuple, set, frozenset)):
        return ' or '.join(_words(one) for one in sorted(value, key=str))
    if isinstance(value, list):
        return ', '.join(map(str, value)) or 'none'
    return str(value)
