# SPDX-License-Identifier: Apache-2.0
"""The configuration files of every service: as near to what a site would have as a loopback address allows."""
import os
import shutil

from .place import ADDRESS, INSIDE, PASSWORD, REGION

# Nova's own are 10 and 60; short ones spare the waits for a heartbeat, and make the best of what rivals have to wait for.
REPORT_INTERVAL = 1
SERVICE_DOWN_TIME = 6

NOTIFICATIONS_OFF = '''
[oslo_messaging_notifications]
driver = noop
'''


def write_all(place):
    _write_keystone(place)
    _write_placement(place)
    _write_glance(place)
    _write_neutron(place)
    _write_nova(place)
    _write_cinder(place)
    write_masakari(place, {})


def _signs_in(place, section, user, more=''):
    return f'''
[{section}]
auth_url = {place.keystone_url}
www_authenticate_uri = {place.keystone_url}
auth_type = password
username = {user}
password = {PASSWORD}
project_name = service
user_domain_id = default
project_domain_id = default
region_name = {REGION}
{more}
'''


def _write_keystone(place):
    place.write('etc/keystone/keystone.conf', f'''
[database]
connection = {place.database('keystone')}
max_pool_size = 5
[token]
provider = fernet
expiration = 86400
[fernet_tokens]
key_repository = {place.path('keystone', 'fernet-keys')}
[credential]
key_repository = {place.path('keystone', 'credential-keys')}
[identity]
# cheap on purpose: what a sign-in costs is not what we measure
password_hash_rounds = 4
[cache]
enabled = true
backend = oslo_cache.dict
[catalog]
# each worker has a cache of its own, and would go on naming an endpoint that was changed through another
caching = false
''')


def _write_placement(place):
    place.write('etc/placement/placement.conf', f'''
[placement_database]
connection = {place.database('placement')}
[api]
auth_strategy = keystone
''' + _signs_in(place, 'keystone_authtoken', 'placement'))


def _write_glance(place):
    place.write('etc/glance-api.conf', f'''
[DEFAULT]
bind_host = {ADDRESS}
bind_port = {place.port('glance')}
workers = 0
enabled_import_methods = [glance-direct]
[database]
connection = {place.database('glance')}
[glance_store]
stores = file
default_store = file
filesystem_store_datadir = {place.path('glance', 'images')}/
[paste_deploy]
flavor = keystone
config_file = /usr/share/glance-common/glance-api-paste.ini
[oslo_concurrency]
lock_path = {place.path('lock')}
''' + _signs_in(place, 'keystone_authtoken', 'glance'))


def _write_neutron(place):
    place.write('etc/neutron.conf', f'''
[DEFAULT]
bind_host = {ADDRESS}
bind_port = {place.port('neutron')}
core_plugin = ml2
service_plugins =
api_workers = 1
rpc_workers = 0
rpc_state_report_workers = 0
state_path = {place.path('neutron')}
api_paste_config = /usr/share/neutron-common/api-paste.ini
transport_url = {place.message_bus}
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
send_events_interval = 0
dhcp_agent_notification = false
[database]
connection = {place.database('neutron')}
[oslo_concurrency]
lock_path = {place.path('lock')}
[quotas]
quota_port = -1
[ml2]
type_drivers = local
tenant_network_types = local
mechanism_drivers = without_agents
extension_drivers = port_security
''' + _signs_in(place, 'keystone_authtoken', 'neutron') + _signs_in(place, 'nova', 'nova'))
    # Neutron finds its drivers by the entry points of installed packages only, so ours becomes one.
    place.write('python/ml2_without_agents-1.dist-info/METADATA',
                'Metadata-Version: 2.1\nName: ml2-without-agents\nVersion: 1\n')
    place.write('python/ml2_without_agents-1.dist-info/entry_points.txt',
                '[neutron.ml2.mechanism_drivers]\nwithout_agents = ml2_without_agents:WithoutAgents\n')
    shutil.copy(os.path.join(INSIDE, 'ml2_without_agents.py'), place.path('python'))


