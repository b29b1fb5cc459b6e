# SPDX-License-Identifier: Apache-2.0
"""One module each: NAME, DOC (one line), MINUTES (roughly), and run(stage)."""
