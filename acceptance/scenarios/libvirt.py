# SPDX-License-Identifier: Apache-2.0
"""What happens to guests under a real libvirtd, and what the instance monitor reports of it; above all, what it does not."""
import signal
import time

from rig import guest_image, packages
from rig.libvirt_node import Guest, LibvirtNode
from rig.place import RigError
from rig.waiting import until

from support import product, programs
from support.instance_monitor import InstanceMonitor
from support.libvirt_witness import Witness

NAME = 'libvirt'
DOC = 'guests die, panic, hang, lose their disks, are stopped, moved; libvirtd and the monitor die and hang meanwhile'
MINUTES = 9
STAGE = 'nodes'
NEEDS = [packages.LIBVIRT, packages.LIBVIRT_ACCOUNT, guest_image.IMAGE]

# the monitor may not take longer from libvirt's event to the notification on disk, in 95 of 100 cases
MOST_MILLISECONDS = 300
MANY = 50
# long enough for whatever follows an event by itself; looks come after that, and are waited for where they matter
QUIET = 2


def run(stage):
    played = Node(stage, 'node1', 1)
    other = Node(stage, 'node2', 2)
    stage.before_each_case(played.clean)
    stage.before_each_case(other.clean)
    stage.evidence('domains.txt', lambda: played.node.virsh('list', '--all'))
    stage.evidence('libvirtd.log', lambda: open(played.node.path('libvirtd.log')).read()[-20000:])
    try:
        played.node.up()
        stage.case('qemu-dies', qemu_dies, played)
        stage.case('stopped-by-a-person', stopped_by_a_person, played)
        stage.case('stopped-from-inside', stopped_from_inside, played)
        stage.case('qemu-asked-to-end', qemu_asked_to_end, played)
        for action, told, after in PANICS:
            stage.case('panic-' + action, panic, played, action, told, after)
        for action, told, evidence in WATCHDOGS:
            stage.case('watchdog-' + action, watchdog, played, action, told, evidence)
        stage.case('disk-full-guest-stands-still', disk_full_guest_stands_still, played)
        stage.case('disk-full-guest-is-told', disk_full_guest_is_told, played)
        stage.case('whose-domains', whose_domains, played)
        stage.case('libvirtd-restarts', libvirtd_restarts, played)
        stage.case('guest-dies-without-libvirtd', guest_dies_without_libvirtd, played)
        stage.case('libvirtd-hangs', libvirtd_hangs, played)
        stage.case('monitor-killed-while-guest-dies', monitor_killed_while_guest_dies, played)
        stage.case('monitor-killed-at-any-moment', monitor_killed_at_any_moment, played)
        stage.case('silent-agent', silent_agent, played)
        stage.case('fifty-at-once', fifty_at_once, played)
        stage.case('latency', latency, played)
        other.node.up()
        stage.case('migration', migration, played, other)
        stage.case('migration-fails', migration_fails, played, other)
    finally:
        if not stage.keep:
            for node in (played, other):
                node.monitor.kill()
                node.node.down()


class Node:
    """A libvirtd and the monitor that listens to it."""

    def __init__(self, stage, name, number):
        self.node = LibvirtNode(stage.place, name, number)
        self.monitor = InstanceMonitor(stage, self.node, stage.place.port('receiver') + 10 + number)
        stage.receiver.hosts.append(self.node.name)    # otherwise the monitor would not start

    def clean(self):
        self.monitor.forget()
        self.monitor.configure()
        if self.node.is_up():
            self.node.have_libvirtd()
            self.node.forget_guests()

    def guest(self, **how):
        """One that runs, and the monitor that has seen it."""
        guest = Guest(self.node, 1).define(**how).start()
        self.monitor.start()
        self.until_seen(1)
        return guest

    def hollow(self, count, first=1):
        """So many that run nothing."""
        guests = [Guest(self.node, number).define_hollow() for number in range(first, first + count)]
        for guest in guests:
            guest.virsh('start')
        return guests

    def until_seen(self, count):
        until('the monitor to see %d guests' % count, lambda: self.monitor.metric('instances_up') == count, 30)


