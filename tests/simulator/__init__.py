# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the Webex API: virtual lines, their call recording settings, and access tokens.

Run it with C(python -m simulator); see README.md beside this file.
"""

from __future__ import annotations
