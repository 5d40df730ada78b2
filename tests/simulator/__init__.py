# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulator of the Webex API: virtual lines, call recording settings, and access tokens.

Start it with C(python -m simulator). See README.md in this directory.
"""

from __future__ import annotations
