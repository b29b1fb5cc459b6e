# SPDX-License-Identifier: Apache-2.0
"""MariaDB, and every schema in it with Keystone's users and catalogue. What was built once is kept in a cache, for as long
as the packages, the ports and this file stay as they are."""
import concurrent.futures
import glob
import hashlib
import json
import os
import shutil

from . import packages, processes
from .cloud import Cloud
from .place import ADDRESS, PASSWORD, PORTS, PYTHON, REGION, RigError

CACHE = '/var/cache/migawari-acceptance'
CACHED_RIGS = 3

SCHEMAS = ['keystone', 'glance', 'neutron', 'placement', 'nova_api', 'nova_cell0', 'nova', 'cinder', 'masakari']

# user and service, type in the catalogue, path of the endpoint
CATALOGUE = [('nova', 'compute', '/v2.1'), ('glance', 'image', ''), ('neutron', 'network', ''),
             ('placement', 'placement', ''), ('cinder', 'volumev3', '/v3/%(project_id)s'),
             ('masakari', 'instance-ha', '/v1')]


def start(place, start_keystone):
    """Whether the databases had to be built."""
    cached = _cached(place)
    if os.path.exists(cached):
        processes.run(place, 'cache', ['tar', '-C', place.directory, '-xf', cached])
        _start_mariadb(place)
        return False
    _build(place, start_keystone)
    processes.kill(place, 'mariadb', how=15, patience=30)
    _keep(place, cached)
    _start_mariadb(place)
    return True


def sql(place, text):
    """As MariaDB's root."""
    processes.run(place, 'sql', ['mariadb', '--no-defaults', '-uroot', '--socket=' + place.path('mariadb.sock')],
                  text=text)


def _cached(place):
    with open(os.path.realpath(__file__)) as file:
        parts = [file.read(), json.dumps(PORTS), str(place.offset), json.dumps(packages.OPENSTACK.versions(), sort_keys=True)]
    return os.path.join(CACHE, hashlib.sha256('\n'.join(parts).encode()).hexdigest()[:16] + '.tar')


def _keep(place, cached):
    os.makedirs(CACHE, exist_ok=True)
    for old in sorted(glob.glob(CACHE + '/*.tar'), key=os.path.getmtime)[:-(CACHED_RIGS - 1)]:
        os.unlink(old)
    processes.run(place, 'cache', ['tar', '-C', place.directory, '-cf', cached + '.new', 'mariadb', 'keystone'])
    os.rename(cached + '.new', cached)


def _start_mariadb(place):
    processes.start(place, 'mariadb', [
        '/usr/sbin/mariadbd', '--no-defaults', '--user=root', '--datadir=' + place.path('mariadb'),
        '--socket=' + place.path('mariadb.sock'), '--bind-address=' + ADDRESS, '--port=%d' % place.port('mariadb'),
        '--pid-file=' + place.path('mariadb.pid'), '--lc-messages-dir=/usr/share/mysql', '--skip-name-resolve',
        '--skip-log-bin', '--max-connections=2000', '--innodb-buffer-pool-size=256M', '--performance-schema=OFF',
        # nothing here has to survive a power failure
        '--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0', '--innodb-flush-method=nosync',
        '--debug-no-sync'])
    processes.until_true(place, 'MariaDB', lambda: os.path.exists(place.path('mariadb.sock'))
                         and place.is_listening('mariadb'), 'mariadb')


def _build(place, start_keystone):
    shutil.rmtree(place.path('mariadb'), ignore_errors=True)
    processes.run(place, 'mariadb', ['mariadb-install-db', '--no-defaults', '--user=root', '--skip-test-db',
                                     '--datadir=' + place.path('mariadb'), '--auth-root-authentication-method=normal'])
    _start_mariadb(place)
    sql(place, ''.join('CREATE DATABASE %s CHARACTER SET utf8;\n' % schema for schema in SCHEMAS)
        + "CREATE USER 'rig'@'%%' IDENTIFIED BY '%s'; GRANT ALL ON *.* TO 'rig'@'%%';" % PASSWORD)
    # as many at once as a small machine has cores; the slowest first
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        builders = [_build_neutron, _build_nova, _build_keystone, _build_masakari, _build_cinder, _build_glance,
                    _build_placement]
        for builder in concurrent.futures.as_completed([pool.submit(builder, place) for builder in builders]):
            builder.result()
    start_keystone(place)
    _fill_keystone(Cloud(place, 'rig'))
    processes.kill(place, 'keystone')


