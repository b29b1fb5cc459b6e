# SPDX-License-Identifier: Apache-2.0
"""Instances of a project of its own move into another availability zone; before and after they are looked at as their owner would,
by Nova, Cinder and Glance, and through the ledger of the hypervisors. Then the same with a fault at each step."""
import base64
import time

from rig import hosts, ledger, lifecycle, servers
from rig.cloud import ApiError, Cloud, host_of, task_of
from rig.place import PASSWORD
from rig.waiting import until

from support import orders

NAME = 'zones'
DOC = 'move-zone: instances of every sort into another zone, kept, deleted; refusals; a fault at each step, the controller killed'
MINUTES = 14

HERE = 'zone1'
ZONE = 'zone2'
IN_ZONE = ('compute4', 'compute5')
HOSTS = {HERE: ('compute1', 'compute2', 'compute3'), ZONE: IN_ZONE}
PROJECT = 'shop'
OWNER = 'ann'
# what the controller calls its mark in the metadata of a new instance
MARK = 'migawari_operation'
# of the form of a key; nobody has the other half
KEY = 'ssh-ed25519 %s ann@shop' % base64.b64encode(b'\0\0\0\x0bssh-ed25519\0\0\0 ' + bytes(range(32))).decode()


def run(stage):
    owner = Owner(stage)
    try:
        for name, play in (('refused', refused), ('moved', moved), ('volumes', volumes), ('stopped-and-locked', stopped_and_locked),
                           ('live-and-deleted', live_and_deleted), ('server-group', server_group), ('mark-removed', mark_removed),
                           ('copy-fails', copy_fails), ('image-service-away', glance_away),
                           ('volume-service-away', cinder_away), ('does-not-start-there', does_not_start_there),
                           ('aborted', aborted), ('controller-killed', controller_killed)):
            stage.case(name, play, owner)
    finally:
        owner.leave()


class Owner:
    """A project with a user, a key, a security group; and two zones. (Nova's default zone would be no answer to a wish for it.)"""

    def __init__(self, stage):
        self.stage = stage
        self.admin = stage.cloud
        roles = self.admin.keystone('GET', '/roles')['roles']
        self.member = [role['id'] for role in roles if role['name'] in ('member', 'Member')][0]
        self.project = self.admin.keystone('POST', '/projects', {'project': {'name': PROJECT}})['project']['id']
        self.user = self.admin.keystone('POST', '/users', {'user': {'name': OWNER, 'password': PASSWORD}})['user']['id']
        self._role('PUT', self.user)
        self.cloud = Cloud(stage.place, 'ann', OWNER, PROJECT)
        self.cloud.nova('POST', '/os-keypairs', {'keypair': {'name': 'ann-laptop', 'public_key': KEY, 'type': 'ssh'}})
        self.group = self.cloud.neutron('POST', '/security-groups', {'security_group': {'name': 'web'}})['security_group']['id']
        self.network = self.cloud.neutron('GET', '/networks?name=rig')['networks'][0]['id']
        stage.controller.kill()
        stage.clean()
        self.zones = {zone: self.admin.nova('POST', '/os-aggregates', {'aggregate': {
            'name': zone, 'availability_zone': zone}})['aggregate']['id'] for zone in HOSTS}
        self._change_zones('add_host')

    def _change_zones(self, how):
        for zone, names in HOSTS.items():
            for host in names:
                self.admin.nova('POST', '/os-aggregates/%s/action' % self.zones[zone], {how: {'host': host}})

    def leave(self):
        self.stage.clean()
        self._change_zones('remove_host')
        for zone in self.zones.values():
            self.admin.nova('DELETE', '/os-aggregates/%s' % zone)
        self.admin.keystone('DELETE', '/users/' + self.user)
        self.admin.keystone('DELETE', '/projects/' + self.project)

    def _role(self, method, user):
        self.admin.keystone(method, '/projects/%s/users/%s/roles/%s' % (self.project, user, self.member))

    def let_us_in(self):
        """The account of the controller gets a role in the project."""
        found = self.admin.keystone('GET', '/users?name=admin')['users'][0]['id']
        self._role('PUT', found)

    def shut_us_out(self):
        found = self.admin.keystone('GET', '/users?name=admin')['users'][0]['id']
        try:
            self._role('DELETE', found)
        except ApiError as refusal:
            if refusal.status != 404:
                raise

    def boot(self, name, volume=False, extra_volume=False, metadata=None, group=None):
        """-> its id. In the first zone, by its owner, with everything that shall be the same afterwards."""
        server = {'name': name, 'flavorRef': '1', 'key_name': 'ann-laptop',
                  'networks': [{'uuid': self.network}], 'security_groups': [{'name': 'web'}], 'availability_zone': HERE,
                  'metadata': metadata or {'tier': 'front', 'HA_Enabled': 'true'}, 'description': 'the shop',
                  'tags': ['blue'], 'config_drive': True}
        image = self.admin.image()
        if volume or extra_volume:
            server['block_device_mapping_v2'] = servers.disks(image, volume, extra_volume)
        if not volume:
            server['imageRef'] = image
        body = {'server': server}
        if group:
            body['os:scheduler_hints'] = {'group': group}
        made = self.cloud.nova('POST', '/servers', body)['server']['id']
        servers.until_settled(self.admin, [made])
        return made

    def show(self, server):
        """As its owner sees it; None if it is gone."""
        try:
            return self.cloud.nova('GET', '/servers/' + server)['server']
        except ApiError as refusal:
            if refusal.status == 404:
                return None
            raise

    def all(self):
        return {server['id'] for server in self.cloud.nova('GET', '/servers')['servers']}

    def make_group(self, name, policy):
        return self.cloud.nova('POST', '/os-server-groups', {'server_group': {'name': name, 'policy': policy}})['server_group']['id']

    def members(self, group):
        return set(self.cloud.nova('GET', '/os-server-groups/' + group)['server_group']['members'])

    def volumes(self):
        return {volume['id']: volume for volume in self.cloud.cinder('GET', '/volumes/detail')['volumes']}

    def images(self):
        """Those of the project itself."""
        return [image['id'] for image in self.cloud.glance('GET', '/images?owner=' + self.project)['images']]

    def forget_images(self):
        for image in self.images():
            self.cloud.glance('DELETE', '/images/' + image)


