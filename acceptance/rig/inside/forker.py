# SPDX-License-Identifier: Apache-2.0
"""Starts daemons of Nova or Cinder by forking: importing Nova takes 3 s of CPU, which is paid here once and not for every
daemon and every return of a host.

  forker.py nova|cinder FIFO CONFIG-FILE

Each line of the FIFO is the JSON of one daemon: {"service": "nova-compute", "argv": [...], "log": FILE, "pid": FILE,
"title": "compute1"}. Every daemon is an ordinary one, with a session, a log and a state of its own. The parent has no
connections and no threads that a child could inherit.
"""
import json
import os
import signal
import sys

PROJECT, FIFO, CONFIG_FILE = sys.argv[1:]


def warm_nova():
    import nova.monkey_patch  # noqa: F401  (before anything else of Nova)
    import nova.cmd.compute  # noqa: F401
    import nova.cmd.conductor  # noqa: F401
    import nova.cmd.scheduler  # noqa: F401
    import nova.conf
    # decorators read the configuration when the managers are imported (the spacing of periodic tasks, for one)
    nova.conf.CONF(['--config-file', CONFIG_FILE], project='nova', default_config_files=[])
    import nova.compute.manager  # noqa: F401
    import nova.conductor.manager  # noqa: F401
    import nova.image.glance  # noqa: F401
    import nova.network.neutron  # noqa: F401
    import nova.scheduler.manager  # noqa: F401
    import nova.servicegroup.drivers.db  # noqa: F401
    import nova.virt
    import nova.virt.fake  # noqa: F401
    import nova.volume.cinder  # noqa: F401
    # so that compute_driver = ledger_driver.LedgerDriver is found: Nova looks below nova.virt only
    nova.virt.__path__.append(os.path.dirname(os.path.abspath(__file__)))
    warm_libraries()
    nova.conf.CONF.clear()    # each daemon reads its own files


def warm_cinder():
    import cinder.cmd.volume  # noqa: F401  (patches eventlet in)
    import cinder.cmd.scheduler  # noqa: F401
    from oslo_config import cfg
    cfg.CONF(['--config-file', CONFIG_FILE], project='cinder', default_config_files=[])
    import cinder.objects
    cinder.objects.register_all()
    import cinder.image.glance  # noqa: F401
    import cinder.scheduler.filter_scheduler  # noqa: F401
    import cinder.scheduler.manager  # noqa: F401
    import cinder.volume.manager  # noqa: F401
    warm_libraries()
    cfg.CONF.clear()


def warm_libraries():
    import keystoneauth1.loading  # noqa: F401
    import oslo_messaging._drivers.impl_rabbit  # noqa: F401
    import pymysql  # noqa: F401
    import sqlalchemy.dialects.mysql.pymysql  # noqa: F401


def become(daemon):
    """In the child: turns into the daemon and never returns."""
    import eventlet.hubs    # not before Nova's and Cinder's own patches of the same
    os.setsid()
    # The imports have made eventlet's hub, and what it waits with (epoll) would be one and the same for all daemons: each would be woken
    # by the events of all others, for as long as those have not seen to them.
    eventlet.hubs.use_hub()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(daemon['log'], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for target in (1, 2):
        os.dup2(log, target)
    with open('/proc/self/comm', 'w') as file:
        file.write(daemon['title'][:15])
    with open('/proc/self/stat') as file:
        started = file.read().rsplit(')', 1)[1].split()[19]
    with open(daemon['pid'], 'w') as file:
        file.write('%d %s\n' % (os.getpid(), started))
    sys.argv = [daemon['service']] + daemon['argv']
    main = __import__('.cmd.'.join(daemon['service'].split('-', 1)), fromlist=['main']).main
    main()
    os._exit(0)


def serve():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)    # nobody waits for the daemons
    # for writing, too: otherwise the FIFO would end with its first writer
    with os.fdopen(os.open(FIFO, os.O_RDWR), 'rb', buffering=0) as fifo:
        while True:
            daemon = json.loads(fifo.readline())
            if os.fork() == 0:
                fifo.close()
                try:
                    become(daemon)
                finally:
                    os._exit(1)


warm_nova() if PROJECT == 'nova' else warm_cinder()
serve()
