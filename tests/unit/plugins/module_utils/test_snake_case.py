# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict

from ansible_collections.webex.calling.plugins.module_utils._snake_case import to_snake_case


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"enabled": True, "pstnCallsEnabled": None, "someURLKey": 1, "A": "", "with space": 1.5},
        {"outer": {"innerKey": [{"deepKey": "Some Value"}, [], ["someText"], None]}},
    ],
)
def test_it_is_what_ansible_makes_of_it(content):
    assert to_snake_case(content) == camel_dict_to_snake_dict(content)


def test_equal_texts_are_kept_once():
    one, two = (to_snake_case({"record": "".join(["Al", "ways"])}) for _each in range(2))
    assert one["record"] is two["record"]