def _set_up(case, owner):
    case.controller.set_up()
    owner.forget_images()
    owner.let_us_in()


def _same(before, after):
    """What its owner would miss."""
    for key in ('name', 'description', 'metadata', 'tags', 'key_name', 'security_groups', 'config_drive', 'tenant_id'):
        assert after[key] == before[key], '%s: %s, and not %s' % (key, after[key], before[key])
    assert after['flavor']['original_name'] == before['flavor']['original_name']
    assert list(after['addresses']) == list(before['addresses']), after['addresses']


def _assert_in_zone(case, owner, before, operation, status='ACTIVE'):
    """-> the new one, as the administrator sees it"""
    successor = operation['successor_uuid']
    _same(before, owner.show(successor))
    found = case.cloud.servers()[successor]
    assert found['OS-EXT-AZ:availability_zone'] == ZONE and host_of(found) in IN_ZONE, servers.describe(found)
    assert found['status'] == status and not task_of(found), servers.describe(found)
    running = ledger.running_on(case.place, successor)
    assert running == ([host_of(found)] if status == 'ACTIVE' else []), running
    assert ledger.running_on(case.place, before['id']) == [], 'the old one runs, too'
    return found


def _attached(server):
    return {volume['id'] for volume in server['os-extended-volumes:volumes_attached']}


