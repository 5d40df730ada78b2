# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Version of the collection, generated from galaxy.yml, which modules cannot read at run time.

Private to webex.calling. Do not edit: run `make version`.
"""

from __future__ import annotations

VERSION = "0.9.0"
