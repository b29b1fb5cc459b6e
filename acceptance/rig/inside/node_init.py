# SPDX-License-Identifier: Apache-2.0
"""The first process of a node, in namespaces of its own: gives it a name and directories that nobody else sees, and buries the
dead. libvirt calls a guest stopped only when its QEMU has wholly gone, and QEMU is nobody's child. When this process ends,
everything in the node ends."""
import os
import signal
import subprocess
import sys

directory, name = sys.argv[1:]
subprocess.run(['hostname', name], check=True)
for part in ('etc/libvirt', 'var/lib/libvirt', 'run/libvirt', 'var/log/libvirt', 'var/cache/libvirt'):
    os.makedirs('/' + part, exist_ok=True)
    subprocess.run(['mount', '--bind', os.path.join(directory, part), '/' + part], check=True)
# the guests' disks, full at 1 MiB
subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', os.path.join(directory, 'disks')], check=True)
open(os.path.join(directory, 'ready'), 'w').close()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
while True:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
    signal.sigtimedwait({signal.SIGCHLD}, 1)
