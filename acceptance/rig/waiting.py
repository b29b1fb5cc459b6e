# SPDX-License-Identifier: Apache-2.0
"""Waiting for conditions, each with a bound; nothing here waits a fixed time."""
import time


class TimedOut(Exception):
    """A condition did not come true in time."""


def until(what, condition, seconds=60, every=0.1):
    """The first true value of condition(); TimedOut with what was waited for if there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimedOut('not within %d s: %s' % (seconds, what() if callable(what) else what))
        time.sleep(every)