def _write_nova(place):
    nova = f'''
[DEFAULT]
transport_url = {place.message_bus}
my_ip = {ADDRESS}
state_path = {place.path('nova')}
host = controller
enabled_apis = osapi_compute
report_interval = {REPORT_INTERVAL}
service_down_time = {SERVICE_DOWN_TIME}
periodic_fuzzy_delay = 0
compute_driver = ledger_driver.LedgerDriver
vif_plugging_timeout = 0
vif_plugging_is_fatal = false
block_device_allocate_retries_interval = 1
[api]
auth_strategy = keystone
local_metadata_per_cell = false
[api_database]
connection = {place.database('nova_api')}
[database]
connection = {place.database('nova')}
[quota]
instances = -1
cores = -1
ram = -1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 1
[conductor]
workers = 1
[vnc]
enabled = false
[glance]
api_servers = {place.url('glance')}
[oslo_concurrency]
lock_path = {place.path('lock')}
[workarounds]
disable_rootwrap = true
''' + NOTIFICATIONS_OFF
    for section, user in (('keystone_authtoken', 'nova'), ('placement', 'placement'), ('neutron', 'neutron'),
                          ('cinder', 'nova')):
        nova += _signs_in(place, section, user)
    nova += _signs_in(place, 'service_user', 'nova', 'send_service_user_token = true')
    place.write('etc/nova/nova.conf', nova)
    shutil.copy('/usr/share/nova-common/api-paste.ini', place.path('etc', 'nova'))
    for host in place.hosts:
        os.makedirs(place.path(host, 'instances'), exist_ok=True)
        place.write(host + '/nova.conf', f'''
[DEFAULT]
host = {host}
state_path = {place.path(host)}
instances_path = {place.path(host, 'instances')}
[oslo_concurrency]
lock_path = {place.path(host, 'lock')}
''')


def _write_cinder(place):
    place.write('etc/cinder/cinder.conf', f'''
[DEFAULT]
transport_url = {place.message_bus}
my_ip = {ADDRESS}
host = controller
state_path = {place.path('cinder')}
auth_strategy = keystone
api_paste_config = /usr/share/cinder-common/api-paste.ini
resource_query_filters_file = /etc/cinder/resource_filters.json
glance_api_servers = {place.url('glance')}
enabled_backends = paper
report_interval = 2
periodic_fuzzy_delay = 0
quota_volumes = -1
quota_gigabytes = -1
[paper]
volume_driver = paper_volumes.PaperVolumes
volume_backend_name = paper
[database]
connection = {place.database('cinder')}
[coordination]
backend_url = file://{place.path('cinder')}
[key_manager]
backend = cinder.keymgr.conf_key_mgr.ConfKeyManager
fixed_key = {'0' * 64}
[oslo_concurrency]
lock_path = {place.path('lock')}
''' + NOTIFICATIONS_OFF
                # only Nova, by its service token, may delete an attachment that is in use (since CVE-2023-2088)
                + _signs_in(place, 'keystone_authtoken', 'cinder',
                            'service_token_roles = service\nservice_token_roles_required = true')
                + _signs_in(place, 'nova', 'nova'))


def write_masakari(place, options):
    """The options go on top of Masakari's own defaults."""
    chosen = ''.join('%s = %s\n' % option for option in sorted(options.items()))
    place.write('etc/masakari/masakari.conf', f'''
[DEFAULT]
transport_url = {place.message_bus}
state_path = {place.path('masakari')}
auth_strategy = keystone
os_privileged_user_name = masakari
os_privileged_user_password = {PASSWORD}
os_privileged_user_tenant = service
os_privileged_user_auth_url = {place.keystone_url}
os_user_domain_name = Default
os_project_domain_name = Default
os_region_name = {REGION}
nova_catalog_admin_info = compute:nova:publicURL
use_stderr = true
{chosen}
[wsgi]
api_paste_config = /etc/masakari/api-paste.ini
[database]
connection = {place.database('masakari')}
[taskflow]
connection = {place.database('masakari')}
[oslo_concurrency]
lock_path = {place.path('lock')}
''' + NOTIFICATIONS_OFF + _signs_in(place, 'keystone_authtoken', 'masakari'))
    shutil.copy('/etc/masakari/api-paste.ini', place.path('etc', 'masakari'))
