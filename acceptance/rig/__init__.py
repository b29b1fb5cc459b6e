# SPDX-License-Identifier: Apache-2.0
"""A real, small OpenStack on this machine: see README.md."""
