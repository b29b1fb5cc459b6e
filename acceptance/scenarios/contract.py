# SPDX-License-Identifier: Apache-2.0
"""The contract that the product's build holds its simulated cloud to, held to the real one: so that the two cannot differ in
what the controller relies on."""
import os
import shlex
import shutil
import xml.etree.ElementTree

from support import product, programs

NAME = 'contract'
DOC = 'the contract test of the cloud port, which the build runs against the simulator, against the real Nova'
MINUTES = 3

TEST = 'RealNovaTest'
SECONDS = 900
# for the build of a copy of the sources, and nothing that was built
LEFT_OUT = shutil.ignore_patterns('target', '.git', 'acceptance')


def run(stage):
    stage.case('real-nova', real_nova)


def real_nova(case):
    sources = case.place.path('contract')
    shutil.rmtree(sources, ignore_errors=True)
    shutil.copytree(product.CHECKOUT, sources, ignore=LEFT_OUT, symlinks=True)
    rig = os.path.join(product.CHECKOUT, 'acceptance', 'rig', 'rig')
    kill = 'f() { %s kill-host --state %s "$1"; }; f' % (shlex.quote(rig), shlex.quote(case.place.directory))
    environment = product.environment(dict(case.place.credentials(), MIGAWARI_CONTRACT_IMAGE=case.cloud.image(),
                                           MIGAWARI_CONTRACT_KILL=kill))
    log = os.path.join(case.stage.results, 'maven.log')
    try:
        programs.run(['mvn', '-B', '-ntp', '-pl', 'controller', '-am', '-Dtest=' + TEST,
                      '-Dsurefire.failIfNoSpecifiedTests=false', '-Dspotless.check.skip=true', 'verify'],
                     SECONDS, env=environment, cwd=sources, log=log)
    finally:
        reports = _reports(sources)
        for report in reports:
            shutil.copy2(report, case.stage.results)
    tests = [test for report in reports for test in xml.etree.ElementTree.parse(report).getroot().iter('testcase')]
    # a test that was skipped proves nothing, and neither does one that was not found
    skipped = [test.get('name') for test in tests if test.find('skipped') is not None]
    assert tests and not skipped, '%d tests, of which these were skipped: %s' % (len(tests), skipped)
    for test in tests:
        case.say('%5.1f s  %s' % (float(test.get('time')), test.get('name')))
    case.say('%d tests passed against the real Nova' % len(tests))


def _reports(sources):
    directory = os.path.join(sources, 'controller', 'target', 'surefire-reports')
    names = os.listdir(directory) if os.path.isdir(directory) else []
    return [os.path.join(directory, name) for name in names if name.startswith('TEST-') and TEST in name]
