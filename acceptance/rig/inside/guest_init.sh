#!/bin/busybox sh
# SPDX-License-Identifier: Apache-2.0
# The whole userland of a guest. It counts its boots on its own disk and says so on its console, and says each second that it
# lives; the ACPI power button switches it off.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for attempt in 1 2 3; do    # in whatever order they need each other
    for module in /modules/*.ko; do insmod "$module" 2>/dev/null; done
done
console=/dev/ttyS0 disk=/dev/vda

for event in /sys/class/input/event*; do
    [ "$(cat "$event/device/name" 2>/dev/null)" = "Power Button" ] || continue
    (dd "if=/dev/input/${event##*/}" of=/dev/null bs=24 count=1 2>/dev/null && poweroff -f) &
done

# the first sector: "GUEST identity boots"
set -- $(dd if=$disk bs=512 count=1 2>/dev/null | tr -d '\000')
identity=$2 boots=$3
[ "$1" = GUEST ] || { identity=$(head -c 6 /dev/urandom | od -An -tx1 | tr -d ' \n'); boots=0; }
boots=$((boots + 1))
(echo "GUEST $identity $boots"; cat /dev/zero) 2>/dev/null |
    dd of=$disk bs=512 count=1 iflag=fullblock conv=notrunc,fsync 2>/dev/null
echo "GUEST-READY disk=$identity boots=$boots" > $console
seconds=0
while :; do
    sleep 1
    seconds=$((seconds + 1))
    echo "GUEST-ALIVE disk=$identity boots=$boots seconds=$seconds" > $console
done
