# SPDX-License-Identifier: Apache-2.0
"""The controller is killed by SIGKILL in the middle of a recovery and started again: every instance ends once and where it
should. The moments are left to chance, spread over a recovery that was measured first: half of them over all of it, which mostly
is Nova's work, and half over its beginning, in which the controller asks Nova for everything."""
import time

from support import fleet, reports
from support.controller import moment

NAME = 'crash'
DOC = 'the controller dies by SIGKILL at ten random moments of a recovery, and three times in one'
MINUTES = 12

KILLS = 5    # of each half
SEGMENT = 'rack'
# A kill after the end of the recovery shows nothing; the same part of what that recovery took is tried then.
TRIES = 3


def run(stage):
    recovery = Recovery(stage)
    stage.case('undisturbed', recovery.measure)
    for when in ('asking', 'any-time'):
        for number in range(KILLS):
            # one in every fifth of the span, so that chance cannot leave any of it out
            part = (number + stage.random.random()) / KILLS
            stage.case('%s-%d' % (when, number + 1), recovery.disturb, when, [part])
    stage.case('three-kills', recovery.disturb, 'any-time', sorted(stage.random.random() for _ in range(3)))
    recovery.conclude()


class Recovery:

    def __init__(self, stage):
        self.stage = stage
        # seconds from the death of the host: to the last answer to a request for an evacuation, and to the end
        self.spans = {}
        self.kills = []

    def measure(self, case):
        subjects, failure = self._begin(case)
        self._judge(case, subjects, failure)
        answers = [moment(entry['ended_at']) for entry in case.reports[-1].incident['journal']
                   if entry['step'].startswith('evacuate ')]
        self.spans = {'asking': max(answers) - failure.killed_at, 'any-time': case.reports[-1].seconds}
        case.say('a recovery takes %.1f s, and the controller has asked for everything after %.1f s; seed %s' % (
            self.spans['any-time'], self.spans['asking'], self.stage.seed))

    def disturb(self, case, when, parts):
        """Kills the controller when these parts of the span have passed."""
        assert self.spans, 'what is spread over has to be measured first: play the case undisturbed as well'
        for attempt in range(TRIES):
            if attempt:
                self.stage.clean()
                case.reports.clear()    # their incidents are in a database that is gone
            subjects, failure = self._begin(case)
            kills = [self._kill(case, failure, part * self.spans[when]) for part in parts]
            incident = self._judge(case, subjects, failure)
            if all(kill['at'] < moment(incident['closed_at']) for kill in kills):
                break
            self.spans[when] = min(self.spans[when], case.reports[-1].seconds)
            case.say('killed only after its end; again, within %.1f s' % self.spans[when])
        else:
            raise AssertionError('%d recoveries had all ended before the controller was killed' % TRIES)
        for kill in kills:
            kill.update(self._seen(case, incident, failure, kill['at']))
            case.say('killed %.2f s after the host died, %s; the journal then: %d calls done, %d cut off' % (
                kill['after'], kill['phase'], kill['done'], kill['cut_off']))
        self.kills += [dict(kill, case=case.name) for kill in kills]

    def _begin(self, case):
        case.controller.set_up()
        subjects = case.boot(fleet.MIXED_EIGHT, 'compute1')
        case.controller.create_segment(SEGMENT, 'reserved_host', ['compute1'], ['compute5'])
        return subjects, case.fail('compute1')

    @staticmethod
    def _kill(case, failure, after):
        # not a wait for something: the moment itself is what is being tried
        time.sleep(max(0.0, failure.killed_at + after - time.time()))
        case.controller.kill()
        at = time.time()
        case.controller.start()
        case.say('the controller was killed, and is ready again after %.1f s' % (time.time() - at))
        return {'at': at, 'after': round(at - failure.killed_at, 3)}

    @staticmethod
    def _judge(case, subjects, failure):
        fates = {subject: subject.fate('compute1', ('compute5',)) for subject in subjects}
        return case.pass_judgement(failure, fates)

    @staticmethod
    def _seen(case, incident, failure, at):
        """What the recovery was at when the controller died, told from what it had written down until then."""
        story = case.controller.story(failure.incident)
        begun = [phase for phase, since, _ in reports.phases(incident, story, failure.killed_at)
                 if failure.killed_at + since <= at]
        entries = [entry for entry in incident['journal'] if moment(entry['intended_at']) <= at]
        done = [entry for entry in entries if entry['ended_at'] and moment(entry['ended_at']) <= at]
        over = moment(incident['closed_at']) <= at
        return {'phase': 'after the end' if over else begun[-1], 'done': len(done), 'cut_off': len(entries) - len(done)}

    def conclude(self):
        if not self.kills:
            return
        lines = ['seed %s' % self.stage.seed, '', 'case           after  phase          calls done  cut off']
        lines += ['%-12s %5.2f s  %-14s %10d %8d' % (
            kill['case'], kill['after'], kill['phase'], kill['done'], kill['cut_off'])
            for kill in self.kills]
        reports.save(self.stage.results, 'kills', '\n'.join(lines), {'seed': self.stage.seed, 'kills': self.kills})
        self.stage.say('\n'.join(lines))