def names(case):
    """What was reported, in the order of its coming: the instance's number and the notification's name."""
    return ['%d %s/%s' % (int(one.payload['instance_uuid'][-12:]), one.payload['event'], one.payload['vir_domain_event'])
            for one in case.receiver.notifications()]


def expect(case, *expected, seconds=30):
    """Just these, in this order, and then silence."""
    until(lambda: 'reports %s; there are %s' % (expected, names(case)), lambda: len(names(case)) >= len(expected), seconds,
          every=0.02)
    case.receiver.stays_silent(QUIET, len(expected))
    assert names(case) == list(expected), 'expected %s, reported %s' % (expected, names(case))


def expect_seen(case, text):
    seen = case.receiver.notifications()[-1].evidence.get('seen', '')
    assert text in seen, 'expected "%s" in the evidence, which says "%s"' % (text, seen)


# -- one guest ---------------------------------------------------------------------------------------------------------

def qemu_dies(case, on):
    """And once more, after it was started again: a second death, not the first one repeated."""
    guest = on.guest()
    killed = time.time()
    on.node.kill_qemu(guest)
    expect(case, '1 LIFECYCLE/STOPPED_FAILED')
    first = case.receiver.notifications()[0]
    case.say('reported %.0f ms after the kill: %s' % ((first.at - killed) * 1000, first))
    assert first.host == 'node1' and first.kind == 'VM', str(first)
    assert first.evidence['found_by'] == 'event' and first.evidence['domain'] == guest.name, str(first)
    guest.start()
    on.until_seen(1)
    on.node.kill_qemu(guest)
    expect(case, *['1 LIFECYCLE/STOPPED_FAILED'] * 2)


def stopped_by_a_person(case, on):
    """Everything that Nova's users and operators do."""
    guest = on.guest()
    heard = on.monitor.heard()
    for words in (['suspend'], ['resume'], ['reboot']):
        guest.virsh(*words)
    guest.until_up(2)
    guest.virsh('reset')
    guest.until_up(3)
    for words in (['managedsave'], ['start'], ['destroy']):
        guest.virsh(*words)
    guest.start()
    guest.virsh('shutdown')
    until('the guest to obey', lambda: guest.state() == 'shut off (shutdown)')
    guest.boot()
    guest.virsh('inject-nmi')
    guest.virsh('destroy')
    guest.virsh('undefine')
    on.monitor.until_heard(heard, 15)
    on.monitor.until_looked(1)
    expect(case)


def stopped_from_inside(case, on):
    guest = on.guest()
    guest.type('reboot -f')
    guest.until_up(2)
    guest.type('poweroff -f')
    until('the guest to be off', lambda: guest.state() == 'shut off (shutdown)')
    on.monitor.until_looked(1)
    expect(case)


def qemu_asked_to_end(case, on):
    """By SIGTERM, as when the host is shut down."""
    guest = on.guest()
    on.node.kill_qemu(guest, how='TERM')
    until('its end', lambda: guest.state().startswith('shut off'))
    expect(case)


PANICS = [
    ('destroy', ['1 LIFECYCLE/STOPPED_CRASHED'], 'shut off (crashed)'),
    ('preserve', ['1 LIFECYCLE/CRASHED_PANICKED'], 'crashed (panicked)'),
    ('restart', [], 'running (crashed)'),
]


def panic(case, on, action, told, after):
    guest = on.guest(on_crash=action)
    guest.type('panic')
    until(lambda: '%s; it is %s' % (after, guest.state()), lambda: guest.state() == after)
    expect(case, *told)
    if told and action == 'destroy':
        expect_seen(case, 'lifecycle event 8/0')


