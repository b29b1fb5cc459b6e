# SPDX-License-Identifier: Apache-2.0
"""A volume driver of Cinder whose volumes exist on paper only. $RIG/exports/VOLUME@HOST exists while the backend exports a
volume to a host, from the attachment's connection to its end."""
import glob
import json
import os

from cinder.volume import driver

EXPORTS = os.path.join(os.environ['RIG'], 'exports')


class PaperVolumes(driver.VolumeDriver):
    VERSION = '1.0'
    CI_WIKI_NAME = 'none'

    def check_for_setup_error(self):
        pass

    def _update_volume_stats(self):
        name = self.configuration.safe_get('volume_backend_name')
        self._stats = {
            'volume_backend_name': name, 'vendor_name': 'rig', 'driver_version': self.VERSION,
            'storage_protocol': 'paper',
            'pools': [{'pool_name': name, 'total_capacity_gb': 100000, 'free_capacity_gb': 100000,
                       'reserved_percentage': 0, 'provisioned_capacity_gb': 0}]}

    def create_volume(self, volume):
        pass

    def clone_image(self, context, volume, image_location, image_meta, image_service):
        return {}, True    # as Ceph does it: nothing is copied through this host

    def create_cloned_volume(self, volume, source):
        pass

    def delete_volume(self, volume):
        pass

    def ensure_export(self, context, volume):
        pass

    def create_export(self, context, volume, connector):
        pass

    def remove_export(self, context, volume):
        pass

    def initialize_connection(self, volume, connector, **kwargs):
        with open('%s/%s@%s' % (EXPORTS, volume.id, connector['host']), 'w') as file:
            json.dump(connector, file)
        # a type that Nova's fake hypervisor takes; a real one would not
        return {'driver_volume_type': 'paper', 'data': {'volume_id': volume.id}}

    def terminate_connection(self, volume, connector, **kwargs):
        host = connector['host'] if connector else '*'
        for path in glob.glob('%s/%s@%s' % (EXPORTS, volume.id, host)):
            os.unlink(path)
