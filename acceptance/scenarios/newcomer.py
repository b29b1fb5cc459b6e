# SPDX-License-Identifier: Apache-2.0
"""The quick start, followed to the letter: a fresh copy of what is under version control, and the blocks of the page as one script, by a user
who is not root and has a JDK and Maven."""
import os
import pwd
import re
import shutil
import subprocess
import time

from rig import waiting
from rig.packages import Packages
from support import programs
from support.product import CHECKOUT

NAME = 'newcomer'
DOC = 'docs/quick-start.md on a fresh copy, each of its commands as it stands there, without root'
MINUTES = 15
STAGE = 'nodes'
NEEDS = [Packages('default-jdk-headless maven git curl')]

PAGE = 'docs/quick-start.md'
USER = 'nobody'
SECONDS = 3600


def run(stage):
    stage.case('quick-start', quick_start)


def quick_start(case):
    home = case.place.path('newcomer')
    shutil.rmtree(home, ignore_errors=True)
    copy = os.path.join(home, 'migawari')
    subprocess.run(['git', '-c', 'safe.directory=*', 'clone', '-q', CHECKOUT, copy], check=True)
    blocks = commands(os.path.join(copy, PAGE))
    assert len(blocks) > 10, blocks
    script = os.path.join(home, 'quick-start')
    with open(script, 'w') as file:
        # each command is shown before it runs, and the first one that fails ends it
        file.write('set -ex\ncd "$HOME/migawari"\n' + '\n'.join(blocks) + '\n')
    # Java asks the system and not the environment where somebody is at home
    environment = {'HOME': home, 'PATH': os.environ['PATH'], 'LANG': 'C.UTF-8', 'TMPDIR': home, 'MAVEN_OPTS': '-Duser.home=' + home}
    begun = time.monotonic()
    log = os.path.join(case.stage.results, 'quick-start.log')
    programs.run(as_somebody(home) + ['bash', script], SECONDS, env=environment, cwd=home, log=log)
    case.say('%d lines of commands, %.0f s' % (len(blocks), time.monotonic() - begun))
    with open(log, errors='replace') as file:
        said = file.read()
    for expected in ('compute1', 'recovered', 'migawari_'):
        assert expected in said, '%s is not in %s' % (expected, log)
    # the page's last line tells the demonstration to end, and does not wait for that
    waiting.until('the demonstration to end', lambda: not subprocess.run(['pgrep', '-f', home], capture_output=True).stdout)
    shutil.rmtree(home)


def commands(page):
    """-> the lines of its indented blocks"""
    with open(page) as file:
        return re.findall(r'^    (.*)$', file.read(), flags=re.M)


def as_somebody(home):
    """-> what goes in front of a command, so that it does not run as root; what Maven has fetched already need not be fetched again"""
    if os.geteuid():
        return []
    user = pwd.getpwnam(USER)
    fetched = os.path.expanduser('~/.m2')
    if os.path.isdir(fetched):
        shutil.copytree(fetched, os.path.join(home, '.m2'), symlinks=True)
    subprocess.run(['chown', '-R', '%d:%d' % (user.pw_uid, user.pw_gid), home], check=True)
    return ['setpriv', '--reuid', str(user.pw_uid), '--regid', str(user.pw_gid), '--clear-groups']
