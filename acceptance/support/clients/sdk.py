# SPDX-License-Identifier: Apache-2.0
"""openstacksdk's `conn.instance_ha`, as scripts, Ansible and the monitors use it, with both forms of the endpoint."""
import json
import os

from rig import processes
from rig.waiting import until

from .. import programs
from .site import WITH_PROJECT, now

SCRIPT = os.path.join(os.path.dirname(os.path.realpath(__file__)), 'sdk_calls.py')
SECONDS = 120


def play(site, root=None):
    """root: the tree of another Debian, whose openstacksdk it is."""
    failed, other, spare = site.hosts
    site.moved_to_migawari(WITH_PROJECT)
    told = calls(site, root, 'segments_and_hosts', failed=failed, other=other, spare=spare)
    site.say('openstacksdk %s' % told['version'])
    site.cloud.change_service(spare, status='disabled')
    guests = site.host_dies()
    died = calls(site, root, 'report', host=failed, other=other, when=now())['notification']
    until('the recovery to end', lambda: site.controller.notification(died)['status'] == 'finished', 180, every=1)
    told = calls(site, root, 'notifications_and_moves', died=died, guests=guests, source=failed, destination=spare)
    site.say('moves: %s' % (told['moves'] if told['moves'] is not None else 'this openstacksdk has no calls for them'))
    calls(site, root, 'deletions', segment='rack')
    left = site.controller.call('GET', '/v1/segments')['segments']
    assert not left, left


def calls(site, root, part, **facts):
    """Runs this part of the script. -> what it tells"""
    with open(SCRIPT) as file:
        text = file.read()
    prefix = ['chroot', root] if root else []
    printed = programs.run([*prefix, 'python3', '-c', text, part, json.dumps(facts)], SECONDS,
                           env=processes.environment(site.place.credentials()))
    return json.loads(printed.strip().split('\n')[-1])
