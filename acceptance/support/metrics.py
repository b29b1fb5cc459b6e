# SPDX-License-Identifier: Apache-2.0
"""What Prometheus would find: the controller's metrics and the alert rules, held against Prometheus's own tool where that is
installed (Debian: in the package prometheus)."""
import os
import shutil
import subprocess

from .product import CHECKOUT

RULES = os.path.join(CHECKOUT, 'packaging', 'prometheus', 'migawari.rules.yml')


def check(case):
    """-> the text of /metrics"""
    answer = case.controller.session.get(case.controller.url + '/metrics', timeout=30)
    assert answer.status_code == 200 and answer.headers['content-type'].startswith('text/plain; version=0.0.4'), answer.headers
    assert 'migawari_database_up 1.0' in answer.text, answer.text[:2000]
    tool = shutil.which('promtool')
    if not tool:
        case.say('promtool is not installed: only we have read the metrics')
        return answer.text
    _run([tool, 'check', 'rules', RULES])
    _run([tool, 'check', 'metrics'], answer.text)
    case.say('promtool finds no fault with the metrics and the alert rules')
    return answer.text


def _run(argv, text=None):
    done = subprocess.run(argv, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    # 3: what it would do otherwise, as for names of the Java runtime, which its own library has given
    complaints = [line for line in done.stdout.split('\n') if line.startswith('migawari_')]
    assert done.returncode in (0, 3) and not complaints, done.stdout
