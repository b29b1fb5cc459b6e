# SPDX-License-Identifier: Apache-2.0
"""Servers: booted, waited for, taken away."""
import concurrent.futures

from .cloud import ApiError, host_of, task_of
from .waiting import until

AT_ONCE = 8


def boot(cloud, names, host, volume=False, extra_volume=False, port=False, metadata=None, flavor='1'):
    """-> the ids, in the order of the names. volume: the root disk is a volume; extra_volume: and there is a blank one."""
    image = cloud.image()
    network = cloud.neutron('GET', '/networks?name=rig')['networks'][0]['id'] if port else None

    def one(name):
        server = {'name': name, 'flavorRef': flavor, 'host': host, 'metadata': metadata or {},
                  'networks': [{'uuid': network}] if port else 'none'}
        if volume or extra_volume:
            server['block_device_mapping_v2'] = disks(image, volume, extra_volume)
        if not volume:
            server['imageRef'] = image
        return cloud.nova('POST', '/servers', {'server': server})['server']['id']
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, names))


def disks(image, volume, extra_volume):
    blank = {'destination_type': 'volume', 'volume_size': 1, 'delete_on_termination': True}
    if volume:
        disks = [dict(blank, source_type='image', uuid=image, boot_index=0)]
    else:
        disks = [{'source_type': 'image', 'uuid': image, 'boot_index': 0, 'destination_type': 'local',
                  'delete_on_termination': True}]
    return disks + [dict(blank, source_type='blank', boot_index=-1)] if extra_volume else disks


def until_settled(cloud, ids, status='ACTIVE', seconds=180):
    """Every one of these servers has this status and nothing under way. -> the servers by id"""
    def settled():
        servers = cloud.servers()
        broken = [server for server in servers.values() if server['id'] in ids and server['status'] == 'ERROR' != status]
        if broken:
            raise AssertionError('%s: %s' % (broken[0]['name'], broken[0].get('fault', {}).get('message')))
        if all(servers[server]['status'] == status and not task_of(servers[server]) for server in ids):
            return {server: servers[server] for server in ids}
    return until('%d servers to be %s' % (len(ids), status), settled, seconds, every=0.2)


def delete_all(cloud):
    """Every server and its volumes, and what a failed run has left of attachments."""
    def delete(server):
        try:
            cloud.nova('DELETE', '/servers/' + server)
        except ApiError as refusal:
            if refusal.status != 404:
                raise
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(delete, cloud.servers()))
    until('every server to be gone', lambda: not cloud.servers(), 120)

    def volumes_are_gone():
        left = cloud.volumes()
        for volume in left.values():
            if volume['status'] not in ('in-use', 'deleting'):
                _delete_volume(cloud, volume)
        return not left
    until('every volume to be gone', volumes_are_gone, 60, every=0.3)


def _delete_volume(cloud, volume):
    if volume['status'] not in ('available', 'error'):
        cloud.cinder('POST', '/volumes/%s/action' % volume['id'],
                     {'os-reset_status': {'status': 'error', 'attach_status': 'detached'}})
    try:
        cloud.cinder('DELETE', '/volumes/' + volume['id'])
    except ApiError as refusal:
        if refusal.status != 404:
            raise


def describe(server):
    return '%-14s %-8s %-12s on %s' % (server['name'], server['status'], task_of(server) or '', host_of(server))
