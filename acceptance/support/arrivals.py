# SPDX-License-Identifier: Apache-2.0
"""When servers have arrived, read from Nova's own tables, so that looking costs its API nothing and is the same for everybody
who is timed."""
import time

import pymysql

from rig.place import ADDRESS, PASSWORD
from rig.waiting import until

EVERY = 0.1


class Arrivals:

    def __init__(self, place):
        self.place = place

    def until_all(self, ids, away_from, seconds):
        """Until each of these servers is active, without a task, on another host. -> when the last one was seen so"""
        connection = pymysql.connect(host=ADDRESS, port=self.place.port('mariadb'), user='rig', password=PASSWORD,
                                     database='nova', autocommit=True)
        try:
            def missing():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT COUNT(*) FROM instances WHERE uuid IN %s AND vm_state = 'active' "
                                   "AND task_state IS NULL AND host <> %s", (ids, away_from))
                    return len(ids) - cursor.fetchone()[0]
            until(lambda: '%d of %d servers to arrive' % (missing(), len(ids)), lambda: missing() == 0, seconds, EVERY)
            return time.time()
        finally:
            connection.close()
