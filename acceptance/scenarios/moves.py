# SPDX-License-Identifier: Apache-2.0
"""Planned moves of real guests: each counts its boots on its own disk and says each second that it lives, so that it is known from
inside whether it went on running, or booted again from the same disk. Then hosts die in the middle of live migrations."""
import time

from rig.cloud import host_of, task_of
from rig.waiting import until
from support import orders
from support.data_centre import FAILED, NEEDS, OTHER, SPARE, DataCentre

NAME = 'moves'
DOC = 'real QEMU guests: migrated live and cold, drained and brought back, evacuated; the target and the source die in the middle'
MINUTES = 12
STAGE = 'nodes'

__all__ = ['NEEDS']


def run(stage):
    scene = DataCentre(stage)
    try:
        scene.up()
        stage.before_each_case(scene.clean)
        for name, play in CASES.items():
            stage.case(name, lambda case, play=play: play(scene.enter(case)))
    finally:
        if not stage.keep:
            scene.down()


# -- what is asked for, and what is found -------------------------------------------------------------------------------------


def begin(scene, count, monitors=False):
    """-> {id: life} of guests on FAILED"""
    if monitors:
        return scene.watched(count)
    lives = scene.guests(count)
    scene.controller.set_up()
    scene.controller.create_segment('rack', 'auto', [FAILED, OTHER, SPARE])
    return lives


def goes_on(scene, lives, *hosts):
    """These guests run, on one of these hosts, and have never stopped: their clocks go on from the boot that they had."""
    for server, (disk, boots) in lives.items():
        said = until('%s to say that it lives' % server, lambda server=server: scene.computes.alive(server), 30)
        assert said[:2] == (disk, boots), '%s says %s, and was %s' % (server, said, (disk, boots))
        until('%s to go on' % server, lambda server=server, said=said: (scene.computes.alive(server) or said)[2] > said[2], 30)
    where = scene.computes.running()
    for server in lives:
        assert len(where.get(server, [])) == 1 and where[server][0] in hosts, '%s runs on %s' % (server, where.get(server))


def booted_again(scene, lives, times, *hosts):
    """They run on one of these hosts, booted so many times more from the disks that they had."""
    for server, (disk, boots) in lives.items():
        until(lambda server=server: '%s to boot from %s, boot %d; it says %s' % (
            server, disk, boots + times, scene.computes.life(server)),
            lambda server=server: scene.computes.life(server) == (disk, boots + times), 90)
    where = scene.computes.running()
    for server in lives:
        assert len(where.get(server, [])) == 1 and where[server][0] in hosts, '%s runs on %s' % (server, where.get(server))


def told_of(scene, host):
    """-> the incident; None as long as there is none"""
    try:
        return scene.controller.incident_about(host)
    except AssertionError:
        return None


def in_the_middle(scene, server, target):
    """Until the target's QEMU is being filled."""
    until('the migration to have begun', lambda: target in scene.computes.running().get(server, []), 60, every=0.05)


# -- cases --------------------------------------------------------------------------------------------------------------------


def live(scene):
    lives = begin(scene, 2)
    first, second = lives
    orders.order(scene, 'live-migrate', first, '--to', OTHER)
    goes_on(scene, {first: lives[first]}, OTHER)
    goes_on(scene, {second: lives[second]}, FAILED)
    orders.order(scene, 'live-migrate', first)
    goes_on(scene, {first: lives[first]}, FAILED, SPARE)


def cold(scene):
    lives = begin(scene, 2)
    runs, stopped = lives
    scene.cloud.act(stopped, {'os-stop': None})
    until('it to be stopped', lambda: scene.cloud.servers()[stopped]['status'] == 'SHUTOFF', 120)
    orders.order(scene, 'migrate', runs, '--to', OTHER)
    booted_again(scene, {runs: lives[runs]}, 1, OTHER)
    orders.order(scene, 'migrate', stopped, '--to', SPARE)
    server = scene.cloud.servers()[stopped]
    assert server['status'] == 'SHUTOFF' and host_of(server) == SPARE, server
    scene.cloud.act(stopped, {'os-start': None})
    booted_again(scene, {stopped: lives[stopped]}, 1, SPARE)