def refused(case, owner):
    """Nothing has happened afterwards, and the words say what to do instead."""
    case.controller.set_up()
    owner.shut_us_out()
    web = owner.boot('web')
    assert 'role' in orders.refusal(case, 'move-zone', web, '--zone', ZONE)
    owner.let_us_in()
    for words, expected in (((web, '--zone', 'zone9'), 'no availability zone zone9'), ((web, '--zone', HERE), 'in zone1 already'),
                            (('nobody', '--zone', ZONE), 'No instance has the name nobody')):
        said = orders.refusal(case, 'move-zone', *words)
        assert expected in said, '%s: %s' % (' '.join(words), said)
    case.cloud.nova('PUT', '/os-quota-sets/' + owner.project, {'quota_set': {'instances': 1, 'force': True}})
    assert 'quota' in orders.refusal(case, 'move-zone', web, '--zone', ZONE)
    case.cloud.nova('DELETE', '/os-quota-sets/' + owner.project)
    for host in IN_ZONE:
        case.cloud.change_service(host, status='disabled')
    assert 'takes instances' in orders.refusal(case, 'move-zone', web, '--zone', ZONE)
    for host in IN_ZONE:
        case.cloud.change_service(host, status='enabled')
    hosts.until_schedulable(case.cloud, IN_ZONE)
    owner.cloud.act(web, {'suspend': None})
    servers.until_settled(case.cloud, [web], 'SUSPENDED')
    assert 'suspended' in orders.refusal(case, 'move-zone', web, '--zone', ZONE)
    plan = case.controller.cli('move-zone', web, '--zone', ZONE, '--dry-run', codes=(0, 4))
    assert 'suspended' in plan, plan
    assert case.controller.call('GET', '/migawari/v1/operations')['operations'] == []
    assert owner.all() == {web} and owner.images() == []


def moved(case, owner):
    """An instance with an image: kept, stopped, beside the new one, which was made from an image that its owner has."""
    _set_up(case, owner)
    web = owner.boot('web')
    before = owner.show(web)
    case.say('\n' + case.controller.seen('move-zone', 'web', '--zone', ZONE, seconds=orders.SECONDS))
    operation = orders.newest(case)
    assert operation['state'] == 'done', operation['message']
    found = _assert_in_zone(case, owner, before, operation)
    old = owner.show(web)
    assert old['status'] == 'SHUTOFF', old['status']
    assert [found['image']['id']] == owner.images(), (found['image'], owner.images())
    keys = case.cloud.nova('GET', '/os-keypairs')['keypairs']
    assert keys == [], 'the key was left with our account: %s' % keys


def volumes(case, owner):
    """Root on a volume, and another volume: the root is copied, the other one goes along."""
    _set_up(case, owner)
    db = owner.boot('db', volume=True, extra_volume=True)
    before = case.cloud.servers()[db]
    root, data = [volume['id'] for volume in before['os-extended-volumes:volumes_attached']]
    operation = orders.order(case, 'move-zone', db, '--zone', ZONE)
    found = _assert_in_zone(case, owner, owner.show(db), operation)
    assert data in _attached(found) and root not in _attached(found) and len(_attached(found)) == 2, found
    old = case.cloud.servers()[db]
    assert _attached(old) == {root}, old
    copy = owner.volumes()[(_attached(found) - {data}).pop()]
    assert copy['source_volid'] == root and copy['bootable'] == 'true', copy
    assert ledger.exports(case.place).get(data) == [host_of(found)], ledger.exports(case.place)


def stopped_and_locked(case, owner):
    _set_up(case, owner)
    off = owner.boot('off')
    owner.cloud.act(off, {'os-stop': None})
    servers.until_settled(case.cloud, [off], 'SHUTOFF')
    before = owner.show(off)
    _assert_in_zone(case, owner, before, orders.order(case, 'move-zone', off, '--zone', ZONE), 'SHUTOFF')
    locked = owner.boot('locked')
    case.cloud.act(locked, {'lock': {'locked_reason': 'its owner wants it so'}})
    before = owner.show(locked)
    _assert_in_zone(case, owner, before, orders.order(case, 'move-zone', locked, '--zone', ZONE))


def live_and_deleted(case, owner):
    """Copied while it runs; and the old one is deleted, with its root volume and without the other one."""
    _set_up(case, owner)
    db = owner.boot('db', volume=True, extra_volume=True)
    before = owner.show(db)
    root, data = [volume['id'] for volume in case.cloud.servers()[db]['os-extended-volumes:volumes_attached']]
    operation = orders.order(case, 'move-zone', db, '--zone', ZONE, '--live-snapshot', '--delete-source')
    _assert_in_zone(case, owner, before, operation)
    assert owner.show(db) is None
    until('the old root volume to be gone', lambda: root not in owner.volumes(), 60)
    assert data in owner.volumes()


