#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A fence agent: Pacemaker gives it KEY=VALUE lines, and it asks the rig's power switch over the management network.
action=reboot plug='' timeout=20
while IFS='=' read -r -t 5 key value; do
    case $key in
    action) action=$value ;;
    plug | port) plug=$value ;;
    nodename) plug=${plug:-$value} ;;
    timeout) timeout=$value ;;
    esac
done

# ask VERB: prints the answer of the switch; fails if that cannot be reached or refuses
ask() {
    local answer
    answer=$(timeout "$timeout" bash -c 'exec 3<>/dev/tcp/hub/6230 && echo "$0 $1 $2" >&3 && cat <&3' "$1" "$plug" "$(hostname)")
    [[ $answer == OK* ]] || { echo "fence_switch: ${answer:-the power switch cannot be reached}" >&2; return 1; }
    echo "${answer#OK }"
}

case $action in
metadata)
    cat <<'XML'
<?xml version="1.0" ?>
<resource-agent name="fence_switch" shortdesc="Power switch of the acceptance rig">
<longdesc>Switches a node of the acceptance rig off or on.</longdesc>
<parameters>
<parameter name="action" required="1"><content type="string" default="reboot"/><shortdesc lang="en">What to do</shortdesc></parameter>
<parameter name="plug" required="1" obsoletes="port"><content type="string"/><shortdesc lang="en">The node</shortdesc></parameter>
<parameter name="port" required="1" deprecated="1"><content type="string"/><shortdesc lang="en">The node</shortdesc></parameter>
</parameters>
<actions><action name="on" automatic="0"/><action name="off"/><action name="reboot"/><action name="status"/><action name="monitor"/><action name="metadata"/></actions>
</resource-agent>
XML
    ;;
off | on) ask "$action" > /dev/null ;;
reboot) ask off > /dev/null && ask on > /dev/null ;;
status)
    power=$(ask status) || exit 1
    [ "$power" = on ] || exit 2    # which is how an agent says "off"
    ;;
monitor) ask ping > /dev/null ;;
*) exit 1 ;;
esac
