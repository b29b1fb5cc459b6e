# SPDX-License-Identifier: Apache-2.0
"""Many clients at once that report to an API of Masakari's kind, each over a connection of its own that it keeps. As monitors do, they
send again what was not taken: what is answered 503, and what is not answered at all."""
import asyncio
import collections
import json
import time
import urllib.parse
from dataclasses import dataclass

# of one try, in seconds; and the pause before the next one
PATIENCE = 120
PAUSE = 2
TRIES = 20
LATER = (0, 503)


@dataclass(frozen=True)
class Outcome:
    """What a storm has led to. answers: how many reports ended with each status, 0 where there never was an answer; again: how often
    one was sent again; seconds: from its first try until it ended so, sorted; lasted: all of it."""
    answers: dict
    again: int
    seconds: list
    lasted: float

    def percentile(self, share):
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))] if self.seconds else float('nan')

    @property
    def rate(self):
        return len(self.seconds) / self.lasted


def send(url, token, bodies, clients):
    """Each body once as POST /v1/notifications, in this order, by so many clients at once."""
    return asyncio.run(_send(urllib.parse.urlsplit(url), token, collections.deque(bodies), clients))


async def _send(url, token, bodies, clients):
    answers, seconds = collections.Counter(), []
    begun = time.monotonic()
    again = await asyncio.gather(*(_client(url, token, bodies, answers, seconds) for _ in range(clients)))
    return Outcome(dict(answers), sum(again), sorted(seconds), time.monotonic() - begun)


async def _client(url, token, bodies, answers, seconds):
    connection = _Connection(url, token)
    again = 0
    while bodies:
        body = json.dumps(bodies.popleft()).encode()
        begun = time.monotonic()
        status = await connection.post(body)
        for _ in range(TRIES):
            if status not in LATER:
                break
            again += 1
            await asyncio.sleep(PAUSE)
            status = await connection.post(body)
        answers[status] += 1
        seconds.append(time.monotonic() - begun)
    connection.close()
    return again


class _Connection:
    """Opened when it is needed, and again when the other side has had enough."""

    def __init__(self, url, token):
        self.url = url
        self.token = token
        self.streams = None

    async def post(self, body):
        """-> the status, 0 if there is no answer"""
        try:
            if self.streams is None:
                self.streams = await asyncio.open_connection(self.url.hostname, self.url.port)
            status, goes_on = await asyncio.wait_for(_post(self.url, self.token, body, *self.streams), PATIENCE)
        except (OSError, EOFError, asyncio.TimeoutError):
            status, goes_on = 0, False
        if not goes_on:
            self.close()
        return status

    def close(self):
        if self.streams is not None:
            self.streams[1].close()
        self.streams = None


async def _post(url, token, body, reader, writer):
    """-> status, and whether the connection may be used again"""
    head = ('POST %s/v1/notifications HTTP/1.1\r\nHost: %s\r\nX-Auth-Token: %s\r\nContent-Type: application/json\r\n'
            'Content-Length: %d\r\n\r\n' % (url.path.rstrip('/'), url.netloc, token, len(body)))
    writer.write(head.encode() + body)
    lines = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').split('\r\n')
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(':') for line in lines[1:])}
    if 'content-length' in headers:
        await reader.readexactly(int(headers['content-length']))
    goes_on = 'content-length' in headers and headers.get('connection', '').lower() != 'close'
    return int(lines[0].split()[1]), goes_on
