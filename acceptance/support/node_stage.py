# SPDX-License-Identifier: Apache-2.0
"""Where scenarios are played that are about the monitors and the software of a node, and need no OpenStack: a directory, the
product, and somebody whom the monitors report to. The node itself, a cluster or a libvirtd, is the scenario's own."""
import os
import random
import shutil

from rig import processes

from .cases import Cases
from .receiver import Receiver

LOGS = 400


class NodeStage:
    """What such a scenario is given.

    place: the directory for everything that it starts (rig/processes.py starts there, and what it has started is ended with the
    run). product: whose monitors. receiver: whom they report to. keep: leave everything up at the end.
    """

    def __init__(self, place, product, scenario, results, seed, say, only=None, keep=False):
        self.place = place
        self.product = product
        self.results = results
        self.seed = seed
        self.random = random.Random('%s %s' % (scenario, seed))
        self.say = say
        self.keep = keep
        self.receiver = Receiver(place.port('receiver'))
        self.cases = Cases(scenario, results, say, only)
        self.cleaners = []
        self.witnesses = {}
        shutil.rmtree(results, ignore_errors=True)
        os.makedirs(results)
        for directory in ('logs', 'run'):
            os.makedirs(place.path(directory), exist_ok=True)

    @property
    def verdicts(self):
        return self.cases.verdicts

    def before_each_case(self, clean):
        """clean() is called then, in the order in which they were named; the receiver is there and knows nothing."""
        self.cleaners.append(clean)

    def evidence(self, file_name, tell):
        """The text of tell() is kept under this name when a case has failed; logs of processes are kept anyway."""
        self.witnesses[file_name] = tell

    def case(self, name, play, *arguments):
        """Plays a case on a clean stage: play(case, *arguments) raises an AssertionError, or times out, if it fails."""
        def played():
            self._clean()
            play(NodeCase(self, name), *arguments)
        self.cases.play(name, played, self._tellers)

    def _clean(self):
        for clean in self.cleaners:
            clean()
        self.receiver.fail_with(None)
        self.receiver.forget()
        if not self.receiver.server:
            self.receiver.come()

    def _tellers(self):
        logs = {name + '.log': lambda name=name: processes.tail(self.place, name, LOGS)
                for name in processes.names(self.place)}
        told = {'notifications.txt': lambda: '\n'.join('%.3f %s' % (one.at, one) for one in self.receiver.notifications())}
        return {**logs, **told, **self.witnesses}

    def strike(self):
        """The receiver goes; processes go with the place."""
        self.receiver.go()


class NodeCase:
    """One case while it is played."""

    def __init__(self, stage, name):
        self.stage = stage
        self.name = name
        self.place = stage.place
        self.product = stage.product
        self.receiver = stage.receiver
        self.say = lambda words: stage.say('  ' + words)
