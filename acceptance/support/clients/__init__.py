# SPDX-License-Identifier: Apache-2.0
"""Other people's clients of Masakari's API, as they come, and what they have to get from ours."""
