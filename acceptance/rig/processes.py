# SPDX-License-Identifier: Apache-2.0
"""The rig's processes: each leads its own session, logs to its own file, and is known by pid and start time, so that nothing
but what the rig itself has started is ever killed."""
import glob
import json
import os
import signal
import subprocess
import time

from .place import RigError
from .waiting import until


def environment(more=None):
    """Ours, without what would lead Python programs or OpenStack clients astray."""
    clean = {key: value for key, value in os.environ.items()
             if not key.lower().endswith('_proxy') and not key.startswith(('OS_', 'PYTHON', 'PYENV'))}
    clean.update(PATH='/usr/sbin:/usr/bin:/sbin:/bin', LANG='C.UTF-8', LC_ALL='C.UTF-8', PYTHONDONTWRITEBYTECODE='1')
    clean.update(more or {})
    return clean


def start_time(pid):
    """Of a living process; None if there is none."""
    try:
        with open('/proc/%d/stat' % pid) as file:
            fields = file.read().rsplit(')', 1)[1].split()
    except OSError:
        return None
    return None if fields[0] == 'Z' else fields[19]


def start(place, name, argv, env=None):
    with open(place.log(name), 'ab') as log:
        process = subprocess.Popen(argv, env=environment(env), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   start_new_session=True, cwd=place.directory)
    place.write('run/%s.pid' % name, '%d %s\n' % (process.pid, start_time(process.pid)))


def fork(place, name, argv, title=None):
    """Starts a daemon of Nova or Cinder through its forker; name is the daemon's, title that of one of many."""
    title = title or name
    order = {'service': name, 'argv': argv, 'title': title, 'log': place.log(title),
             'pid': place.path('run', title + '.pid')}
    project = name.split('-')[0]
    forker = 'forker-' + project
    fifo = until_true(place, forker, lambda: _open_for_writing(place.path('run', project + '.fifo')), forker)
    with fifo:
        fifo.write(json.dumps(order) + '\n')
    until_true(place, 'the start of ' + title, lambda: pid(place, title), forker)


def _open_for_writing(fifo):
    """None as long as nobody reads it; a plain open would wait for a reader for ever."""
    try:
        return os.fdopen(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK), 'w')
    except OSError:
        return None


def pid(place, name):
    """The pid of the very process that we started, as long as it lives."""
    try:
        with open(place.path('run', name + '.pid')) as file:
            number, started = file.read().split()
    except (OSError, ValueError):
        return None
    return int(number) if start_time(int(number)) == started else None


def names(place):
    """Of all processes that were ever started here."""
    return sorted(os.path.basename(path)[:-len('.pid')] for path in glob.glob(place.path('run', '*.pid')))


def living(place):
    return [name for name in names(place) if pid(place, name)]


def kill(place, name, how=signal.SIGKILL, patience=10):
    """Ends a process and its children; by force if it has not gone when the patience is over."""
    number = pid(place, name)
    if number is None:
        return False
    _signal_group(number, how)
    deadline = time.monotonic() + patience
    while start_time(number):
        if time.monotonic() > deadline:
            _signal_group(number, signal.SIGKILL)
        time.sleep(0.01)
    return True


def _signal_group(number, how):
    try:
        os.killpg(number, how)
    except ProcessLookupError:
        pass


def run(place, log, argv, env=None, text=None, may_fail=False):
    """Runs a program to its end; whether it succeeded."""
    with open(place.log(log), 'ab') as out:
        done = subprocess.run(argv, env=environment(env), input=text and text.encode(), stdout=out, stderr=out,
                              cwd=place.directory)
    if done.returncode and not may_fail:
        raise RigError('%s ended with %d\n%s' % (' '.join(argv[:4]), done.returncode, tail(place, log)))
    return done.returncode == 0


def tail(place, log, lines=25):
    try:
        with open(place.log(log), errors='replace') as file:
            return '--- %s\n%s' % (place.log(log), ''.join(file.readlines()[-lines:]))
    except OSError:
        return '(no log of %s)' % log


def until_true(place, what, condition, name, seconds=90):
    """Waits for a condition that the process of this name has to bring about, and not longer than that process lives."""
    def alive_and_true():
        if pid(place, name) is None:
            raise RigError('%s died while %s was waited for\n%s' % (name, what, tail(place, name)))
        return condition()
    return until(what, alive_and_true, seconds)


def resident_mebibytes(number):
    """The memory of a process and of all others in its session."""
    pages = 0
    for entry in os.listdir('/proc'):
        if entry.isdigit():
            try:
                with open('/proc/%s/stat' % entry) as file:
                    session = int(file.read().rsplit(')', 1)[1].split()[3])
                if session == number:
                    with open('/proc/%s/statm' % entry) as file:
                        pages += int(file.read().split()[1])
            except (OSError, IndexError):
                continue
    return pages * os.sysconf('SC_PAGE_SIZE') / (1 << 20)


def proportional_mebibytes(number):
    """The same, with each page that several of them share counted once."""
    total = 0
    for entry in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % entry) as file:
                session = int(file.read().rsplit(')', 1)[1].split()[3])
            if session == number:
                with open('/proc/%s/smaps_rollup' % entry) as file:
                    total += int([line.split()[1] for line in file if line.startswith('Pss:')][0])
        except (OSError, IndexError):
            continue
    return total / 1024
