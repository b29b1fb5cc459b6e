# SPDX-License-Identifier: Apache-2.0
"""Our fencing with the real fence agents of Debian: against OpenIPMI's simulator of a BMC, a Redfish service, and the power switch
of the rig's clusters. Each case says what became of the machine, and what fencing said; nothing may be called off that is on, no
machine may be switched that is not the host's, and no password may be seen anywhere."""
import glob
import json
import os
import shutil
import socket
import subprocess
import threading

from rig import packages
from rig.bmc import USER, IpmiBmc, Machine, RedfishBmc
from rig.place import ADDRESS, INSIDE
from rig.power import PowerSwitch
from support import product as products

NAME = 'fencing'
DOC = "our fencing with Debian's fence agents: IPMI, Redfish and a power switch that work, are slow, lie, are dead, are another host's"
MINUTES = 8
STAGE = 'nodes'
NEEDS = [packages.FENCING]

PASSWORD = 'rig-5ecret-Pa55'
IPMI_UUID = '4c4c4544-0043-3210-8058-b4c04f333933'
IPMI_GUID = '44454c4c430010328058b4c04f333933'    # the same, in the order of SMBIOS
REDFISH_UUID = '37373037-3436-5a43-3332-303330343544'
OTHER_UUID = '11111111-2222-4333-8444-555555555555'
ANSWER_SECONDS = 120

CONFIGURATION = '''\
database: {{password: x}}
openstack: {{auth-url: 'http://127.0.0.1:9/v3', username: x, password: x, project-name: x}}
fencing:
  agents-directory: {agents}
  poll-every: 500ms
  devices:
    ipmi:
      agent: fence_ipmilan
      parameters: {{ip: {address}, ipport: {ipmi}, username: {user}, lanplus: 1, cipher: 3}}
      secrets: {{password-file: bmc-password}}
      timeout: {timeout}
      off-within: 40s
    redfish:
      agent: fence_redfish
      parameters: {{ip: {address}, ipport: {redfish}, username: {user}, ssl_insecure: 1}}
      secrets: {{password-file: bmc-password}}
      timeout: {timeout}
      off-within: 40s
    pdu1: {{agent: fence_rig_switch, parameters: {{ipport: {pdu1}}}, secrets: {{password-file: bmc-password}}, timeout: {timeout}}}
    pdu2: {{agent: fence_rig_switch, parameters: {{ipport: {pdu2}}}, secrets: {{password-file: bmc-password}}, timeout: {timeout}}}
    absent: {{agent: fence_no_such_thing, parameters: {{ip: {address}}}}}
  hosts:
    by-ipmi: {{uuid: {ipmi_uuid}, levels: [ipmi]}}
    by-redfish: {{uuid: {redfish_uuid}, levels: [redfish]}}
'''


def run(stage):
    scene = Scene(stage)
    try:
        scene.up()
        for name, play in CASES.items():
            stage.case(name, lambda case, play=play: scene.play(case, play))
    finally:
        scene.down()


class Switch:
    """The power switch of the rig's clusters, for outlets that are machines."""

    def __init__(self, machines):
        self.machines = machines
        self.listener = socket.create_server((ADDRESS, 0))
        self.port = self.listener.getsockname()[1]
        self.lies = False
        self.switch = PowerSwitch(self.listener, self._off, lambda name: machines[name].order('on'),
                                  lambda name: machines[name].power == 'on')

    def _off(self, name):
        self.machines[name].order('off')