def server_group(case, owner):
    """Members that are kept apart stay members; one of those that are kept together is refused."""
    _set_up(case, owner)
    apart = owner.make_group('apart', 'anti-affinity')
    first, second = owner.boot('first', group=apart), owner.boot('second', group=apart)
    before = owner.show(first)
    found = _assert_in_zone(case, owner, before, orders.order(case, 'move-zone', first, '--zone', ZONE, '--delete-source'))
    assert owner.members(apart) == {found['id'], second}, owner.members(apart)
    together = owner.boot('together', group=owner.make_group('together', 'affinity'))
    assert 'server group together' in orders.refusal(case, 'move-zone', together, '--zone', ZONE)


def _is_taken_off(owner, server):
    """Nova refuses it as long as it builds the server."""
    try:
        owner.cloud.nova('DELETE', '/servers/%s/metadata/%s' % (server, MARK))
        return True
    except ApiError as refusal:
        if refusal.status != 409:
            raise
        return False


def mark_removed(case, owner):
    """Its owner takes our mark off the new instance, as soon as it can: it is known by its id, and the old one is not started beside it."""
    _set_up(case, owner)
    db = owner.boot('db', volume=True, extra_volume=True)
    before = owner.show(db)
    operation = orders.begun(case, 'move-zone', db, '--zone', ZONE)
    new = until('the new one to be there', lambda: owner.all() - {db}, 240).pop()
    until('its id to be known', lambda: orders.operation(case, operation)['instances'][0]['successor_uuid'] == new, 30)
    until('Nova to let its owner take the mark off', lambda: _is_taken_off(owner, new), 120, every=0.05)
    assert orders.operation(case, operation)['open'], 'it was over before the mark was taken off'
    found = orders.until_over(case, operation)
    assert found['state'] == 'done', found['message']
    _assert_in_zone(case, owner, before, found)
    assert owner.all() == {db, new}, owner.all()


def _assert_as_before(case, owner, before, volumes_before):
    """The one that there was is there and runs, and nothing else is."""
    def settled():
        now = case.cloud.servers().get(before['id'])
        return now if now and not task_of(now) else None
    now = until('it to be as before', settled, 60)
    assert now['status'] == before['status'] and host_of(now) == host_of(before), servers.describe(now)
    assert _attached(now) == _attached(before), now
    assert ledger.running_on(case.place, before['id']) == [host_of(before)]
    assert owner.all() == {before['id']}, owner.all()
    assert owner.images() == [], owner.images()
    until('no other volume to be there', lambda: set(owner.volumes()) == volumes_before, 60)


def _fails(case, owner, fault, mend, *words, volume=True, expected=''):
    _set_up(case, owner)
    db = owner.boot('db', volume=volume, extra_volume=True)
    before, volumes_before = case.cloud.servers()[db], set(owner.volumes())
    fault()
    try:
        operation = orders.begun(case, 'move-zone', db, '--zone', ZONE)
        until('it to go wrong', lambda: orders.operation(case, operation)['instances'][0]['state'] in ('reverting', 'failed'), 240)
    finally:
        mend()
    found = orders.until_over(case, operation)
    assert found['state'] == 'failed' and expected in found['message'], found['message']
    _assert_as_before(case, owner, before, volumes_before)


def copy_fails(case, owner):
    """The hypervisor cannot read the disk."""
    source = HOSTS[HERE]
    _fails(case, owner, lambda: [hosts.set_faults(case.place, host, snapshot_fail=True) for host in source],
           lambda: [hosts.set_faults(case.place, host) for host in source], volume=False,
           expected='copying its disk failed')


