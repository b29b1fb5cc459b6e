#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What makes a node a compute host, in the place of an init system; runs inside the node, from the directory of the rig:
#   compute-daemon boot
#   compute-daemon start|stop|kill|runs libvirtd|nova-compute
set -u
doing=$1 daemon=${2:-}
directory=$(dirname "$(readlink -f "$0")")
own=$directory/nodes/$(hostname)
pidfile=/run/$daemon.pid

runs() { [ -s "$pidfile" ] && kill -0 "$(cat "$pidfile")" 2>/dev/null; }
stopped() { ! runs; }

# within TENTHS condition...
within() {
    local left=$1
    shift
    until "$@" >/dev/null 2>&1; do
        ((left-- > 0)) || { echo "compute-daemon: $doing $daemon: not in time" >&2; exit 1; }
        sleep 0.1
    done
}

if [ "$doing" = boot ]; then
    # /run is the node's own and empty after a boot; what libvirt keeps on disk survives it
    for path in etc/libvirt var/lib/libvirt var/cache/libvirt; do
        mkdir -p "$own/$path"
        mount --bind "$own/$path" "/$path"
    done
    rm -rf "$own/run"
    mkdir -p "$own"/{run,nova,lock} /run/libvirt /var/log/libvirt
    mount --bind "$own/run" /run/libvirt
    "$0" start libvirtd && "$0" start nova-compute
    exit
fi

case $daemon in
libvirtd) command=(libvirtd --listen --config /etc/libvirt/libvirtd.conf) ;;
nova-compute)
    command=(/usr/bin/python3 -c 'import sys; sys.argv[0] = "nova-compute"; from nova.cmd.compute import main; main()'
        --config-file "$directory/nova.conf" --config-file "$own/nova.conf")
    export PYTHONDONTWRITEBYTECODE=1 PATH="$directory/bin:$PATH"
    ;;
*) echo "compute-daemon: no such daemon: $daemon" >&2; exit 2 ;;
esac

case $doing in
start)
    runs && exit 0
    [ -e "$directory/broken-$daemon" ] && { echo "compute-daemon: $daemon is broken" >&2; exit 1; }
    setsid "${command[@]}" >> "$own/$daemon.log" 2>&1 < /dev/null &
    echo $! > "$pidfile"
    if [ "$daemon" = libvirtd ]; then
        within 300 virsh -q version
    fi
    ;;
stop)
    runs || exit 0
    kill -TERM "$(cat "$pidfile")"
    within 300 stopped
    ;;
kill)
    runs || exit 0
    kill -KILL "$(cat "$pidfile")"
    within 20 stopped
    ;;
runs) runs ;;
esac
