# SPDX-License-Identifier: Apache-2.0
"""The whole rig, up and down."""
import concurrent.futures
import hashlib
import http.client
import os
import shutil
import signal

from . import configuration, databases, hosts, processes
from .bus import has_consumer
from .cloud import Cloud
from .place import ADDRESS, INSIDE, PYTHON, RigError
from .waiting import until

# id, name, memory in MiB; one virtual CPU and 1 GiB of disk each
FLAVORS = [('1', 'm1.nano', 64)]


def check_free(place):
    """Raises RigError if something is there that a new rig would destroy, or that is in its way."""
    if processes.living(place):
        raise RigError('a rig is up in %s already: %s' % (place.directory, ' '.join(processes.living(place))))
    if os.path.isdir(place.directory) and os.listdir(place.directory) and not os.path.exists(place.path('rig.json')):
        raise RigError('%s has contents that are not a rig\'s; name another directory with --state' % place.directory)
    if place.taken_ports():
        raise RigError('somebody else listens on the ports of %s; take others with --offset'
                       % ', '.join(place.taken_ports()))


def up(place, say):
    """Starts everything and returns when a server could be booted on every host."""
    check_free(place)
    shutil.rmtree(place.directory, ignore_errors=True)
    for directory in ('logs', 'run', 'guests', 'exports', 'faults', 'lock', 'glance/images', 'nova', 'neutron',
                      'cinder', 'masakari', 'mq'):
        os.makedirs(place.path(directory))
    place.remember()
    configuration.write_all(place)

    _start_rabbit(place)
    _start_forker(place, 'nova', place.path('etc/nova/nova.conf'))
    _start_forker(place, 'cinder', place.path('etc/cinder/cinder.conf'))
    built = databases.start(place, _start_keystone)
    say('MariaDB is up, %s' % ('every schema was built, once' if built else 'the schemas came from the cache'))
    _start_apis(place)
    processes.until_true(place, 'RabbitMQ', lambda: place.is_listening('amqp'), 'rabbitmq')
    _start_daemons(place)
    _until_apis_answer(place)
    say('every API answers')
    cloud = Cloud(place, 'rig')
    _until_hosts_are_known(place, cloud)
    _make_first_objects(cloud)
    hosts.until_schedulable(cloud, place.hosts)
    place.write('openrc', ''.join('export %s=%s\n' % pair for pair in place.credentials().items()), 0o600)
    say('%s can take servers' % ', '.join(place.hosts))


def down(place):
    """Nothing here is worth a graceful stop."""
    names = processes.living(place)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda name: processes.kill(place, name), names))
    shutil.rmtree(place.directory, ignore_errors=True)


def _start_rabbit(place):
    mq = place.path('mq')
    place.write('mq/.erlang.cookie', hashlib.sha256(place.directory.encode()).hexdigest()[:20], 0o400)
    config = place.write('mq/rabbitmq.conf', '''
listeners.tcp.1 = %s:%d
log.console = true
log.console.level = warning
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 50MB
''' % (ADDRESS, place.port('amqp')))
    plugins = place.write('mq/enabled_plugins', '[].\n')
    nothing = place.write('mq/env.conf', '')
    naming = {'ERL_EPMD_ADDRESS': ADDRESS, 'ERL_EPMD_PORT': str(place.port('epmd'))}
    processes.start(place, 'epmd', ['/usr/bin/epmd', '-address', ADDRESS, '-port', str(place.port('epmd'))], naming)
    processes.until_true(place, 'epmd', lambda: place.is_listening('epmd'), 'epmd')
    processes.start(place, 'rabbitmq', ['/usr/lib/rabbitmq/bin/rabbitmq-server'], dict(
        naming, HOME=mq, RABBITMQ_NODENAME='rig%d@localhost' % place.port('amqp'), RABBITMQ_LOGS='-',
        RABBITMQ_CONF_ENV_FILE=nothing, RABBITMQ_CONFIG_FILE=config, RABBITMQ_ADVANCED_CONFIG_FILE=mq + '/none',
        RABBITMQ_ENABLED_PLUGINS_FILE=plugins, RABBITMQ_MNESIA_BASE=mq + '/mnesia',
        RABBITMQ_LOG_BASE=place.path('logs'), RABBITMQ_PID_FILE=mq + '/pid',
        RABBITMQ_DIST_PORT=str(place.port('erlang')),
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-start_epmd false -kernel inet_dist_use_interface {127,0,0,1} '
                                            '+S 2:2 +sbwt none'))


def _start_forker(place, project, *configs):
    fifo = place.path('run', project + '.fifo')
    os.mkfifo(fifo)
    processes.start(place, 'forker-' + project, [PYTHON, os.path.join(INSIDE, 'forker.py'), project, fifo, *configs],
                    {'RIG': place.directory})


def _uwsgi(place, name, wsgi_file, env, workers, *more):
    processes.start(place, name, [
        '/usr/bin/uwsgi', '--plugin', 'python3,logfile', '--master', '--processes', str(workers), '--enable-threads',
        '--http-socket', '%s:%d' % (ADDRESS, place.port(name)), '--wsgi-file', wsgi_file, '--need-app',
        '--procname-prefix', name + ' ', '--buffer-size', '65535', '--listen', '128', '--die-on-term', '--no-orphans',
        '--add-header', 'Connection: close', '--req-logger', 'file:' + place.log(name + '-access'),
        # read by access_log.py: the end of the request in milliseconds comes first
        '--log-format', '%(tmsecs) %(method) %(uri) %(status) %(msecs)ms ua="%(uagent)"', *more], env)


