# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module that only returns a stored result. No module that returns the same result can be faster."""

from __future__ import annotations

import json

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    module = AnsibleModule(argument_spec={"file": {"type": "path", "required": True}}, supports_check_mode=True)
    with open(module.params["file"], encoding="utf-8") as file:
        result = json.load(file)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