WATCHDOGS = [
    ('pause', ['1 LIFECYCLE/SUSPENDED_WATCHDOG'], 'watchdog event 1'),
    ('poweroff', ['1 LIFECYCLE/STOPPED_FAILED'], 'watchdog event 3'),
    ('shutdown', ['1 WATCHDOG/WATCHDOG_SHUTDOWN'], 'watchdog event 4'),
    ('reset', [], ''),
    ('none', [], ''),
    ('inject-nmi', [], ''),
]


def watchdog(case, on, action, told, evidence):
    guest = on.guest(watchdog=action)
    heard = on.monitor.heard()
    guest.type('arm_watchdog 500')
    if action == 'inject-nmi':
        time.sleep(QUIET)    # libvirt tells nothing of it that could be waited for
    else:
        on.monitor.until_heard(heard)
    expect(case, *told)
    if told:
        expect_seen(case, evidence)


def disk_full_guest_stands_still(case, on):
    """The storage of the host is full; later there is room again."""
    guest = on.guest()
    guest.type('fill_disk')
    expect(case, '1 LIFECYCLE/SUSPENDED_IOERROR')
    expect_seen(case, 'reason enospc')
    case.say(str(case.receiver.notifications()[0]))
    on.monitor.kill()
    on.monitor.start()
    on.monitor.until_looked(1)
    expect(case, '1 LIFECYCLE/SUSPENDED_IOERROR')
    on.node.make_room()
    guest.virsh('resume')
    on.monitor.until_looked(1)
    expect(case, '1 LIFECYCLE/SUSPENDED_IOERROR')


def disk_full_guest_is_told(case, on):
    """One error after the other, and one report."""
    guest = on.guest(error_policy='report')
    heard = on.monitor.heard()
    guest.type('fill_disk')
    on.monitor.until_heard(heard, 3)
    expect(case, '1 IO_ERROR/IO_ERROR_REPORT')
    case.say('%d events, one report' % (on.monitor.heard() - heard))


def whose_domains(case, on):
    """Nova's by name, Nova's by metadata, and nobody's; and what a dry look says of them."""
    novas = Guest(on.node, 7, 'web', novas_metadata=True).define_hollow()
    nobodys = Guest(on.node, 8, 'backup').define_hollow()
    others = on.hollow(1)
    for guest in (novas, nobodys):
        guest.virsh('start')
    on.monitor.start()
    on.until_seen(2)
    on.node.kill_qemu(nobodys)
    on.node.kill_qemu(novas)
    expect(case, '7 LIFECYCLE/STOPPED_FAILED')
    on.node.kill_qemu(*others)
    expect(case, '7 LIFECYCLE/STOPPED_FAILED', '1 LIFECYCLE/STOPPED_FAILED')
    shown = programs.run(on.monitor.argv('--once', '--dry-run'), 30, env=product.environment())
    assert 'backup %s: STOPPED_FAILED (found in state 5/3)\n  not watched' % nobodys.uuid in shown, shown


# -- libvirtd ----------------------------------------------------------------------------------------------------------

def libvirtd_restarts(case, on):
    """Stopped in good order, and killed. The guests go on, and nothing is reported; afterwards the monitor hears as before."""
    guests = on.hollow(2)
    on.monitor.start()
    on.until_seen(2)
    for how in (signal.SIGTERM, signal.SIGKILL):
        on.node.kill_libvirtd(how)
        until('the monitor to say so', on.monitor.troubles, 10)
        on.node.start_libvirtd()
        back = time.monotonic()
        until('the monitor to be back', on.monitor.is_ready, 10)
        case.say('back %.1f s after libvirtd' % (time.monotonic() - back))
    on.monitor.until_looked(3)
    expect(case)
    on.node.kill_qemu(guests[0])
    expect(case, '1 LIFECYCLE/STOPPED_FAILED')


