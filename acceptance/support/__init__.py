# SPDX-License-Identifier: Apache-2.0
"""What the scenarios stand on: the controller as a process, the fleet of servers, the judge, the reports."""
