# SPDX-License-Identifier: Apache-2.0
"""What a recovery took: its time line by phase, told by the incident's story, and the calls that Nova saw, told by Nova's own
access log."""
import json
import os
import time

from rig import access_log

from .controller import AGENT, moment

# How a line of the story ends with which a phase begins, in the order of the phases.
BEGINNINGS = {'isolating': ': taking the host out of Nova', 'moving': ': moving the instances',
              'closing': ': giving back what was not used'}
ENDS = ('Recovered: ', 'Partly recovered: ', 'Dismissed: ')


def phases(incident, story, killed_at):
    """[(phase, seconds from the kill of the host to its beginning, how long it took)], the way from kill to report first."""
    begun = [('reported', killed_at), ('proving', moment(incident['opened_at']))]
    for line in story:
        for phase, ending in BEGINNINGS.items():
            if line['message'].endswith(ending):
                begun.append((phase, moment(line['at'])))
    ended = moment(incident['closed_at']) if incident['closed_at'] else time.time()
    following = [at for _, at in begun[1:]] + [ended]
    return [(phase, at - killed_at, after - at) for (phase, at), after in zip(begun, following)]


def calls(place, since, until=float('inf'), agent=AGENT):
    """{service: {what was asked for: how often}}, by the controller."""
    return {service: access_log.kinds(access_log.requests(place, service, since, until, agent))
            for service in ('nova', 'keystone')}


class Report:
    """What is known about one recovery, for people and for machines."""

    def __init__(self, place, controller, incident, killed_at):
        self.incident = incident
        self.story = controller.story(incident['uuid'])
        self.killed_at = killed_at
        self.phases = phases(incident, self.story, killed_at)
        ended = moment(incident['closed_at']) if incident['closed_at'] else time.time()
        # a request is in the log when it has been answered
        self.calls = calls(place, killed_at, ended + 0.2)
        self.instances = len(incident['moves'])
        self.seconds = ended - killed_at

    def seconds_until_last_arrival(self):
        """From the kill to the end of the last move that succeeded; None if none did."""
        ends = [moment(move['ended_at']) for move in self.incident['moves'] if move['state'] == 'succeeded']
        return max(ends) - self.killed_at if ends else None

    def nova_calls(self):
        return sum(self.calls['nova'].values())

    def as_json(self):
        return {'incident': self.incident, 'story': self.story,
                'phases': [{'phase': phase, 'begun': round(at, 3), 'took': round(took, 3)}
                           for phase, at, took in self.phases],
                'seconds_from_kill_to_end': round(self.seconds, 3),
                'seconds_from_kill_to_last_arrival': self.seconds_until_last_arrival(),
                'instances': self.instances, 'calls': self.calls, 'nova_calls': self.nova_calls()}

    def as_text(self):
        last = self.seconds_until_last_arrival()
        lines = ['%s: %s' % (self.incident['host'], self.incident['message']),
                 '', '  seconds since the host was killed']
        lines += ['  %7.2f  %-10s took %6.2f' % (at, phase, took) for phase, at, took in self.phases]
        lines += ['  %7.2f  the end, %s%s' % (self.seconds, self.incident['phase'], '' if last is None else
                                              '; the last instance had arrived after %.2f' % last)]
        for service, kinds in self.calls.items():
            total = sum(kinds.values())
            each = ', %.1f for each of %d instances' % (total / self.instances, self.instances) if self.instances else ''
            lines += ['', '  %d calls to %s%s' % (total, service.capitalize(), each)]
            lines += ['  %7d  %s' % (count, what) for what, count in kinds.items()]
        lines += ['', '  the story']
        lines += ['  %7.2f  %s' % (moment(line['at']) - self.killed_at, line['message']) for line in self.story]
        return '\n'.join(lines)


def save(directory, name, text, data):
    """As name.txt and name.json."""
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, name + '.txt'), 'w') as file:
        file.write(text + '\n')
    with open(os.path.join(directory, name + '.json'), 'w') as file:
        json.dump(data, file, indent=1, sort_keys=True)
        file.write('\n')
