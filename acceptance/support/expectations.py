# SPDX-License-Identifier: Apache-2.0
"""What host monitors shall have reported: exact sets, in which one too many is a failure like one too few."""
import contextlib
import datetime

from rig.waiting import TimedOut, until

# A false report would come within an interval of the look that it rests on; this is several.
SILENCE = 6


class Expectations:
    """What was reported to the receiver of a stage."""

    def __init__(self, stage):
        self.stage = stage

    @property
    def receiver(self):
        return self.stage.receiver

    def reported(self):
        """Facts, each as often as somebody has found it out for himself.

        A fencing is one fact, whoever tells it. Each node's Pacemaker notes its end by itself, so that two may be told with times
        a second apart; the controller joins them (its rule: the open incident has heard the same already).
        """
        facts, fencings = [], []
        for one in self.receiver.notifications():
            fenced_at = one.evidence.get('fenced_at')
            if fenced_at:
                if any(host == one.host and abs(at - moment(fenced_at)) <= 2 for host, at in fencings):
                    continue
                fencings.append((one.host, moment(fenced_at)))
            facts.append('%s %s %s' % (one.host, one.payload['event'], one.payload['host_status']))
        return sorted(facts)

    def tellings(self):
        """How many reports came, those that were known already included."""
        return len(self.receiver.notifications()) + self.receiver.repeated

    def expect(self, *facts, seconds=60, times=None):
        """Exactly these are reported, and nothing else for a while; times: how many tell it, for what each sees for himself."""
        wanted = sorted(fact for fact in facts for _ in range((times or {}).get(fact, 1)))
        until(lambda: 'reports %s; there are %s' % (wanted, self.reported()),
              lambda: len(self.reported()) >= len(wanted), seconds, every=0.05)
        self._until_more(SILENCE, wanted)
        assert self.reported() == wanted, 'expected %s, reported was %s' % (wanted, self.reported())

    def _until_more(self, seconds, wanted):
        """Gives a false report the time to come."""
        with contextlib.suppress(TimedOut):
            until('more', lambda: len(self.reported()) > len(wanted), seconds, every=0.05)

    def expect_nothing(self):
        self.receiver.stays_silent(SILENCE, 0)


def moment(text):
    """Seconds of the epoch; monitors write UTC, with or without saying so."""
    return datetime.datetime.fromisoformat(text.replace('Z', '')).replace(tzinfo=datetime.timezone.utc).timestamp()
