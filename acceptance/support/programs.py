# SPDX-License-Identifier: Apache-2.0
"""Other people's programs, run to their ends, with a bound, and never left behind."""
import os
import signal
import subprocess
import time


class ProgramFailed(Exception):
    """It ended with another exit code than it should, or not in time."""

    def __init__(self, argv, code, output):
        super().__init__('%s %s\n%s' % (' '.join(argv), code, output[-3000:]))
        self.code = code
        self.output = output


def run(argv, seconds, env=None, cwd=None, log=None, codes=(0,), show=False):
    """-> what it printed on its standard output (all of it goes to the log instead, if one is given).

    It leads its own session, so that whatever it has started ends with it: when the time is up, and when we are told to stop.
    """
    out = open(log, 'ab') if log else subprocess.PIPE
    process = subprocess.Popen(argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out,
                               stderr=out if log else None if show else subprocess.PIPE, start_new_session=True)
    begun = time.monotonic()
    try:
        printed, complaints = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise ProgramFailed(argv, 'did not end within %d s' % seconds, _tail(log))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if log:
            out.close()
    text = _tail(log) if log else printed.decode(errors='replace')
    if process.returncode not in codes:
        raise ProgramFailed(argv, 'ended with %d after %.0f s' % (process.returncode, time.monotonic() - begun),
                            text + (complaints or b'').decode(errors='replace'))
    return text


def _tail(log, size=6000):
    if not log:
        return ''
    with open(log, 'rb') as file:
        file.seek(max(0, os.path.getsize(log) - size))
        return file.read().decode(errors='replace')
