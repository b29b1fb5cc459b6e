# SPDX-License-Identifier: Apache-2.0
"""Runs in a node: prints each change that crm_mon shows, as a line of JSON, with the time at which it was seen; or, as
"crm_watch.py once", what it shows now.

The rig's own witness: it shares nothing with the monitor that it is compared with.
"""
import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

FLAGS = ('online', 'unclean', 'pending', 'standby', 'maintenance')
PAUSE = 0.1


def look():
    shown = subprocess.run(['timeout', '20', 'crm_mon', '--output-as=xml', '-1'], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL)
    try:
        document = ElementTree.fromstring(shown.stdout)
    except ElementTree.ParseError:
        return {'nodes': None}
    dc, nodes = document.find('summary/current_dc'), document.find('nodes')
    if nodes is None or dc is None:
        return {'nodes': None}
    fenced = {}
    for event in document.iterfind('fence_history/fence_event'):
        if event.get('status') == 'success':
            fenced[event.get('target')] = max(event.get('completed'), fenced.get(event.get('target'), ''))
    return {'nodes': {node.get('name'): [flag for flag in FLAGS if node.get(flag) == 'true'] for node in nodes},
            'quorum': dc.get('with_quorum') == 'true', 'dc': dc.get('name'), 'fenced': fenced,
            'maintenance': document.find('summary/cluster_options').get('maintenance-mode') == 'true'}


last = None
while True:
    seen = look()
    if seen != last:
        last = seen
        print(json.dumps(dict(seen, at=time.time())), flush=True)
    if sys.argv[1:] == ['once']:
        break
    time.sleep(PAUSE)