def glance_away(case, owner):
    """The image cannot be made, nor even looked for: the instance runs again before Glance is back."""
    _set_up(case, owner)
    db = owner.boot('db', extra_volume=True)
    before, volumes_before = case.cloud.servers()[db], set(owner.volumes())
    lifecycle.stop_api(case.place, 'glance')
    try:
        operation = orders.begun(case, 'move-zone', db, '--zone', ZONE)
        until('it to be stopped', lambda: not ledger.running_on(case.place, db), 120)
        stopped = time.time()
        until('it to run again', lambda: ledger.running_on(case.place, db), 180)
        case.say('it was stopped for %.0f s: %s' % (time.time() - stopped, orders.operation(case, operation)['message']))
        assert orders.operation(case, operation)['open']
    finally:
        lifecycle.start_api(case.place, 'glance')
    found = orders.until_over(case, operation)
    assert found['state'] == 'failed', found['message']
    _assert_as_before(case, owner, before, volumes_before)


def cinder_away(case, owner):
    """In the middle, the volume that goes along cannot be taken from it: as soon as Cinder is back, it is as before."""
    _set_up(case, owner)
    db = owner.boot('db', extra_volume=True)
    before, volumes_before = case.cloud.servers()[db], set(owner.volumes())
    operation = orders.begun(case, 'move-zone', db, '--zone', ZONE)
    lifecycle.stop_api(case.place, 'cinder')
    try:
        until('it to say what it waits for', lambda: '/volumes/' in orders.operation(case, operation)['message'], 120)
        until('it to turn back', lambda: orders.operation(case, operation)['instances'][0]['state'] == 'reverting', 120)
    finally:
        lifecycle.start_api(case.place, 'cinder')
    found = orders.until_over(case, operation)
    assert found['state'] == 'failed', found['message']
    _assert_as_before(case, owner, before, volumes_before)


def does_not_start_there(case, owner):
    _fails(case, owner, lambda: [hosts.set_faults(case.place, host, spawn_fail=True) for host in IN_ZONE],
           lambda: [hosts.set_faults(case.place, host) for host in IN_ZONE], expected='could not make it in zone2')


def aborted(case, owner):
    """Called off while the new one is being made."""
    _set_up(case, owner)
    db = owner.boot('db', volume=True, extra_volume=True)
    before, volumes_before = case.cloud.servers()[db], set(owner.volumes())
    for host in IN_ZONE:
        hosts.set_faults(case.place, host, spawn_delay=15)
    operation = orders.begun(case, 'move-zone', db, '--zone', ZONE)
    until('the new one to be made', lambda: len(owner.all()) == 2, 60)
    case.controller.cli('operation', 'abort', operation, '--running', '--reason', 'not today')
    found = orders.until_over(case, operation)
    assert found['state'] == 'aborted', found['message']
    _assert_as_before(case, owner, before, volumes_before)


def controller_killed(case, owner):
    """At five moments of one move, and at five of one that fails: there is one new instance in the end, or none."""
    _set_up(case, owner)
    db = owner.boot('db', volume=True, extra_volume=True)
    before, shown = case.cloud.servers()[db], owner.show(db)
    operation = orders.begun(case, 'move-zone', db, '--zone', ZONE)
    _kill_often(case, operation)
    found = orders.until_over(case, operation)
    assert found['state'] == 'done', found['message']
    _assert_in_zone(case, owner, shown, found)
    assert owner.all() == {db, found['successor_uuid']}, owner.all()

    web = owner.boot('web', volume=True)
    before, all_before, volumes_before = case.cloud.servers()[web], owner.all(), set(owner.volumes())
    for host in IN_ZONE:
        hosts.set_faults(case.place, host, spawn_fail=True)
    operation = orders.begun(case, 'move-zone', web, '--zone', ZONE)
    _kill_often(case, operation)
    found = orders.until_over(case, operation)
    assert found['state'] == 'failed', found['message']
    now = case.cloud.servers()[web]
    assert now['status'] == 'ACTIVE' and _attached(now) == _attached(before), servers.describe(now)
    assert owner.all() == all_before, owner.all()
    until('no other volume to be there', lambda: set(owner.volumes()) == volumes_before, 60)


def _kill_often(case, operation):
    for number in range(5):
        pause = case.stage.random.uniform(0.2, 5)
        time.sleep(pause)
        case.controller.kill()
        case.controller.start()
        case.say('killed %d times: %s' % (number + 1, orders.operation(case, operation)['message']))
