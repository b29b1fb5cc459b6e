# SPDX-License-Identifier: Apache-2.0
"""Who has asked an API for what: from the web server's own log, so that nobody's account of himself is needed."""
import collections
import re

LINE = re.compile(r'(\d+) (\S+) (\S+) (\d+) (\d+)ms ua="(.*)"$')
IDS = re.compile(r'[0-9a-f]{8}-[0-9a-f-]{27}')

Request = collections.namedtuple('Request', 'ended method path status took agent')


def requests(place, service, since, until=float('inf'), agent=''):
    """Those that ended in this time, by callers whose user agent begins so. Times in seconds of the epoch."""
    found = []
    with open(place.log(service + '-access')) as file:
        for line in file:
            match = LINE.match(line.strip())
            if match:
                ended, method, path, status, took, who = match.groups()
                request = Request(int(ended) / 1000, method, path, int(status), int(took) / 1000, who)
                if since <= request.ended <= until and who.startswith(agent):
                    found.append(request)
    return found


def kinds(found):
    """How often what was asked for: {"POST /servers/ID/action": 50}, most frequent first."""
    counts = collections.Counter(
        '%s %s' % (request.method, IDS.sub('ID', request.path.split('?')[0]).replace('/v2.1', '', 1))
        for request in found)
    return dict(counts.most_common())
