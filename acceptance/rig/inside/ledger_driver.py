# SPDX-License-Identifier: Apache-2.0
"""Nova's own fake hypervisor, with a memory that survives nova-compute as the guests of a real one do.

$RIG/guests/INSTANCE@HOST exists while the guest is defined on that host; it holds its power state and its volumes. So a
guest that runs on two hosts can be seen. $RIG/guests/events has a line for everything that happened to a guest: time,
host, what, instance, power state.

Faults on demand, from $RIG/faults/HOST.json, read at every call:
  {"spawn_delay": seconds, "power_off_delay": seconds, "spawn_fail_instances": [ids whose guests never start],
   "spawn_fail": whether none starts, "snapshot_fail": whether no disk can be read}
"""
import io
import json
import os
import time

import nova.conf
from nova import exception
from nova.compute import power_state, task_states, vm_states
from nova.image import glance
from nova.virt import driver
from nova.virt import fake

CONF = nova.conf.CONF
RIG = os.environ['RIG']
GUESTS = os.path.join(RIG, 'guests')


class LedgerDriver(fake.FakeDriver):

    def init_host(self, host):
        super().init_host(host)
        self._volumes = {}    # of each instance: {volume: device}
        for entry in os.listdir(GUESTS):
            instance, _, where = entry.partition('@')
            if where == host:
                with open(os.path.join(GUESTS, entry)) as file:
                    guest = json.load(file)
                self.instances[instance] = fake.FakeInstance(guest['name'], guest['power'], instance)
                self._volumes[instance] = guest['volumes']

    # -- the ledger ---------------------------------------------------------------------------------------------------

    def _path(self, instance_id):
        return os.path.join(GUESTS, '%s@%s' % (instance_id, CONF.host))

    def _write(self, what, instance_id):
        guest = self.instances[instance_id]
        with open(self._path(instance_id) + '.new', 'w') as file:
            json.dump({'name': guest.name, 'power': guest.state, 'volumes': self._volumes.get(instance_id, {})}, file)
        os.rename(self._path(instance_id) + '.new', self._path(instance_id))
        self._tell(what, instance_id, guest.state)

    def _tell(self, what, instance_id, power):
        with open(os.path.join(GUESTS, 'events'), 'a') as file:
            file.write('%.3f %s %s %s %d\n' % (time.time(), CONF.host, what, instance_id, power))

    def _note_volumes(self, instance_id, block_device_info):
        self._volumes[instance_id] = {
            disk['connection_info']['serial']: disk['mount_device']
            for disk in driver.block_device_info_get_mapping(block_device_info) if disk.get('connection_info')}

    @staticmethod
    def _fault(key, otherwise):
        try:
            with open(os.path.join(RIG, 'faults', CONF.host + '.json')) as file:
                return json.load(file).get(key, otherwise)
        except FileNotFoundError:
            return otherwise

    # -- what Nova asks for -------------------------------------------------------------------------------------------

    def instance_on_disk(self, instance):
        return True    # shared storage: an evacuated image-backed instance keeps its disk

    def spawn(self, context, instance, *args, **kwargs):
        time.sleep(self._fault('spawn_delay', 0))
        if self._fault('spawn_fail', False) or instance.uuid in self._fault('spawn_fail_instances', []):
            raise exception.InstanceDeployFailure(reason='a fault of the rig: this guest never starts')
        super().spawn(context, instance, *args, **kwargs)
        self._note_volumes(instance.uuid, kwargs.get('block_device_info'))
        self._write('spawn', instance.uuid)

    def snapshot(self, context, instance, image_id, update_task_state):
        # Nova's own fake uploads nothing, so that an image would be queued for ever
        update_task_state(task_state=task_states.IMAGE_PENDING_UPLOAD)
        if self._fault('snapshot_fail', False):
            raise exception.InstanceNotReady(instance_id=instance.uuid)
        update_task_state(task_state=task_states.IMAGE_UPLOADING, expected_state=task_states.IMAGE_PENDING_UPLOAD)
        glance.API().update(context, image_id, {'disk_format': 'raw', 'container_format': 'bare', 'status': 'active'},
                            io.BytesIO(b'the disk of ' + instance.uuid.encode()), purge_props=False)

    def destroy(self, context, instance, *args, **kwargs):
        super().destroy(context, instance, *args, **kwargs)
        self._volumes.pop(instance.uuid, None)
        if os.path.exists(self._path(instance.uuid)):
            os.unlink(self._path(instance.uuid))
            self._tell('destroy', instance.uuid, power_state.SHUTDOWN)

    def power_off(self, instance, *args, **kwargs):
        time.sleep(self._fault('power_off_delay', 0))
        super().power_off(instance, *args, **kwargs)
        self._write('power_off', instance.uuid)

    def power_on(self, context, instance, *args, **kwargs):
        super().power_on(context, instance, *args, **kwargs)
        self._write('power_on', instance.uuid)

    def migrate_disk_and_power_off(self, context, instance, *args, **kwargs):
        self.instances[instance.uuid].state = power_state.SHUTDOWN
        self._write('migrate_away', instance.uuid)
        return super().migrate_disk_and_power_off(context, instance, *args, **kwargs)

    def finish_revert_migration(self, context, instance, *args, **kwargs):
        super().finish_revert_migration(context, instance, *args, **kwargs)
        self._write('migrate_back', instance.uuid)

    def post_live_migration(self, context, instance, block_device_info, migrate_data=None):
        self.destroy(context, instance, None, block_device_info)    # on the source; the destination spawns a moment later

    def post_live_migration_at_destination(self, context, instance, network_info, block_migration=False,
                                           block_device_info=None):
        # Nova's own fake forgets the volumes here, and that a paused guest arrives paused
        self.spawn(context, instance, None, None, None, None, block_device_info=block_device_info)
        if instance.vm_state == vm_states.PAUSED:
            self.pause(instance)

    def _is(self, power, what, instance):
        self.instances[instance.uuid].state = power
        self._write(what, instance.uuid)

    def pause(self, instance):
        self._is(power_state.PAUSED, 'pause', instance)

    def unpause(self, instance):
        self._is(power_state.RUNNING, 'unpause', instance)

    def suspend(self, context, instance):
        self._is(power_state.SUSPENDED, 'suspend', instance)

    def resume(self, context, instance, network_info, block_device_info=None):
        self._is(power_state.RUNNING, 'resume', instance)

    def attach_volume(self, context, connection_info, instance, mountpoint, *args, **kwargs):
        super().attach_volume(context, connection_info, instance, mountpoint, *args, **kwargs)
        self._volumes.setdefault(instance.uuid, {})[connection_info['serial']] = mountpoint
        self._write('attach_volume', instance.uuid)

    def detach_volume(self, context, connection_info, instance, mountpoint, *args, **kwargs):
        super().detach_volume(context, connection_info, instance, mountpoint, *args, **kwargs)
        self._volumes.get(instance.uuid, {}).pop(connection_info['serial'], None)
        self._write('detach_volume', instance.uuid)
