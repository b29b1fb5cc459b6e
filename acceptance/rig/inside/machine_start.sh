#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# machine_start.sh TREE WORK PRODUCT NAME APART: becomes the systemd of a machine. To be run in new namespaces for mounts, processes, host
# name, IPC and cgroups, which is all that such a machine has of its own: the network is that of the host, unless APART says that it is
# in another one. What it writes to its disks goes into WORK and leaves the TREE as it is.
set -eu
tree=$1 work=$2 product=$3 name=$4 apart=$5

[ -z "$apart" ] || ip link set lo up

mount --make-rprivate /
mkdir -p "$work/upper" "$work/work" "$work/root"
mount -t overlay -o "lowerdir=$tree,upperdir=$work/upper,workdir=$work/work" overlay "$work/root"
cd "$work/root"
mkdir -p opt/migawari
mount --bind -o ro "$product" opt/migawari
mount -t proc -o nosuid,noexec,nodev proc proc
mount -t sysfs -o ro,nosuid,noexec,nodev sysfs sys
# Version 2 alone, whatever the host has: systemd needs no more than to tell its services apart.
mount -t cgroup2 -o nosuid,noexec,nodev cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755,nosuid tmpfs dev
for device in null zero full random urandom tty; do
    : >"dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs run
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs tmp
echo "$name" >etc/hostname
hostname "$name"
mkdir run/old
pivot_root . run/old
umount -l /run/old
rmdir /run/old
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb /lib/systemd/systemd --log-target=journal
