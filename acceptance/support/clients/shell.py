# SPDX-License-Identifier: Apache-2.0
"""The `openstack` command in an administrator's shell."""
import json

from rig import processes

from .. import programs

SECONDS = 90


class Shell:
    """credentials: the variables OS_*. root: the tree of another Debian, whose command it is."""

    def __init__(self, credentials, root=None):
        self.environment = processes.environment(credentials)
        self.root = root
        self.asked = 0

    def of(self, credentials):
        """Somebody else's, of the same Debian."""
        return Shell(credentials, self.root)

    def says(self, *words, codes=(0,)):
        """What it prints."""
        self.asked += 1
        prefix = ['chroot', self.root] if self.root else []
        return programs.run([*prefix, 'openstack', *words], SECONDS, env=self.environment, codes=codes).strip()

    def tells(self, *words):
        """The same, of a command that can print it as JSON."""
        return json.loads(self.says(*words, '-f', 'json'))

    def is_refused(self, because, *words):
        """It fails with an exit code, and says this for a reason, in whatever letters."""
        try:
            printed = self.says(*words)
        except programs.ProgramFailed as failure:
            assert because.lower() in failure.output.lower(), '%s\n...should have said: %s' % (failure, because)
            return
        raise AssertionError('openstack %s was not refused: %s' % (' '.join(words), printed))

    def has(self, *command):
        """Whether there is such a command."""
        return ' '.join(command) in self.says('command', 'list', '--group', 'openstack.ha.v1')
