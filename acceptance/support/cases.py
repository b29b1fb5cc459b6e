# SPDX-License-Identifier: Apache-2.0
"""The cases of a scenario: played one after the other, each on a stage that was made clean before; one that fails does not keep
the others from being played."""
import os
import subprocess
import time
import traceback
from dataclasses import dataclass

import requests

from rig.cloud import ApiError
from rig.place import RigError
from rig.waiting import TimedOut

from .controller import Refused
from .programs import ProgramFailed

# What a case is expected to fail with; its words say enough. Anything else is shown with its type.
TROUBLE = (AssertionError, TimedOut, ApiError, Refused, RigError, ProgramFailed, requests.RequestException,
           subprocess.CalledProcessError)


@dataclass(frozen=True)
class Verdict:
    name: str
    passed: bool
    seconds: float
    words: str = ''


class Cases:

    def __init__(self, scenario, results, say, only):
        self.scenario = scenario
        self.results = results
        self.say = say
        self.only = only
        self.verdicts = []

    def play(self, name, play, evidence):
        """play() raises if the case fails; evidence(): {file name: function that tells its text}, for a case that failed."""
        if self.only and not any(text in name for text in self.only):
            return
        self.say('%s / %s' % (self.scenario, name))
        begun = time.monotonic()
        words = ''
        try:
            play()
        except Exception as trouble:    # whatever it is, the other cases are still worth playing
            words = isinstance(trouble, TROUBLE) and str(trouble) or repr(trouble)
            self.say('  FAILED: ' + words)
            self._keep_evidence(name, traceback.format_exc(), evidence())
        seconds = time.monotonic() - begun
        self.verdicts.append(Verdict(name, not words, seconds, words))
        self.say('  %s, %.0f s' % ('failed' if words else 'passed', seconds))

    def _keep_evidence(self, name, trace, tellers):
        directory = os.path.join(self.results, name + '.failed')
        os.makedirs(directory, exist_ok=True)
        for file_name, tell in {'failure.txt': lambda: trace, **tellers}.items():
            try:
                text = tell()
            except Exception as trouble:    # whatever it is, the rest of the evidence is worth keeping
                text = 'could not be told: %r' % trouble
            with open(os.path.join(directory, file_name), 'w') as file:
                file.write(text + '\n')