class Scene:

    def __init__(self, stage):
        self.stage = stage
        place = stage.place
        self.place = place
        self.port = 26230 + place.offset
        self.machines = {name: Machine(place, name) for name in ('ipmi', 'redfish', 'outlet1', 'outlet2')}
        self.ipmi = IpmiBmc(place, self.machines['ipmi'], self.port, PASSWORD, IPMI_GUID)
        self.redfish = None
        self.pdus = [Switch(self.machines), Switch(self.machines)]
        self.driver = None
        self.seen = Observer()
        stage.evidence('orders.txt', lambda: '\n'.join('%s %s' % (name, machine.orders())
                                                       for name, machine in self.machines.items()))

    def up(self):
        place = self.place
        # Debian's agents, and one of the rig's beside them
        agents = place.path('agents')
        os.makedirs(agents)
        for agent in ('fence_ipmilan', 'fence_redfish'):
            os.symlink('/usr/sbin/' + agent, os.path.join(agents, agent))
        shutil.copy2(os.path.join(INSIDE, 'fence_rig_switch.sh'), os.path.join(agents, 'fence_rig_switch'))
        place.write('etc/bmc-password', PASSWORD + '\n', 0o600)
        self.redfish = RedfishBmc(place, self.machines['redfish'], self.port + 1, PASSWORD, REDFISH_UUID)
        self.seen.start()

    def down(self):
        self.seen.stop()
        self._end_driver()
        self.ipmi.stop()
        if self.redfish:
            self.redfish.close()
        for pdu in self.pdus:
            pdu.switch.close()

    def play(self, case, play):
        self.case = case
        for machine in self.machines.values():
            machine.reset()
        self.redfish.silent, self.redfish.refuses, self.redfish.uuid = False, None, REDFISH_UUID
        for pdu in self.pdus:
            pdu.switch.heals()
        self.ipmi.stop()
        self.ipmi.start()
        self.seen.forget()
        play(self)
        self._end_driver()
        self._no_password(case.name)

    # -- the driver -------------------------------------------------------------------------------------------------------

    def configure(self, hosts='', timeout='20s'):
        """hosts: more of them, as lines of YAML."""
        self._end_driver()
        text = CONFIGURATION.format(
            agents=self.place.path('agents'), address=ADDRESS, ipmi=self.ipmi.port, redfish=self.redfish.port, user=USER,
            pdu1=self.pdus[0].port, pdu2=self.pdus[1].port, ipmi_uuid=IPMI_UUID, redfish_uuid=REDFISH_UUID, timeout=timeout)
        if hosts:
            text = text[:text.index('  hosts:')] + '  hosts:\n' + hosts
        path = self.place.write('etc/fencing.yaml', text, 0o600)
        libraries = ':'.join([os.path.join(self.stage.product.directory, 'demo/target/lib/*')]
                             + glob.glob(os.path.join(self.stage.product.directory, 'demo/target/*.jar')))
        log = open(self.place.log('fencing-driver'), 'ab')
        self.driver = subprocess.Popen(
            ['java', '-cp', libraries, os.path.join(INSIDE, 'FencingDriver.java'), path], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=log, env=products.environment(), text=True, start_new_session=True)
        log.close()
        self._answer('to start')

    def _answer(self, order):
        timer = threading.Timer(ANSWER_SECONDS, self.driver.kill)
        timer.start()
        try:
            while True:
                line = self.driver.stdout.readline()
                assert line, 'the driver ended, or had to be ended, when told %s; see %s' % (order, self.place.log('fencing-driver'))
                self.seen.say(line)
                if line.startswith('{'):
                    return json.loads(line)
        finally:
            timer.cancel()

    def ask(self, *words):
        order = ' '.join(words)
        self.driver.stdin.write(order + '\n')
        self.driver.stdin.flush()
        answer = self._answer(order)
        self.case.say('%s: %s' % (order, json.dumps(answer)))
        return answer

    def _end_driver(self):
        if self.driver:
            self.driver.stdin.close()
            try:
                self.driver.wait(10)
            except subprocess.TimeoutExpired:
                self.driver.kill()
                self.driver.wait()
            self.driver = None

    # -- what is expected -------------------------------------------------------------------------------------------------

    def is_switched_off(self, host, level=1):
        answer = self.ask('off', host, str(level))
        assert answer['accepted'], answer
        return answer

    def is_refused(self, words, host, level=1):
        answer = self.ask('off', host, str(level))
        assert not answer['accepted'] and words in answer['words'], answer
        return answer

    def reads(self, host, device, reading, problem=None):
        shown = self.ask('look', host)
        device = shown['devices'][device]
        assert (device['reading'], device['problem']) == (reading, problem), device
        return shown

    def orders(self, machine, *expected):
        assert self.machines[machine].orders() == list(expected), self.machines[machine].orders()

    def _no_password(self, name):
        with open(self.place.log('fencing-driver'), errors='replace') as file:
            said = file.read()
        assert PASSWORD not in said and '***' in said, 'the password is in the log, or the log shows no settings'
        assert PASSWORD not in self.seen.said, 'the password is in an answer'
        assert not self.seen.leaks, 'the password was seen in %s' % sorted(self.seen.leaks)
        if self.seen.upstream:
            self.case.say('the password was seen among the arguments of %s, which fence_ipmilan had started' % sorted(
                self.seen.upstream))


