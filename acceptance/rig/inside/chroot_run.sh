#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# chroot_run.sh TREE WORK PRODUCT COMMAND: runs a command of the shell in a system that has not been started: a tree of files with nothing
# that runs, as the making of an image or a rescue system has it. To be run in new namespaces for mounts and processes. What it writes goes into
# WORK, where the next command finds it, and leaves the TREE as it is.
set -eu
tree=$1 work=$2 product=$3 command=$4

mount --make-rprivate /
mkdir -p "$work/upper" "$work/work" "$work/root"
mount -t overlay -o "lowerdir=$tree,upperdir=$work/upper,workdir=$work/work" overlay "$work/root"
mkdir -p "$work/root/opt/migawari"
mount --bind -o ro "$product" "$work/root/opt/migawari"
mount -t proc -o nosuid,noexec,nodev proc "$work/root/proc"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 chroot "$work/root" sh -c "$command"
