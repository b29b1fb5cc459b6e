#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A fence agent for the rig's power switch on this machine: parameters over standard input, the answer as an exit code.
action='' plug='' port=''
while IFS='=' read -r key value; do
    case $key in
    action) action=$value ;;
    plug) plug=$value ;;
    ipport) port=$value ;;
    esac
done
exec 3<> "/dev/tcp/127.0.0.1/$port" || exit 1
echo "$action $plug rig" >&3
answer=$(cat <&3)
case "$action $answer" in
'status OK on') echo 'Status: ON' ;;
'status OK off') echo 'Status: OFF'; exit 2 ;;
*' OK '*) ;;
*) echo "${answer:-the power switch cannot be reached}" >&2; exit 1 ;;
esac
