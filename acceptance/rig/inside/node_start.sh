#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The first process of a node: gives it directories of its own, starts its daemons, and reaps what is orphaned. It is started in
# new PID, mount, UTS and IPC namespaces; the rest of the disk is the machine's.
#   node_start.sh DIRECTORY NODE DAEMON...
directory=$1 node=$2 own=$1/nodes/$2
shift 2
read -r pid _ < /proc/self/stat    # /proc is still the machine's: our pid as it is known outside
mount --make-rprivate /
hostname "$node"
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
for path in var/lib/pacemaker var/lib/corosync var/log etc/corosync etc/pacemaker; do
    if [ -d "/$path" ]; then
        mount --bind "$own/$path" "/$path"
    fi
done
mount --bind "$directory/hosts" /etc/hosts
mount -t overlay overlay -o "lowerdir=$directory/sbin:/usr/sbin" /usr/sbin
mount -t proc proc /proc
cd /
for daemon in "$@"; do
    node-daemon start "$daemon"
done
echo "$pid" > "$own/pid.new"
mv "$own/pid.new" "$own/pid"
while :; do    # a shell that waits reaps whoever is handed to it
    sleep 1000 &
    wait $!
done
