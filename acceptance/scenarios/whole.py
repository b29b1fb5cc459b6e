# SPDX-License-Identifier: Apache-2.0
"""Everything together: a Pacemaker cluster whose nodes are real compute hosts with real guests on shared storage, all monitors in
each node, a real OpenStack, the controller. Things break; nobody reports anything by hand; and some things move nothing."""
import statistics
import time

from rig import access_log
from rig.waiting import until
from support import reports, rivals
from support.controller import AGENT
from support.data_centre import FAILED, GUESTS, NEEDS, OTHER, SPARE, DataCentre

NAME = 'whole'
DOC = 'Pacemaker, libvirt, guests, monitors, Nova and the controller together: hosts crash, guests and daemons die, and what moves nothing'
MINUTES = 16
STAGE = 'nodes'

ROUNDS = 2
# What looking, reporting, storing and deciding may add to what a script needs that is told by Pacemaker itself, until Nova has been asked
# for everything.
MOST_SECONDS_LATER = 2.0
# What is Nova's work from then on; but the machine, which has few processors for it, has a controller and nine monitors more.
MOST_TIMES_AS_LONG = 1.5
# How long something that must move nothing goes on: several times as long as Nova and Pacemaker take to notice.
NUISANCE = 30
# As nova.virt.libvirt does; until then it takes the end of a guest for a part of a reboot.
NOVA_NOTICES_AFTER = 15
# Longer than the program needs that asks whether nova-compute may start, with its two questions; shorter than Nova's patience with a
# host that is not heard of.
STILL_WAITING = 12


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


# -- cases ------------------------------------------------------------------------------------------------------------------


def host_crash(scene):
    """A host loses its power. Pacemaker fences it, and its guests answer again elsewhere, from the same disks; beside it, how
    long somebody takes who waits for the fence and then evacuates everything at once."""
    rows = []
    for _ in range(ROUNDS):
        rows.append(('script', *by_script(scene)))
        scene.clean()
        rows.append(('migawari', *by_migawari(scene)))
        scene.clean()
    lines = ['seconds since the crash', '%-10s %8s %8s %10s %12s %12s' % ('', 'unclean', 'fenced', 'all asked', 'last active', 'last answers')]
    lines += ['%-10s %8.2f %8.2f %10.2f %12.2f %12.2f' % row for row in rows]
    scene.say('\n'.join(lines))
    reports.save(scene.stage.results, 'host-crash', '\n'.join(lines), rows)
    until_asked, until_active = between(rows, 2, 3), between(rows, 3, 4)
    scene.say('from the fence until all is asked for: script %(script).2f s, Migawari %(migawari).2f s' % until_asked)
    scene.say('from then until the last is active:    script %(script).2f s, with Migawari %(migawari).2f s' % until_active)
    later = until_asked['migawari'] - until_asked['script']
    assert later <= MOST_SECONDS_LATER, '%.2f s later than a script' % later
    times = until_active['migawari'] / until_active['script']
    assert times <= MOST_TIMES_AS_LONG, 'Nova takes %.1f times as long as with a script' % times


def between(rows, column, later):
    """-> {who: mean seconds}"""
    return {who: statistics.mean(row[later] - row[column] for row in rows if row[0] == who) for who in ('script', 'migawari')}


def by_script(scene):
    lives = scene.guests(GUESTS)
    crashed = scene.cluster.kill(FAILED)
    fenced = scene.witness.saw_fenced(FAILED, crashed)
    rivals.by_script(scene.control, list(lives), FAILED, SPARE)
    active, answers = scene.follow(lives, crashed)
    scene.expect_once(lives, SPARE)
    return saw_unclean(scene, crashed), fenced - crashed, all_asked(scene, crashed, rivals.SCRIPT_AGENT), active, answers


def by_migawari(scene):
    lives = scene.watched()
    crashed = scene.cluster.kill(FAILED)
    fenced = scene.witness.saw_fenced(FAILED, crashed)
    active, answers = scene.follow(lives, crashed)
    scene.expect_once(lives, SPARE)
    incident = scene.controller.until_over(scene.controller.incident_about(FAILED))
    assert incident['phase'] == 'recovered', incident
    for phase, begun, took in reports.phases(incident, scene.controller.story(incident['uuid']), crashed):
        scene.say('%6.2f s  %-10s %5.2f s' % (begun, phase, took))
    scene.say('%6.2f s  the last guest answers' % answers)
    return saw_unclean(scene, crashed), fenced - crashed, all_asked(scene, crashed, AGENT), active, answers


def all_asked(scene, crashed, agent):
    """After how many seconds Nova had answered the last request for an evacuation."""
    asked = [request for request in access_log.requests(scene.control, 'nova', crashed, agent=agent)
             if request.method == 'POST' and request.path.endswith('/action')]
    assert len(asked) == GUESTS, asked
    return max(request.ended for request in asked) - crashed


