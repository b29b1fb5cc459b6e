# SPDX-License-Identifier: Apache-2.0
"""Debian's packages of OpenStack, installed without their daemons being started."""
import os
import subprocess

from .place import RigError

PACKAGES = '''
python3-keystone python3-nova nova-common python3-placement placement-common python3-glance glance-common
python3-neutron neutron-common python3-cinder cinder-common
python3-masakari masakari-common masakari-api masakari-engine
mariadb-server mariadb-client rabbitmq-server uwsgi-core uwsgi-plugin-python3
python3-pymysql python3-requests python3-amqp python3-fixtures
'''.split()

# what Debian's maintainer scripts ask before they start a daemon
STARTING_POLICY = '/usr/sbin/policy-rc.d'


def versions():
    """Of those that are installed."""
    shown = subprocess.run(['dpkg-query', '-W', '-f', '${db:Status-Status} ${Package} ${Version}\n'] + PACKAGES,
                           capture_output=True, text=True).stdout
    lines = [line.split() for line in shown.splitlines()]
    return {line[1]: line[2] for line in lines if line[0] == 'installed'}


def missing():
    installed = versions()
    return [package for package in PACKAGES if package not in installed]


def install(packages):
    ours = not os.path.exists(STARTING_POLICY)
    if ours:
        with open(STARTING_POLICY, 'w') as file:
            file.write('#!/bin/sh\nexit 101\n')
        os.chmod(STARTING_POLICY, 0o755)
    try:
        apt = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=900']
        for command in (apt + ['update'], apt + ['install', '-y', '--no-install-recommends'] + packages):
            if subprocess.run(command, env=dict(os.environ, DEBIAN_FRONTEND='noninteractive')).returncode:
                raise RigError('%s failed' % ' '.join(command[:5]))
    finally:
        if ours:
            os.unlink(STARTING_POLICY)
