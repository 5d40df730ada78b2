# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.webex.calling.plugins.module_utils.errors import OptionError
from ansible_collections.webex.calling.plugins.module_utils.virtual_lines import select


def test_each_once_in_the_order_asked_for():
    assert select({"virtual_line_id": ["b", "a", "b"]}) == [{"id": "b"}, {"id": "a"}]


def test_to_select_nothing_is_an_error():
    with pytest.raises(OptionError, match="virtual_line_id is an empty list"):
        select({"virtual_line_id": []})
