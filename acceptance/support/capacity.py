# SPDX-License-Identifier: Apache-2.0
"""Hosts made full, as the scheduler sees it: somebody who is not Nova takes their memory in Placement. Nova leaves alone what
is allocated to consumers that it does not know."""
import uuid

from rig.lifecycle import FLAVORS

MEMORY = 'MEMORY_MB'
NANO = next(memory for _, name, memory in FLAVORS if name == 'm1.nano')


class Filling:
    """What takes a host's memory away."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.consumers = []

    def take(self, provider, amount):
        consumer = str(uuid.uuid4())
        self.cloud.placement('PUT', '/allocations/' + consumer, {
            'allocations': {provider: {'resources': {MEMORY: amount}}}, 'consumer_type': 'FILLER',
            'project_id': 'acceptance', 'user_id': 'acceptance', 'consumer_generation': None})
        self.consumers.append(consumer)

    def free(self):
        while self.consumers:
            self.cloud.placement('DELETE', '/allocations/' + self.consumers.pop())


def filled(cloud, host, room_for=0):
    """Takes all memory of a host but what so many of the smallest servers need."""
    provider = cloud.placement('GET', '/resource_providers?name=' + host)['resource_providers'][0]['uuid']
    path = '/resource_providers/' + provider
    inventory = cloud.placement('GET', path + '/inventories')['inventories'][MEMORY]
    used = cloud.placement('GET', path + '/usages')['usages'][MEMORY]
    # more than there is, by the ratio; but nobody may have more than max_unit
    left = int((inventory['total'] - inventory['reserved']) * inventory['allocation_ratio']) - used - room_for * NANO
    filling = Filling(cloud)
    while left:
        amount = min(left, inventory['max_unit'])
        filling.take(provider, amount)
        left -= amount
    return filling


def free_all(cloud):
    """Takes away what is allocated to anybody; for a cloud without servers."""
    for provider in cloud.placement('GET', '/resource_providers')['resource_providers']:
        path = '/resource_providers/%s/allocations' % provider['uuid']
        for consumer in cloud.placement('GET', path)['allocations']:
            cloud.placement('DELETE', '/allocations/' + consumer)
