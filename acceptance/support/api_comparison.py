# SPDX-License-Identifier: Apache-2.0
"""The same requests to two services that speak Masakari's API, and where their answers differ."""
import dataclasses
import fnmatch
import json
import re

import requests

HEADERS = ('Content-Type', 'OpenStack-API-Version', 'Vary', 'X-Openstack-Request-Id', 'WWW-Authenticate', 'Allow', 'Location')
REQUEST_ID = re.compile('req-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')
UUID = re.compile('[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}')
# when a row was made or changed, which is never the same; the form is compared
STAMPS = ('created_at', 'updated_at')
STAMP = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}')
SECONDS = 30


class Service:
    """One of the two. known: what the requests call things, and what the service does."""

    def __init__(self, url, token, known):
        self.url = url
        self.token = token
        self.known = dict(known)
        self.session = requests.Session()
        self.session.trust_env = False

    def ask(self, request):
        """-> its answer, without what two services cannot have in common"""
        body = self._filled(request.body)
        headers = {name: self._filled(value) for name, value in request.headers.items()}
        if request.token:
            headers['X-Auth-Token'] = self.token if request.token is True else request.token
        if body is not None:
            headers.setdefault('Content-Type', 'application/json')
        answer = self.session.request(
            request.method, self.url + self._filled(request.path), headers=headers, timeout=SECONDS,
            data=None if body is None else body.encode() if isinstance(body, str) else json.dumps(body))
        self._keep(request, answer)
        return self._told(answer)

    def _filled(self, value):
        if isinstance(value, str):
            return re.sub(r'\{(\w+)\}', lambda name: str(self.known.get(name.group(1), name.group())), value)
        if isinstance(value, dict):
            return {key: self._filled(inner) for key, inner in value.items()}
        return [self._filled(inner) for inner in value] if isinstance(value, list) else value

    def _keep(self, request, answer):
        for name, way in request.keep.items():
            if not answer.ok:
                raise AssertionError('%s: %s answers %d %s, and the rest depends on it' % (
                    request.name, self.url, answer.status_code, answer.text))
            value = answer.json()
            for step in way.split('.'):
                value = value[step]
            self.known[name] = value

    def _told(self, answer):
        headers = {name: answer.headers.get(name) for name in HEADERS}
        if headers['X-Openstack-Request-Id'] and REQUEST_ID.fullmatch(headers['X-Openstack-Request-Id']):
            headers['X-Openstack-Request-Id'] = 'an id'
        try:
            body = answer.json() if answer.content else None
        except ValueError:
            body = answer.text
        return {'status': answer.status_code, 'header': headers, 'body': self._named(body)}

    def _named(self, value, key=None):
        """With the requests' names for what has another name in each service."""
        if isinstance(value, dict):
            return {inner: self._named(value[inner], inner) for inner in value}
        if isinstance(value, list):
            return [self._named(inner) for inner in value]
        if isinstance(value, str):
            if key in STAMPS and STAMP.fullmatch(value):
                return 'a time'
            named = {str(known): name for name, known in self.known.items()}
            value = value.replace(self.url, '{url}')
            return UUID.sub(lambda found: '{%s}' % named[found.group()] if found.group() in named else found.group(), value)
        return 'a number' if key == 'id' and isinstance(value, int) else value


@dataclasses.dataclass(frozen=True)
class Difference:
    """Where two answers to a request differ, as a path such as body.segment.name or header.Vary."""
    request: str
    where: str
    theirs: object
    ours: object

    def __str__(self):
        return '%s: %s\n    theirs %s\n    ours   %s' % (self.request, self.where, short(self.theirs), short(self.ours))


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def short(value):
    text = as_text(value)
    return text if len(text) <= 300 else text[:300] + '...'


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Differences that are meant to be. requests, where: patterns as of a shell; ours: what our value has to match, as a regular
    expression; heading: what docs/api-differences.md says of them stands below it."""
    heading: str
    requests: tuple
    where: tuple
    ours: str = '.*'
    theirs: str = '.*'

    def covers(self, difference):
        return (any(fnmatch.fnmatchcase(difference.request, pattern) for pattern in self.requests)
                and any(fnmatch.fnmatchcase(difference.where, pattern) for pattern in self.where)
                and re.fullmatch(self.ours, as_text(difference.ours), re.DOTALL)
                and re.fullmatch(self.theirs, as_text(difference.theirs), re.DOTALL))


ABSENT = 'absent'


def differences(request, theirs, ours, where=''):
    """-> every Difference; of lists of different lengths one"""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return [found for key in list(theirs) + [key for key in ours if key not in theirs]
                for found in differences(request, theirs.get(key, ABSENT), ours.get(key, ABSENT),
                                         where + ('.' if where else '') + key)]
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return [found for number, pair in enumerate(zip(theirs, ours))
                for found in differences(request, *pair, '%s.%d' % (where, number))]
    # 1 and True are equal in Python, and not in JSON
    return [] if theirs == ours and type(theirs) is type(ours) else [Difference(request, where, theirs, ours)]
