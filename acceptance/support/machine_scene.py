# SPDX-License-Identifier: Apache-2.0
"""A machine with a systemd of its own, on which cases are played, and what was measured there. What is on it belongs to the scenario."""
import json
import os


class MachineScene:

    def __init__(self, stage, machine):
        self.stage = stage
        self.machine = machine
        self.figures = {}

    def furnish(self):
        """Puts on the machine, when it is up, what is there before the first case."""
        raise NotImplementedError

    def play(self, cases):
        """cases: {name: what is played}; each goes on where the one before it has left the machine."""
        try:
            self.machine.up()
            self.furnish()
            for name, play in cases.items():
                self.stage.case(name, lambda case, play=play: play(self))
        finally:
            if self.stage.keep:
                self.stage.say('the machine stays up: nsenter -t %s -a; end it with: kill -KILL of its parent' % self.machine.first_process)
            else:
                self.machine.down()
            self.write_figures()

    def shell(self, command, **options):
        return self.machine.run('sh', '-c', command, **dict({'seconds': 120}, **options))

    def figure(self, name, value):
        self.figures[name] = value
        self.stage.say('  %s: %s' % (name, value))

    def write_figures(self):
        with open(os.path.join(self.stage.results, 'figures.json'), 'w') as file:
            json.dump(self.figures, file, indent=1)
