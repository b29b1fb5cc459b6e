# SPDX-License-Identifier: Apache-2.0
"""Debian 12's Masakari with the one repair that it needs to work at all: Debian's oslo.messaging 14.0.3 (a security update)
rebuilds the request's context with read_deleted=None, and Masakari answers every POST with 500 "read_deleted can only be
one of". None is taken for 'no' here. Run as a script it is the engine, as a WSGI file the API."""
import sys

import masakari.cmd.engine as engine  # (patches eventlet in, so it comes first)
from masakari import context


def set_read_deleted(self, value):
    self._read_deleted = value or 'no'


context.RequestContext.read_deleted = property(lambda self: self._read_deleted, set_read_deleted)

if __name__ == '__main__':
    sys.argv[0] = 'masakari-engine'
    engine.main()
else:
    from masakari.cmd.api import initialize_application
    application = initialize_application()