def saw_unclean(scene, crashed):
    """After how many seconds Pacemaker first called the host lost; it may be fenced before anybody has seen that."""
    change = scene.witness.first(lambda one: 'online' not in one['nodes'].get(FAILED, ('online',))
                                 or 'unclean' in one['nodes'][FAILED], crashed)
    return change['at'] - crashed


def back_in_the_middle(scene):
    """A dead host is on again while its guests are still being evacuated. Its nova-compute waits for the end of that, as under the
    addition to its unit, and then needs one start."""
    lives = scene.watched()
    crashed = scene.cluster.kill(FAILED)
    until('the evacuations to be asked for', lambda: scene.cloud.evacuations(FAILED), 60, every=0.2)
    nova_compute_of_the_spare(scene, 'STOP')    # it has taken them on, and does not get on with them
    incident = scene.controller.incident_about(FAILED)
    scene.cluster.boot(FAILED)
    scene.monitors.start_after_wait(FAILED, scene.place.path('compute-daemon'), 'boot')
    waited_until = time.monotonic() + STILL_WAITING
    while time.monotonic() < waited_until:
        assert not scene.computes.runs(FAILED, 'nova-compute'), 'nova-compute has started in the middle of the recovery'
        time.sleep(1)
    assert scene.controller.incident(incident)['open']
    nova_compute_of_the_spare(scene, 'CONT')
    scene.follow(lives, crashed)
    until('nova-compute to run again', lambda: scene.computes.runs(FAILED, 'nova-compute'), 60)
    incident = scene.controller.until_over(incident)
    assert incident['phase'] == 'recovered', incident
    until(lambda: 'Nova to be done with what has left: %s' % scene.cloud.evacuations(FAILED), lambda: all(
        one['status'] == 'completed' for one in scene.cloud.evacuations(FAILED)), 90)
    scene.expect_once(lives, SPARE)
    scene.say('one start of nova-compute, %.0f s after the crash' % (time.time() - crashed))


def nova_compute_of_the_spare(scene, signal):
    scene.cluster.run(SPARE, 'sh', '-c', 'kill -%s $(cat /run/nova-compute.pid)' % signal)


def guest_dies(scene):
    """A QEMU dies though its host lives. Nova keeps that to itself for 15 s, in case the guest only reboots, and says that the
    server is active; by then the guest answers again."""
    lives = scene.watched()
    victim, (disk, boots) = next(iter(lives.items()))
    died = scene.computes.kill_qemu(victim)
    until('the guest to answer again', lambda: scene.computes.life(victim) == (disk, boots + 1), 60)
    seconds = time.time() - died
    scene.say('the guest answers again after %.1f s' % seconds)
    assert seconds < NOVA_NOTICES_AFTER, 'it took %.1f s' % seconds
    incident = scene.controller.until_over(scene.controller.incident_about(FAILED))
    assert incident['phase'] == 'recovered', incident
    server = until_quiet(scene, victim)
    assert server['status'] == 'ACTIVE', server['status']
    scene.expect_once(lives, FAILED)
    assert len(scene.told()) == 1, scene.told()


def until_quiet(scene, server):
    """Past the moment at which Nova would have stopped a guest that it had seen die. -> the server then"""
    time.sleep(NOVA_NOTICES_AFTER)
    return scene.cloud.servers()[server]


def daemons_die(scene):
    """libvirtd and nova-compute die and can be started: the process monitor does that, and nobody hears of it."""
    lives = scene.watched()
    for daemon in ('libvirtd', 'nova-compute'):
        scene.computes.daemon(FAILED, 'kill', daemon)
    for daemon in ('libvirtd', 'nova-compute'):
        until('%s to be started again' % daemon, lambda daemon=daemon: scene.computes.runs(FAILED, daemon), 30)
    scene.until_all_up()
    # Nova itself disables a host whose libvirtd is gone, and takes that back
    until('Nova to use the host again', lambda: scene.cloud.services()[FAILED]['status'] == 'enabled', 90)
    scene.expect_untouched(lives, FAILED)


def daemon_stays_dead(scene):
    """nova-compute cannot be started: the host gets no new servers until it runs again, and its guests are left alone."""
    lives = scene.watched()
    scene.computes.break_daemon('nova-compute')
    scene.computes.daemon(FAILED, 'kill', 'nova-compute')
    service = until('the host to be disabled', lambda: _disabled(scene), 60)
    scene.say('disabled: ' + service['disabled_reason'])
    scene.computes.break_daemon('nova-compute', False)
    scene.computes.daemon(FAILED, 'start', 'nova-compute')
    until('the host to be enabled again', lambda: scene.cloud.services()[FAILED]['status'] == 'enabled', 60)
    told = scene.told()
    assert [(one['type'], one['payload']['process_name']) for one in told] == [('PROCESS', 'nova-compute')], told
    scene.expect_once(lives, FAILED)
    assert all(scene.computes.life(server) == life for server, life in lives.items())
    assert not scene.cloud.evacuations(FAILED)