def guest_dies_without_libvirtd(case, on):
    """Nobody sends an event; and right after its start libvirtd may still believe that the guest runs."""
    guests = on.hollow(3)
    on.monitor.start()
    on.until_seen(3)
    pids = on.node.qemu_pids(*guests[:2])
    on.node.kill_libvirtd()
    on.node.inside('kill', '-KILL', *pids)
    on.node.start_libvirtd()
    until(lambda: 'two reports; there are %s' % names(case), lambda: len(names(case)) >= 2, 40)
    on.monitor.until_looked(2)
    case.receiver.stays_silent(QUIET, 2)
    assert sorted(names(case)) == ['1 LIFECYCLE/STOPPED_FAILED', '2 LIFECYCLE/STOPPED_FAILED'], names(case)
    case.say('found by: %s' % ', '.join(one.evidence['found_by'] for one in case.receiver.notifications()))


def libvirtd_hangs(case, on):
    """It is stopped like a process in a debugger: connections stay open, nothing is answered, and a guest dies meanwhile."""
    guests = on.hollow(2)
    on.monitor.start()
    on.until_seen(2)
    pids = on.node.qemu_pids(guests[0])
    on.node.freeze_libvirtd()
    try:
        frozen = time.monotonic()
        on.node.inside('kill', '-KILL', *pids)
        until('the monitor to notice', on.monitor.troubles, 30)
        case.say('noticed after %.0f s: %s' % (time.monotonic() - frozen, on.monitor.troubles()[0]))
        assert names(case) == [], names(case)
    finally:
        on.node.thaw_libvirtd()
    expect(case, '1 LIFECYCLE/STOPPED_FAILED')
    until('the monitor to be well again', on.monitor.is_ready, 30)
    on.monitor.until_looked(2)
    expect(case, '1 LIFECYCLE/STOPPED_FAILED')


# -- the monitor -------------------------------------------------------------------------------------------------------

def monitor_killed_while_guest_dies(case, on):
    """One dies while nobody listens, one was stopped by a person then; the next monitor knows them apart."""
    guests = on.hollow(3)
    on.monitor.start()
    on.until_seen(3)
    on.monitor.kill()
    on.node.kill_qemu(guests[0])
    guests[1].virsh('destroy')
    on.monitor.start()
    expect(case, '1 LIFECYCLE/STOPPED_FAILED')
    assert case.receiver.notifications()[0].evidence['found_by'] == 'look'
    on.monitor.kill()
    on.monitor.start()
    on.monitor.until_looked(3)
    expect(case, '1 LIFECYCLE/STOPPED_FAILED')


def monitor_killed_at_any_moment(case, on):
    """The controller is away, guests die one after the other, and the monitor is killed again and again in between: in the end
    each death has been reported once."""
    guests = on.hollow(10)
    on.monitor.start()
    on.until_seen(10)
    case.receiver.go()
    for guest in guests:
        on.node.kill_qemu(guest)
        # from before the event has come until after it is on disk
        time.sleep(case.stage.random.uniform(0, 0.15))
        on.monitor.kill()
        on.monitor.start()
    case.receiver.come()
    until(lambda: 'ten reports; there are %s' % names(case), lambda: len(names(case)) >= 10, 60)
    on.monitor.until_looked(2)
    case.receiver.stays_silent(QUIET, 10)
    assert sorted(names(case)) == sorted('%d LIFECYCLE/STOPPED_FAILED' % guest.number for guest in guests), names(case)


def silent_agent(case, on):
    """A guest that hangs, with pings switched on."""
    on.monitor.configure('guest-agent: {ping: true, interval: 1s, time-out: 1s, failures: 3}')
    guest = on.guest()
    # an agent that was never heard is not missed
    until('the agent to be asked', lambda: agent_answers(guest), 30)
    time.sleep(4)
    guest.type('hang_agent')
    began = time.monotonic()
    expect(case, '1 QEMU_GUEST_AGENT_ERROR/STOPPED_FAILED', seconds=40)
    case.say('reported after %.0f s' % (time.monotonic() - began - QUIET))


def agent_answers(guest):
    try:
        return 'return' in guest.virsh('qemu-agent-command', '{"execute":"guest-ping"}', '--timeout', '2')
    except RigError:
        return False


