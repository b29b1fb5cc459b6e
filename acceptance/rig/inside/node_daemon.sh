#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A node's daemons, in the place of an init system:
#   node-daemon start|stop|kill corosync|pacemaker|pacemaker_remote
set -u
doing=$1 daemon=$2 pidfile=/run/$2.pid
export PCMK_logfile=/var/log/pacemaker/pacemaker.log PCMK_logfacility=none HA_logfacility=none
case $daemon in
corosync) command=(corosync -f) ;;
pacemaker) command=(pacemakerd) ;;
pacemaker_remote) command=(pacemaker-remoted) ;;
*) echo "node-daemon: no such daemon: $daemon" >&2; exit 2 ;;
esac

runs() { [ -s "$pidfile" ] && kill -0 "$(cat "$pidfile")" 2>/dev/null; }

# within TENTHS condition...
within() {
    local left=$1
    shift
    until "$@" >/dev/null 2>&1; do
        ((left-- > 0)) || { echo "node-daemon: $doing $daemon: not in time" >&2; exit 1; }
        sleep 0.1
    done
}

stopped() { ! runs; }

case $doing in
start)
    runs && exit 0
    setsid "${command[@]}" >> "/var/log/$daemon.out" 2>&1 < /dev/null &
    echo $! > "$pidfile"
    if [ "$daemon" = corosync ]; then
        within 100 corosync-cfgtool -s    # pacemakerd gives up if it does not answer
    fi
    ;;
stop)
    [ "$daemon" = corosync ] && node-daemon stop pacemaker
    runs || exit 0
    kill -TERM "$(cat "$pidfile")"
    within 300 stopped
    ;;
kill)
    runs || exit 0
    kill -KILL "$(cat "$pidfile")"
    within 20 stopped
    ;;
esac