def _disabled(scene):
    service = scene.cloud.services()[FAILED]
    return service if service['status'] == 'disabled' else None


def storage_hangs(scene):
    """The shared storage stands still for all hosts: Nova loses one after the other, the cluster none."""
    lives = scene.watched()
    scene.computes.freeze_storage()
    scene.nothing_for(NUISANCE)
    scene.computes.thaw_storage()
    scene.until_all_up()
    scene.expect_untouched(lives, FAILED)


def management_cut(scene):
    """Nova hears nothing of a host that its cluster and its guests are content with."""
    lives = scene.watched()
    scene.cluster.cut(FAILED, 'mgmt')
    until('Nova to call it down', lambda: scene.cloud.services()[FAILED]['state'] == 'down', 60)
    scene.nothing_for(NUISANCE)
    scene.cluster.heal(FAILED, 'mgmt')
    scene.until_all_up()
    scene.expect_untouched(lives, FAILED)


def frozen_and_not_fenced(scene):
    """A host hangs and its power switch does not work: nobody knows whether its guests run, so nobody starts them again."""
    lives = scene.watched()
    scene.cluster.switch.breaks(FAILED)
    frozen = scene.cluster.freeze(FAILED)
    scene.witness.until('the host to be unclean', lambda one: 'unclean' in one['nodes'][FAILED], frozen)
    scene.nothing_for(NUISANCE)
    assert not scene.cloud.evacuations(FAILED)
    scene.expect_once(lives, FAILED)
    scene.cluster.thaw(FAILED)


def planned_reboot(scene):
    """A person takes a host out of the cluster in good order and reboots it."""
    lives = scene.watched()
    scene.cluster.daemon(FAILED, 'stop', 'corosync')
    scene.cluster.kill(FAILED)
    scene.nothing_for(NUISANCE)
    assert not scene.cloud.evacuations(FAILED)
    scene.computes.return_home(FAILED)
    scene.cluster.until_whole()
    scene.monitors.start(FAILED)
    scene.nothing_for(10)
    assert not scene.cloud.evacuations(FAILED)


def with_masakari(scene):
    """The monitors, unchanged, with a Masakari in the place of our controller: it takes what they report of a process, of a guest
    and of a host, and does what it does."""
    # without, Masakari leaves a guest that has died as it is
    lives = scene.guests(2, {'HA_Enabled': 'True'})
    masakari = rivals.Masakari(scene.control, scene.cloud, FAILED, SPARE, [OTHER], wait_period_after_service_update=10,
                               wait_period_after_evacuation=60)
    scene.monitors.start(*scene.cluster.members, report_to='masakari')
    scene.computes.break_daemon('nova-compute')
    scene.computes.daemon(OTHER, 'kill', 'nova-compute')
    until_masakari_has(scene, masakari, 'PROCESS', OTHER, process_name='nova-compute', event='STOPPED')
    victim, (disk, boots) = next(iter(lives.items()))
    scene.computes.kill_qemu(victim)
    until_masakari_has(scene, masakari, 'VM', FAILED, instance_uuid=victim, vir_domain_event='STOPPED_FAILED')
    until('the guest to answer again', lambda: scene.computes.life(victim) == (disk, boots + 1), 120)
    lives[victim] = disk, boots + 1
    crashed = scene.cluster.kill(FAILED)
    until_masakari_has(scene, masakari, 'COMPUTE_HOST', FAILED, event='STOPPED', cluster_status='OFFLINE',
                       host_status='NORMAL')
    scene.follow(lives, crashed)
    scene.expect_once(lives, SPARE)
    masakari.remove(scene.control)


def until_masakari_has(scene, masakari, kind, host, **payload):
    """One notification with this in its payload, which it has finished."""
    def finished():
        found = [one for one in masakari.notifications() if one['type'] == kind
                 and payload.items() <= one['payload'].items()]
        assert len(found) < 2, found
        assert not found or found[0]['status'] in ('new', 'running', 'finished'), found
        return found and found[0]['status'] == 'finished' and found[0]
    one = until(lambda: 'Masakari to be told of %s %s and to finish it; it has %s' % (
        kind, payload, masakari.notifications()), finished, 180, every=0.5)
    scene.say('Masakari has finished %s %s' % (kind, one['payload']))


CASES = {
    'host-crash': host_crash,
    'back-in-the-middle': back_in_the_middle,
    'guest-dies': guest_dies,
    'daemons-die': daemons_die,
    'daemon-stays-dead': daemon_stays_dead,
    'storage-hangs': storage_hangs,
    'management-cut': management_cut,
    'frozen-and-not-fenced': frozen_and_not_fenced,
    'planned-reboot': planned_reboot,
    'with-masakari': with_masakari,
}
