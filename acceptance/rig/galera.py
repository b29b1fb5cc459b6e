# SPDX-License-Identifier: Apache-2.0
"""A Galera cluster of three MariaDB servers of Debian, each of which can be killed, frozen and started again."""
import os
import shutil
import signal
import subprocess

from . import packages, processes
from .place import ADDRESS, PASSWORD
from .waiting import until

NEEDS = packages.Packages('mariadb-server mariadb-client galera-4 rsync')
PROVIDER = '/usr/lib/galera/libgalera_smm.so'
BASE = 23330
SIZE = 3
# Not root: the rsync by which a member gets its data would write as nobody.
USER = 'mysql'
# From the loss of a member until the others go on without it. Galera's defaults are 5 s and 15 s; the members are on one machine.
SUSPECT, INACTIVE = 'PT2S', 'PT4S'


class Galera:

    def __init__(self, place):
        self.place = place
        self.members = list(range(1, SIZE + 1))

    def port(self, member):
        return BASE + self.place.offset + 10 * member

    def url(self, database):
        """For Java's driver: the first that answers, so that there is one writer."""
        hosts = ','.join('%s:%d' % (ADDRESS, self.port(member)) for member in self.members)
        return 'jdbc:mariadb:sequential://%s/%s' % (hosts, database)

    # -- its life -----------------------------------------------------------------------------------------------------

    def up(self):
        first = self.members[0]
        for member in self.members:
            shutil.rmtree(self._data(member), ignore_errors=True)
            os.makedirs(self._data(member))
            shutil.chown(self._data(member), USER, USER)
        processes.run(self.place, 'galera', ['mariadb-install-db', '--no-defaults', '--user=' + USER, '--skip-test-db',
                                             '--datadir=' + self._data(first), '--auth-root-authentication-method=normal'])
        self.start(first, bootstrap=True)
        self.sql(first, "CREATE USER 'rig'@'%%' IDENTIFIED BY '%s'; GRANT ALL ON *.* TO 'rig'@'%%';" % PASSWORD)
        for member in self.members[1:]:
            self.start(member)

    def down(self):
        for member in self.members:
            self.kill(member)

    def start(self, member, bootstrap=False):
        """Until it has all that the others have, and takes statements."""
        base = self.port(member)
        peers = ','.join('%s:%d' % (ADDRESS, self.port(peer) + 1) for peer in self.members)
        options = ';'.join(['base_port=%d' % (base + 1), 'gmcast.listen_addr=tcp://%s:%d' % (ADDRESS, base + 1),
                            'ist.recv_addr=%s:%d' % (ADDRESS, base + 2), 'gcache.size=64M', 'evs.keepalive_period=PT0.5S',
                            'evs.suspect_timeout=' + SUSPECT, 'evs.inactive_timeout=' + INACTIVE, 'evs.inactive_check_period=PT0.5S'])
        processes.start(self.place, self.name(member), [
            '/usr/sbin/mariadbd', '--no-defaults', '--user=' + USER, '--datadir=' + self._data(member),
            '--socket=' + self._socket(member), '--pid-file=' + self._data(member) + '/pid',
            '--bind-address=' + ADDRESS, '--port=%d' % base, '--lc-messages-dir=/usr/share/mysql', '--skip-name-resolve',
            '--log-bin=' + self._data(member) + '/log', '--binlog-format=ROW', '--innodb-autoinc-lock-mode=2',
            '--performance-schema=OFF', '--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=64M',
            '--innodb-log-file-size=8M',
            '--wsrep-on=ON', '--wsrep-provider=' + PROVIDER, '--wsrep-provider-options=' + options,
            '--wsrep-cluster-name=migawari', '--wsrep-node-name=%s' % self.name(member),
            '--wsrep-cluster-address=gcomm://' + ('' if bootstrap else peers),
            '--wsrep-node-address=%s:%d' % (ADDRESS, base + 1), '--wsrep-node-incoming-address=%s:%d' % (ADDRESS, base),
            '--wsrep-sst-method=rsync', '--wsrep-sst-receive-address=%s:%d' % (ADDRESS, base + 3),
            *(['--wsrep-new-cluster'] if bootstrap else [])])
        processes.until_true(self.place, self.name(member) + ' to be synced', lambda: self.is_synced(member), self.name(member))

    @staticmethod
    def name(member):
        return 'galera-%d' % member

    def is_synced(self, member):
        return self._ask(member, "SHOW STATUS LIKE 'wsrep_local_state_comment'") == 'Synced'

    def until_whole(self):
        until('all of Galera to be synced', lambda: all(self.is_synced(member) for member in self.members), 60)

    def kill(self, member):
        return processes.kill(self.place, self.name(member))

    def freeze(self, member):
        os.killpg(processes.pid(self.place, self.name(member)), signal.SIGSTOP)

    def thaw(self, member):
        os.killpg(processes.pid(self.place, self.name(member)), signal.SIGCONT)

    # -- what it holds ------------------------------------------------------------------------------------------------

    def sql(self, member, text):
        processes.run(self.place, 'galera', self._client(member), text=text)

    def rows(self, member, query):
        """Of words, as MariaDB's client prints them."""
        done = subprocess.run(self._client(member) + ['-N', '-B', '-e', query], capture_output=True, text=True, check=True,
                              timeout=30, env=processes.environment())
        return [line.split('\t') for line in done.stdout.splitlines()]

    def _ask(self, member, status):
        """One status; None, if it does not answer."""
        try:
            done = subprocess.run(self._client(member) + ['-N', '-B', '-e', status], capture_output=True, text=True, timeout=5,
                                  env=processes.environment())
        except subprocess.TimeoutExpired:
            return None
        words = done.stdout.split()
        return words[1] if len(words) > 1 else None

    def _client(self, member):
        return ['mariadb', '--no-defaults', '-uroot', '--socket=' + self._socket(member)]

    def _data(self, member):
        return self.place.path(self.name(member))

    def _socket(self, member):
        return self._data(member) + '/sock'
