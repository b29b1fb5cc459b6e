# SPDX-License-Identifier: Apache-2.0
"""The same requests to Debian's real masakari-api and to ours, both asking the same Keystone and the same Nova: what clients ask
and what they ask wrongly. Answers are compared field by field, and whatever differs has to be a difference that is meant to be."""
import os

from rig import lifecycle, processes
from rig.cloud import Cloud
from rig.waiting import until

from support import api_requests
from support.api_comparison import Service, differences
from support.api_differences import WANTED
from support.product import CHECKOUT

NAME = 'api'
DOC = "hundreds of requests, right and wrong ones, to Masakari's real API and to ours: every difference is a documented one"
MINUTES = 4

# what is asked of an engine that is down is not waited for
OPTIONS = {'rpc_response_timeout': '5', 'wait_period_after_service_update': '1'}
PAGE = os.path.join(CHECKOUT, 'docs', 'api-differences.md')


def run(stage):
    stage.case('compared-with-masakari', compared)


def compared(case):
    """Every answer to every request is the same, or differs as docs/api-differences.md says."""
    headings = {line.lstrip('# ').strip() for line in open(PAGE) if line.startswith('## ')}
    named = {wanted.heading for wanted in WANTED}
    assert named == headings, 'without a reason, or without a test: %s' % sorted(named ^ headings)
    lifecycle.start_masakari(case.place, OPTIONS)
    case.controller.set_up(authentication='keystone')
    theirs, ours = _services(case)
    book = _Book(theirs, ours)
    for group in api_requests.FIRST:
        book.ask(group())
    _settle(theirs)
    for group in api_requests.THEN:
        book.ask(group())
    processes.kill(case.place, 'masakari-engine')
    book.ask(api_requests.without_an_engine())
    book.keep(os.path.join(case.stage.results, 'answers.txt'))

    unexpected = [one for one in book.found if not any(wanted.covers(one) for wanted in WANTED)]
    unneeded = [wanted for wanted in WANTED if not any(wanted.covers(one) for one in book.found)]
    case.say('%d requests; %d of them answered with something that differs, in %d fields, all of them meant to be: %s' % (
        book.asked, len({one.request for one in book.found}), len(book.found), not unexpected))
    assert not unexpected, '%d differences that are not meant to be:\n%s' % (len(unexpected), '\n'.join(map(str, unexpected)))
    assert not unneeded, 'these are said to differ, and do not:\n%s' % '\n'.join(map(str, unneeded))


def _services(case):
    """Theirs and ours. The requests name compute hosts, and the project of the token."""
    cloud = Cloud(case.place, 'api')
    known = {host: host for host in case.place.hosts}
    known['project'] = cloud.keystone('GET', '/projects?name=admin')['projects'][0]['id']
    return (Service(case.place.url('masakari'), cloud.token, known), Service(case.controller.url, cloud.token, known))


def _settle(service):
    """Masakari's engine has looked at every report."""
    def settled():
        answer = service.session.get(service.url + '/v1/notifications', headers={'X-Auth-Token': service.token}, timeout=30)
        return not [one for one in answer.json()['notifications'] if one['status'] in ('new', 'running')]
    until('Masakari to settle its notifications', settled, 120, every=1)


class _Book:
    """What was asked and answered."""

    def __init__(self, theirs, ours):
        self.theirs = theirs
        self.ours = ours
        self.lines = []
        self.found = []
        self.asked = 0

    def ask(self, requests):
        for request in requests:
            answers = self.theirs.ask(request), self.ours.ask(request)
            found = differences(request.name, *answers)
            self.asked += 1
            self.found += found
            self.lines += ['%s: %s %s %s %s' % (request.name, request.method, request.path, request.headers or '',
                                                '' if request.body is None else request.body)]
            self.lines += ['    theirs %s' % answers[0], '    ours   %s' % answers[1]] + [
                '    ' + str(one).replace('\n', '\n    ') for one in found] + ['']

    def keep(self, path):
        with open(path, 'w') as file:
            file.write('\n'.join(self.lines))
