#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What nova-compute takes for ssh: for a cold migration it makes and removes files in the instances' directory of another host.
# All hosts have that from the same storage, so it does not matter on which of them it is done.
while [ "$1" = -o ]; do shift 2; done
shift
exec "$@"