def drain_and_return(scene):
    """The host is emptied, switched off and on again without anybody calling that a failure, and gets its guests back."""
    lives = begin(scene, 4)
    stopped = list(lives)[-1]
    scene.cloud.act(stopped, {'os-stop': None})
    until('it to be stopped', lambda: scene.cloud.servers()[stopped]['status'] == 'SHUTOFF', 120)
    running = {server: life for server, life in lives.items() if server != stopped}
    scene.monitors.start(*scene.cluster.members)
    orders.order(scene, 'drain', FAILED, '--reason', 'new memory')
    goes_on(scene, running, OTHER, SPARE)
    assert not [server for server in scene.cloud.servers().values() if host_of(server) == FAILED]
    scene.cluster.kill(FAILED)
    until('Nova to call it down', lambda: scene.cloud.services()[FAILED]['state'] == 'down', 60)
    scene.nothing_for(15)
    scene.cluster.boot(FAILED)
    scene.computes.boot(FAILED)
    until('Nova to call it up', lambda: scene.cloud.services()[FAILED]['state'] == 'up', 90)
    scene.cluster.until_whole()
    orders.order(scene, 'undrain', FAILED, '--return')
    goes_on(scene, running, FAILED)
    server = scene.cloud.servers()[stopped]
    assert server['status'] == 'SHUTOFF' and host_of(server) == FAILED, server
    assert scene.cloud.services()[FAILED]['status'] == 'enabled'


def evacuate(scene):
    """Of a host that is dead, one to a host of one's choice, then all of it."""
    lives = begin(scene, 3)
    first, *others = lives
    died = scene.cluster.kill(FAILED)
    until('Nova to call it down', lambda: scene.cloud.services()[FAILED]['state'] == 'down', 60)
    scene.witness.saw_fenced(FAILED, died)
    orders.order(scene, 'evacuate', first, '--to', SPARE, '--confirm-dead', '--accept-rebuild')
    booted_again(scene, {first: lives[first]}, 1, SPARE)
    orders.order(scene, 'evacuate-host', FAILED, '--confirm-dead', '--accept-rebuild')
    booted_again(scene, {server: lives[server] for server in others}, 1, OTHER, SPARE)


def target_dies(scene):
    """In the middle of a live migration. The guest never stops, and the operation says what it waits for, until it is called off."""
    lives = begin(scene, 1)
    server = next(iter(lives))
    operation = orders.begun(scene, 'live-migrate', server, '--to', OTHER)
    in_the_middle(scene, server, OTHER)
    scene.cluster.kill(OTHER)
    until(lambda: 'it to wait for another destination: ' + orders.operation(scene, operation)['message'],
          lambda: 'no destination takes instances' in orders.operation(scene, operation)['instances'][0]['message'], 120)
    goes_on(scene, lives, FAILED)
    scene.controller.cli('operation', 'abort', operation, '--reason', 'compute2 is dead')
    found = orders.until_over(scene, operation)
    assert found['state'] == 'aborted', found['message']
    goes_on(scene, lives, FAILED)
    now = scene.cloud.servers()[server]
    assert now['status'] == 'ACTIVE' and not task_of(now) and host_of(now) == FAILED, now


def source_dies(scene):
    """In the middle of a live migration, and it is noticed and fenced as any other failure. The guest comes back once, on the host
    that it was going to: nobody can know that it does not run there already."""
    lives = begin(scene, 1, monitors=True)
    server = next(iter(lives))
    operation = orders.begun(scene, 'live-migrate', server, '--to', OTHER)
    in_the_middle(scene, server, OTHER)
    died = scene.cluster.kill(FAILED)
    scene.witness.saw_fenced(FAILED, died)
    incident = scene.controller.until_over(until('the controller to be told', lambda: told_of(scene, FAILED), 60), 300)
    scene.say('%.1f s after the crash: %s' % (time.time() - died, incident['message']))
    assert incident['phase'] == 'recovered', incident['message']
    found = orders.until_over(scene, operation)
    assert found['state'] == 'failed' and 'recovers it' in found['message'], found['message']
    booted_again(scene, lives, 1, OTHER)


CASES = {
    'live': live,
    'cold': cold,
    'drain-and-return': drain_and_return,
    'evacuate': evacuate,
    'target-dies': target_dies,
    'source-dies': source_dies,
}
