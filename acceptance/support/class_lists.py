# SPDX-License-Identifier: Apache-2.0
"""packaging/class-lists: what goes into a daemon's archive of classes. Java writes such a list itself; here lists are held to each
other, and brought up to date."""
import glob
import os
import zipfile

HEADER = '''\
# The classes and lambdas that %s uses in its first minute, for make-archive. One that is not here, or is not there any
# more, costs a little time and nothing else. `acceptance/run packages` holds this list to what is used, and leaves it brought up to date in
# its results: acceptance/results/packages/class-lists/.
'''
JAVAS_OWN = ('java/', 'javax/', 'jdk/', 'sun/', 'com/sun/', 'org/xml/', 'org/w3c/')


class ClassList:

    def __init__(self, text):
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith('#')]
        self.classes = {line for line in lines if not line.startswith('@')}
        self.lambdas = {line for line in lines if line.startswith('@')}

    def share_missing_in(self, shipped):
        """Which part of what is used is not in the list that is shipped, from 0 to 1."""
        used = self.classes | self.lambdas
        return len(used - shipped.classes - shipped.lambdas) / len(used)

    def brought_up_to(self, fresh, jars):
        """-> with what is used now, and without what the program does not have any more. A class whose lambdas were seen has
        only these: their names change with its code."""
        there = _classes_in(jars)
        seen = {_owner(line) for line in fresh.lambdas}
        result = ClassList('')
        result.classes = fresh.classes | {name for name in self.classes if name.startswith(JAVAS_OWN) or name in there}
        result.lambdas = fresh.lambdas | {line for line in self.lambdas if _owner(line) not in seen
                                          and (_owner(line).startswith(JAVAS_OWN) or _owner(line) in there)}
        return result

    def text(self, program):
        return HEADER % program + ''.join(line + '\n' for line in sorted(self.classes) + sorted(self.lambdas))


def _owner(line):
    """'@lambda-proxy CLASS …', '@lambda-form-invoker [KIND] CLASS …'"""
    words = line.split()
    return words[2 if words[1].startswith('[') else 1].replace('.', '/')


def _classes_in(jars):
    names = set()
    for jar in glob.glob(os.path.join(jars, '*.jar')):
        with zipfile.ZipFile(jar) as file:
            names.update(name[:-len('.class')] for name in file.namelist() if name.endswith('.class'))
    return names
