# SPDX-License-Identifier: Apache-2.0
"""A compute host dies, and its instances come back where they should; and what happens when that is not so easy."""
from support import fleet

NAME = 'host-failure'
DOC = 'a host dies; every sort of instance, full or dead spares, two hosts at once, no proof, a destination that dies'
MINUTES = 8

SEGMENT = 'rack'


def run(stage):
    stage.case('reserved-host', reserved_host)
    stage.case('auto', auto)


def reserved_host(case):
    """Instances of every sort; one spare takes them all."""
    case.controller.set_up()
    subjects = case.boot(fleet.EVERY_KIND, 'compute1', elsewhere='compute2')
    case.controller.create_segment(SEGMENT, 'reserved_host', ['compute1', 'compute2'], ['compute5'])
    failure = case.fail('compute1')
    case.pass_judgement(failure, {subject: subject.fate('compute1', ['compute5']) for subject in subjects})


def auto(case):
    """Nova's scheduler chooses."""
    case.controller.set_up()
    subjects = case.boot(fleet.MIXED_EIGHT, 'compute1')
    others = [host for host in case.place.hosts if host != 'compute1']
    case.controller.create_segment(SEGMENT, 'auto', case.place.hosts)
    failure = case.fail('compute1')
    case.pass_judgement(failure, {subject: subject.fate('compute1', others) for subject in subjects})
