# SPDX-License-Identifier: Apache-2.0
"""Planned moves as an operator orders them on the command line, and what the controller says of them. `case` is whatever has a controller
and can say something."""
import json

from rig.waiting import until
from support.programs import ProgramFailed

SECONDS = 400


def order(case, *words, codes=(0,)):
    """-> the operation, whole, as the command leaves it"""
    operation = json.loads(case.controller.cli(*words, '-o', 'json', codes=codes, seconds=SECONDS))
    case.say('%s: %s' % (operation['state'], operation['message']))
    return operation


def begun(case, *words):
    """-> its id; it goes on by itself"""
    return json.loads(case.controller.cli(*words, '--no-wait', '-o', 'json'))['uuid']


def refusal(case, *words):
    """-> what the command says when it is refused"""
    try:
        case.controller.cli(*words)
    except ProgramFailed as failure:
        assert failure.code.startswith('ended with 4'), failure
        return failure.output
    raise AssertionError('%s was not refused' % ' '.join(words))


def operation(case, uuid):
    return case.controller.call('GET', '/migawari/v1/operations/' + uuid)['operation']


def newest(case):
    return operation(case, case.controller.call('GET', '/migawari/v1/operations')['operations'][0]['uuid'])


def until_over(case, uuid, seconds=300):
    def over():
        found = operation(case, uuid)
        return None if found['open'] else found
    found = until(lambda: 'the operation to be over: ' + operation(case, uuid)['message'], over, seconds)
    case.say('%s: %s' % (found['state'], found['message']))
    return found