class Observer(threading.Thread):
    """Looks at the arguments and the environment of every process, again and again, as anybody on the machine might."""

    def __init__(self):
        super().__init__(name='observer', daemon=True)
        self.ended = threading.Event()
        self.forget()

    def forget(self):
        self.leaks = set()
        self.upstream = set()
        self.said = ''

    def say(self, text):
        self.said += text

    def stop(self):
        self.ended.set()

    def run(self):
        while not self.ended.wait(0.01):
            for path in glob.glob('/proc/[0-9]*/cmdline') + glob.glob('/proc/[0-9]*/environ'):
                try:
                    with open(path, 'rb') as file:
                        text = file.read()
                except OSError:
                    continue
                if PASSWORD.encode() in text:
                    what = text.split(b'\0')[0].decode(errors='replace')
                    # Debian's fence_ipmilan itself gives ipmitool the password as an argument
                    by_agent = path.endswith('cmdline') and b'ipmitool' in text and b'chassis' in text
                    (self.upstream if by_agent else self.leaks).add('%s of %s' % (os.path.basename(path), what))


# -- the cases --------------------------------------------------------------------------------------------------------

def works(scene):
    scene.configure()
    for host, machine in (('by-ipmi', 'ipmi'), ('by-redfish', 'redfish')):
        shown = scene.reads(host, machine, 'on')
        assert shown['off'] == [False], shown
        scene.is_switched_off(host)
        scene.orders(machine, 'off')
        assert scene.reads(host, machine, 'off')['off'] == [True]


def already_off(scene):
    scene.configure()
    for host, machine in (('by-ipmi', 'ipmi'), ('by-redfish', 'redfish')):
        scene.machines[machine].power = 'off'
        scene.is_switched_off(host)
        scene.orders(machine)


def refuses_but_is_off(scene):
    """As a BMC whose machine lost its power at this very moment: an error, and a status that says off."""
    scene.configure()
    machine = scene.machines['redfish']
    reset = scene.redfish.reset

    def refuse(kind):
        machine.order('off')
        return 409
    scene.redfish.reset = refuse
    try:
        scene.is_switched_off('by-redfish')
    finally:
        scene.redfish.reset = reset


def slow(scene):
    scene.configure()
    for host, machine in (('by-ipmi', 'ipmi'), ('by-redfish', 'redfish')):
        scene.machines[machine].obeys(12)
        answer = scene.is_switched_off(host)
        assert answer['seconds'] >= 11, answer
        assert scene.machines[machine].power == 'off'


def lies(scene):
    """The order is taken, and nothing happens."""
    scene.configure()
    for host, machine in (('by-ipmi', 'ipmi'), ('by-redfish', 'redfish')):
        scene.machines[machine].obeys(None)
        scene.is_refused('the power read as on', host)
        assert scene.reads(host, machine, 'on')['off'] == [False]


def dead(scene):
    """No answer at all; the time-out ends it, and nothing is left behind."""
    scene.configure(timeout='5s')
    scene.ipmi.stop()
    scene.redfish.silent = True
    for host, machine in (('by-ipmi', 'ipmi'), ('by-redfish', 'redfish')):
        answer = scene.is_refused('', host)
        assert answer['seconds'] < 8, answer
        assert scene.reads(host, machine, 'unknown', 'NO_ANSWER')['off'] == [False]
    left = subprocess.run(['pgrep', '-f', 'fence_(ipmilan|redfish)|ipmitool.*%d' % scene.ipmi.port], capture_output=True, text=True).stdout
    assert not left, 'left behind: ' + left


def wrong_password(scene):
    scene.configure()
    scene.redfish.credentials = 'Basic bm90aGluZw=='
    scene.redfish.silent = False
    try:
        scene.is_refused('HTTP status 401', 'by-redfish')
        scene.reads('by-redfish', 'redfish', 'unknown', 'NO_ANSWER')
    finally:
        scene.redfish.close()
        scene.redfish = RedfishBmc(scene.place, scene.machines['redfish'], scene.port + 1, PASSWORD, REDFISH_UUID)