# eventlet's hub must not be inherited over a fork, so those that have one load their application after it
UWSGI_LAZY = ('--lazy-apps',)
UWSGI_SHARED = ('--single-interpreter',)


def _start_keystone(place):
    _uwsgi(place, 'keystone', '/usr/bin/keystone-wsgi-public', {'OS_KEYSTONE_CONFIG_DIR': place.path('etc/keystone')},
           2, *UWSGI_SHARED)
    _until_answers(place, 'keystone', '/v3')


def _start_apis(place):
    _start_keystone(place)
    _uwsgi(place, 'placement', '/usr/bin/placement-api', {'OS_PLACEMENT_CONFIG_DIR': place.path('etc/placement')}, 2,
           *UWSGI_SHARED)
    _uwsgi(place, 'nova', '/usr/bin/nova-api-wsgi', {'OS_NOVA_CONFIG_DIR': place.path('etc/nova')}, 2, *UWSGI_LAZY)
    _start_cinder(place)
    processes.start(place, 'neutron', [
        PYTHON, '-c', 'from neutron.cmd.eventlet.server import main; main()',
        '--config-file', place.path('etc/neutron.conf')], {'PYTHONPATH': place.path('python')})
    _start_glance(place)


def _start_cinder(place):
    _uwsgi(place, 'cinder', '/usr/bin/cinder-wsgi', {}, 1, *UWSGI_LAZY,
           '--pyargv', '--config-file ' + place.path('etc/cinder/cinder.conf'))


def _start_glance(place):
    processes.start(place, 'glance', [
        PYTHON, '-c', 'from glance.cmd.api import main; main()', '--config-file', place.path('etc/glance-api.conf')])


def stop_api(place, service):
    processes.kill(place, service)


def start_api(place, service):
    """One that was stopped."""
    {'cinder': _start_cinder, 'glance': _start_glance}[service](place)
    _until_answers(place, service)


def start_masakari(place, options):
    """Masakari's engine and API, with these options on top of its defaults."""
    configuration.write_masakari(place, options)
    starter = os.path.join(INSIDE, 'masakari_start.py')
    config = place.path('etc/masakari/masakari.conf')
    _uwsgi(place, 'masakari', starter, {'OS_MASAKARI_CONFIG_DIR': place.path('etc/masakari')}, 2, *UWSGI_LAZY,
           '--pyargv', '--config-file ' + config)
    processes.start(place, 'masakari-engine', [PYTHON, starter, '--config-file', config])
    _until_answers(place, 'masakari', '/')
    processes.until_true(place, 'masakari-engine', lambda: has_consumer(place, 'ha_engine'), 'masakari-engine')


def stop_masakari(place):
    for name in ('masakari', 'masakari-engine'):
        processes.kill(place, name, how=signal.SIGTERM)


def _start_daemons(place):
    """nova-compute gives up without a conductor, so that one comes first."""
    for daemon in ('conductor', 'scheduler'):
        processes.fork(place, 'nova-' + daemon, ['--config-file', place.path('etc/nova/nova.conf')])
    for daemon in ('volume', 'scheduler'):
        processes.fork(place, 'cinder-' + daemon, ['--config-file', place.path('etc/cinder/cinder.conf')])
    until('nova-conductor', lambda: has_consumer(place, 'conductor'))
    for host in place.hosts:
        hosts.start_process(place, host)


def _until_answers(place, service, path='/'):
    def answers():
        connection = http.client.HTTPConnection(ADDRESS, place.port(service), timeout=20)
        try:
            connection.request('GET', path)
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
    processes.until_true(place, service + ' to answer', answers, service)


def _until_apis_answer(place):
    for service in ('placement', 'glance', 'neutron', 'nova', 'cinder'):
        _until_answers(place, service)


def _until_hosts_are_known(place, cloud):
    """Nova has mapped every host into its cell, and Cinder's daemons have reported."""
    until('every host in a cell', lambda: len(cloud.nova('GET', '/os-hypervisors')['hypervisors']) >= place.computes)
    until("Cinder's daemons", lambda: [
        service['state'] for service in cloud.cinder('GET', '/os-services')['services']] == ['up', 'up'])


def _make_first_objects(cloud):
    for number, name, memory in FLAVORS:
        cloud.nova('POST', '/flavors', {'flavor': {'id': number, 'name': name, 'ram': memory, 'vcpus': 1, 'disk': 1}})
    image = cloud.glance('POST', '/images', {'name': 'tiny', 'disk_format': 'raw', 'container_format': 'bare',
                                             'visibility': 'public'})['id']
    cloud.glance('PUT', '/images/%s/file' % image, data=b'an image of few bytes')
    network = cloud.neutron('POST', '/networks', {'network': {'name': 'rig', 'shared': True}})['network']['id']
    cloud.neutron('POST', '/subnets', {'subnet': {
        'network_id': network, 'ip_version': 4, 'cidr': '10.99.0.0/16', 'enable_dhcp': False}})
