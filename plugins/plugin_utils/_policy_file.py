# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reader of policy files: strict YAML and JSON.

Private to webex.calling, controller only. Ordinary YAML readers accept duplicate keys silently, so that a forgotten
dash between two rules would lose a rule, and read the extension 0100 as the number 64.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import yaml

from ..module_utils._policy import PolicyError

#: Keys whose values are texts, even if they look like numbers.
_TEXT_KEYS = ("extension", "phone_number")

_MERGE_TAG = "tag:yaml.org,2002:merge"
_NUMBER_TAGS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


def read_policy(text: str) -> dict[str, Any]:
    """Return the policy in a YAML or JSON text, with the digest of the text as C(sha256).

    :raises PolicyError: if the text is not YAML or JSON in UTF-8, or contains a key twice.
    """
    text = str(text)
    _check_encoding(text)
    stripped = text.removeprefix("\ufeff")
    content = _from_json(stripped) if stripped.lstrip().startswith("{") else _from_yaml(stripped)
    if not isinstance(content, dict):
        raise PolicyError(["the policy is not a dictionary with name, version, and rules"])
    for key in ("sha256", "content_sha256"):
        if key in content:
            raise PolicyError([f"the policy: {key} is unknown"])
    return {**content, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def _check_encoding(text: str) -> None:
    if "\x00" in text or text.startswith(("\udcff\udcfe", "\udcfe\udcff", "\ufffe")):
        raise PolicyError(["the policy is encoded in UTF-16 or UTF-32"], "Save the policy in UTF-8.")
    if any("\ud800" <= character <= "\udfff" or character == "\ufffd" for character in text):
        raise PolicyError(
            ["the policy is not encoded in UTF-8, but perhaps in Windows-1252"], "Save the policy in UTF-8."
        )


def _from_json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        # A flow mapping in YAML starts with a brace as well.
        try:
            return _from_yaml(text)
        except PolicyError:
            raise PolicyError([f"the policy is neither JSON nor YAML: line {error.lineno}, {error.msg}"]) from None
    except RecursionError:
        raise PolicyError(["the policy is nested too deeply"]) from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _value in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        name = next((value for key, value in pairs if key == "name"), None)
        raise PolicyError([_duplicate(repeated, f"rule '{name}'" if name else "the policy")])
    for key in _TEXT_KEYS:
        if key in content:
            content[key] = _as_texts(content[key])
    return content


def _as_texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_texts(each) for each in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _from_yaml(text: str) -> Any:
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise PolicyError([f"the policy is not valid YAML: {line}{error.problem or error.context}"]) from None
    except yaml.YAMLError as error:
        raise PolicyError([f"the policy is not valid YAML: {error}"]) from None
    except RecursionError:
        raise PolicyError(["the policy is nested too deeply"]) from None
    finally:
        loader.dispose()


class _Loader(yaml.SafeLoader):
    """YAML loader that refuses duplicate keys, and reads extensions and phone numbers as written."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        if isinstance(node, yaml.MappingNode):
            self._check_keys(node)
            for key, value in node.value:
                if key.value in _TEXT_KEYS:
                    for scalar in _scalars(value):
                        if scalar.tag in _NUMBER_TAGS:
                            scalar.tag = "tag:yaml.org,2002:str"
        content: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return content

    def _check_keys(self, node: yaml.MappingNode) -> None:
        seen: set[Any] = set()
        for key, _value in node.value:
            # Merge keys may appear several times, and may repeat keys.
            if key.tag == _MERGE_TAG or not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in seen:
                place = f"line {key.start_mark.line + 1}, {_place_of(node)}"
                raise PolicyError([_duplicate(key.value, place)])
            seen.add(key.value)


def _refuse_tag(_loader: _Loader, node: yaml.Node) -> Any:
    tag = str(node.tag)
    hint = "Decrypt the value, or encrypt the whole file." if tag == "!vault" else "Write plain YAML."
    raise PolicyError([f"line {node.start_mark.line + 1}: {tag} is not supported in policies"], hint)


_Loader.add_constructor(None, _refuse_tag)


def _scalars(node: yaml.Node) -> Iterable[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)


def _place_of(node: yaml.MappingNode) -> str:
    name = next((value.value for key, value in node.value if key.value == "name"), None)
    return f"rule '{name}'" if isinstance(name, str) else "the policy"


def _duplicate(key: str, place: str) -> str:
    return f"{place}: the key {key} is there twice, such as after a forgotten dash between two rules"