def wrong_host(scene):
    """The address is that of another machine: it is not switched off, and that it is off proves nothing."""
    scene.configure('    by-ipmi: {uuid: %s, levels: [ipmi]}\n    by-redfish: {uuid: %s, levels: [redfish]}\n' % (
        OTHER_UUID, OTHER_UUID.replace('1111', '2222')))
    for host, machine in (('by-ipmi', 'ipmi'), ('by-redfish', 'redfish')):
        scene.is_refused("is another machine's", host)
        scene.machines[machine].power = 'off'
        shown = scene.reads(host, machine, 'off', 'OTHER_HOST')
        assert shown['off'] == [False], shown
        scene.orders(machine)


def recabled(scene):
    """A device without a UUID to compare it with was attested; then it says that it is another one."""
    scene.configure('    by-redfish: {levels: [redfish]}\n')
    scene.is_refused('nothing tells whether that is by-redfish', 'by-redfish')
    assert scene.ask('attest', 'by-redfish', 'redfish')['taken']
    scene.reads('by-redfish', 'redfish', 'on')
    scene.redfish.uuid = OTHER_UUID
    scene.is_refused('is not the device any more that was attested', 'by-redfish')
    scene.orders('redfish')


def two_power_supplies(scene):
    scene.configure("    twin: {levels: [['pdu1:outlet1', 'pdu2:outlet2']]}\n")
    scene.is_refused('cannot tell whose it is', 'twin')
    scene.orders('outlet1')
    for device in ('pdu1:outlet1', 'pdu2:outlet2'):
        assert scene.ask('attest', 'twin', device)['taken']
    scene.machines['outlet2'].obeys(3)
    scene.is_switched_off('twin')
    scene.orders('outlet1', 'off')
    scene.orders('outlet2', 'off')
    assert scene.machines['outlet2'].power == 'off'


def one_of_two_power_supplies_stays_on(scene):
    scene.configure("    twin: {levels: [['pdu1:outlet1', 'pdu2:outlet2']]}\n")
    for device in ('pdu1:outlet1', 'pdu2:outlet2'):
        scene.ask('attest', 'twin', device)
    scene.machines['outlet2'].obeys(None)
    scene.is_refused('pdu2:outlet2 took the order', 'twin')
    assert scene.ask('look', 'twin')['off'] == [False]


def second_level(scene):
    """The BMC is dead with its host's mains; the outlet of the power switch does it."""
    scene.configure("    both: {uuid: %s, levels: [ipmi, 'pdu1:outlet1']}\n" % IPMI_UUID, timeout='5s')
    scene.ask('attest', 'both', 'pdu1:outlet1')
    scene.ipmi.stop()
    scene.is_refused('', 'both')
    scene.is_switched_off('both', 2)
    assert scene.ask('look', 'both')['off'] == [False, True]


def broken_switch(scene):
    scene.configure("    single: {levels: ['pdu1:outlet1', absent]}\n")
    assert not scene.ask('look', 'single')['off'][0]
    scene.ask('attest', 'single', 'pdu1:outlet1')
    scene.pdus[0].switch.breaks('outlet1')
    scene.is_refused('the power switch of outlet1 does not work', 'single')
    shown = scene.reads('single', 'absent', 'unknown', 'UNVERIFIED')
    scene.ask('attest', 'single', 'absent')
    shown = scene.reads('single', 'absent', 'unknown', 'AGENT_BROKEN')
    assert 'fence_no_such_thing does not exist' in shown['devices']['absent']['words'], shown


CASES = {'works': works, 'already-off': already_off, 'refuses-but-is-off': refuses_but_is_off, 'slow': slow, 'lies': lies,
         'dead': dead, 'wrong-password': wrong_password, 'wrong-host': wrong_host, 'recabled': recabled,
         'two-power-supplies': two_power_supplies, 'one-of-two-power-supplies-stays-on': one_of_two_power_supplies_stays_on,
         'second-level': second_level, 'broken-agent-and-switch': broken_switch}