def _manage(place, name, *argv, may_fail=False):
    return processes.run(place, 'schema-' + name, [name + '-manage', *argv], may_fail=may_fail)


def _build_neutron(place):
    processes.run(place, 'schema-neutron',
                  ['neutron-db-manage', '--config-file', place.path('etc/neutron.conf'), 'upgrade', 'head'],
                  {'PYTHONPATH': place.path('python')})


def _build_nova(place):
    config = ['--config-file', place.path('etc/nova/nova.conf')]
    _manage(place, 'nova', *config, 'api_db', 'sync')
    _manage(place, 'nova', *config, 'cell_v2', 'map_cell0', '--database_connection', place.database('nova_cell0'))
    _manage(place, 'nova', *config, 'cell_v2', 'create_cell', '--name', 'cell1')
    _manage(place, 'nova', *config, 'db', 'sync')


def _build_keystone(place):
    config = ['--config-file', place.path('etc/keystone/keystone.conf')]
    for keys in ('fernet-keys', 'credential-keys'):
        os.makedirs(place.path('keystone', keys), mode=0o700, exist_ok=True)
    _manage(place, 'keystone', *config, 'db_sync')
    for setup in ('fernet_setup', 'credential_setup'):
        _manage(place, 'keystone', *config, setup, '--keystone-user', 'root', '--keystone-group', 'root')
    endpoints = [word for interface in ('public', 'internal', 'admin')
                 for word in ('--bootstrap-%s-url' % interface, place.keystone_url)]
    _manage(place, 'keystone', *config, 'bootstrap', '--bootstrap-username', 'admin', '--bootstrap-password', PASSWORD,
            '--bootstrap-project-name', 'admin', '--bootstrap-region-id', REGION, *endpoints)


def _build_cinder(place):
    _manage(place, 'cinder', '--config-file', place.path('etc/cinder/cinder.conf'), 'db', 'sync')


def _build_glance(place):
    _manage(place, 'glance', '--config-file', place.path('etc/glance-api.conf'), 'db_sync')


def _build_placement(place):
    _manage(place, 'placement', '--config-dir', place.path('etc/placement'), 'db', 'sync')


def _build_masakari(place):
    """Debian 12's python3-taskflow comes without its alembic folder, at which the sixth of Masakari's migrations stops:
    taskflow's tables are made directly, and the seventh goes on."""
    config = ['--config-file', place.path('etc/masakari/masakari.conf'), 'db', 'sync']
    if _manage(place, 'masakari', *config, may_fail=True):
        return
    if 'alembic.ini' not in processes.tail(place, 'schema-masakari', 5):
        raise RigError(processes.tail(place, 'schema-masakari'))
    processes.run(place, 'schema-masakari', [PYTHON, '-c', '''
import sys
import sqlalchemy
from taskflow.persistence.backends.sqlalchemy import tables
metadata = sqlalchemy.MetaData()
tables.fetch(metadata)
metadata.create_all(sqlalchemy.create_engine(sys.argv[1]))
''', place.database('masakari')])
    sql(place, 'UPDATE masakari.migrate_version SET version = 6;')
    _manage(place, 'masakari', *config)


def _fill_keystone(cloud):
    """The services' users, and the catalogue."""
    project = cloud.keystone('POST', '/projects', {'project': {
        'name': 'service', 'domain_id': 'default'}})['project']['id']
    roles = {role['name']: role['id'] for role in cloud.keystone('GET', '/roles')['roles']}
    if 'service' not in roles:
        roles['service'] = cloud.keystone('POST', '/roles', {'role': {'name': 'service'}})['role']['id']
    for name, kind, path in CATALOGUE:
        user = cloud.keystone('POST', '/users', {'user': {
            'name': name, 'password': PASSWORD, 'domain_id': 'default'}})['user']['id']
        for role in ('admin', 'service'):
            cloud.keystone('PUT', '/projects/%s/users/%s/roles/%s' % (project, user, roles[role]))
        service = cloud.keystone('POST', '/services', {'service': {'name': name, 'type': kind}})['service']['id']
        for interface in ('public', 'internal', 'admin'):
            cloud.keystone('POST', '/endpoints', {'endpoint': {
                'interface': interface, 'service_id': service, 'region_id': REGION,
                'url': cloud.place.url(name, path)}})