def fifty_at_once(case, on):
    """All of them by one kill(1)."""
    guests = on.hollow(MANY)
    on.monitor.start()
    on.until_seen(MANY)
    witness = Witness(on.node)
    killed = time.time()
    on.node.kill_qemu(*guests)
    until(lambda: '%d reports; there are %d' % (MANY, len(names(case))), lambda: len(names(case)) >= MANY, 120)
    on.monitor.until_looked(1)
    case.receiver.stays_silent(QUIET, MANY)
    witness.close()
    assert sorted(names(case)) == sorted('%d LIFECYCLE/STOPPED_FAILED' % guest.number for guest in guests), names(case)
    delays = [(one.at - witness.stopped[one.payload['instance_uuid']]) * 1000 for one in case.receiver.notifications()]
    case.say("the last one was delivered %.1f s after the kill; after libvirt's own event: %s"
             % (case.receiver.notifications()[-1].at - killed, spread(delays)))


def latency(case, on):
    """From libvirt's event to the notification on disk, with the controller away, so that the files stay to be looked at."""
    guests = on.hollow(40)
    on.monitor.start()
    on.until_seen(len(guests))
    case.receiver.go()
    witness = Witness(on.node)
    libvirts = []
    for guest in guests:
        begun = time.time()
        on.node.kill_qemu(guest)
        until('the event', lambda: guest.uuid in witness.stopped, 10, every=0.01)
        until('the notification', lambda: guest.uuid in on.monitor.spooled(), 10, every=0.01)
        libvirts.append((witness.stopped[guest.uuid] - begun) * 1000)
    spooled = on.monitor.spooled()
    witness.close()
    ours = [(spooled[guest.uuid] - witness.stopped[guest.uuid]) * 1000 for guest in guests]
    case.say("from the kill, nsenter included, to libvirt's event: %s" % spread(libvirts))
    case.say("from libvirt's event to the disk: %s" % spread(ours))
    case.receiver.come()
    until('all of them', lambda: len(names(case)) >= len(guests), 60)
    assert percentile(ours, 95) < MOST_MILLISECONDS, spread(ours)


def spread(milliseconds):
    return 'median %.0f ms, 95th percentile %.0f ms, most %.0f ms' % (
        percentile(milliseconds, 50), percentile(milliseconds, 95), max(milliseconds))


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part / 100))]


# -- two nodes ---------------------------------------------------------------------------------------------------------

def migration(case, on, to):
    guest, moved = migrating_guest(on, to)
    guest.virsh('migrate', '--live', '--undefinesource', '--persistent', to.node.uri, 'tcp://127.0.0.1',
                '--listen-address', '127.0.0.1')
    until('its arrival', lambda: moved.state().startswith('running'))
    on.monitor.until_looked(2)
    expect(case)
    to.node.kill_qemu(moved)
    expect(case, '1 LIFECYCLE/STOPPED_FAILED')
    assert case.receiver.notifications()[0].host == 'node2'


def migration_fails(case, on, to):
    """The receiving QEMU dies half-way; the instance goes on where it was, and is not dead anywhere."""
    guest, moved = migrating_guest(on, to)
    heard = to.monitor.heard()
    # slow enough, at one MiB a second, to be caught in the act
    move = on.node.begin('virsh', '-q', '-c', on.node.uri, 'migrate', '--live', '--bandwidth', '1', guest.name, to.node.uri,
                         'tcp://127.0.0.1', '--listen-address', '127.0.0.1')
    to.monitor.until_heard(heard)
    to.node.kill_qemu(moved)
    assert move.wait(60) != 0, 'the migration has succeeded'
    assert to.monitor.heard() >= heard + 2, 'its end was not heard'
    assert guest.state().startswith('running'), guest.state()
    to.monitor.until_looked(1)
    expect(case)


def migrating_guest(on, to):
    guest = Guest(on.node, 1).define_hollow()
    guest.virsh('start')
    on.monitor.start()
    to.monitor.start()
    on.until_seen(1)
    return guest, Guest(to.node, 1)
