#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What ipmi_sim asks about the machine: DIRECTORY ADDRESS get|set|check NAME [VALUE]...; see rig/bmc.py for the files.
directory=$1
shift
case $1 in
0x*) shift ;;
esac
verb=$1
shift
cd "$directory" || exit 1
power() {
    off_at=$(cat off_at)
    if [ -n "$off_at" ] && awk -v at="$off_at" -v now="$(date +%s.%N)" 'BEGIN { exit !(now >= at) }'; then echo 0; else echo 1; fi
}
case $verb in
get)
    for name in "$@"; do
        case $name in
        power) echo "power:$(power)" ;;
        *) echo "$name:0" ;;
        esac
    done ;;
set)
    while [ $# -ge 2 ]; do
        if [ "$1" = power ] && [ "$2" = 0 ]; then
            echo off >> orders
            obeys=$(cat obeys)
            [ "$obeys" = never ] || awk -v now="$(date +%s.%N)" -v more="$obeys" 'BEGIN { printf "%.3f", now + more }' > off_at.new && mv off_at.new off_at
        elif [ "$1" = power ]; then
            echo on >> orders
            : > off_at
        else
            echo "$1" >> orders
        fi
        shift 2
    done ;;
check) ;;
*) exit 1 ;;
esac
exit 0
