# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: virtual_lines
short_description: Create hosts from virtual lines of Webex Calling
version_added: 0.9.0
description:
  - Creates a host for each virtual line of an organization, or for each selected line. The properties of a line become
    variables of its host.
  - With O(call_recording), the call recording settings are variables as well. Plays can then assert on settings without
    requests.
  - The access token needs the scope C(spark-admin:telephony_config_read). The token must belong to a full, user,
    read-only, or location administrator of the organization.
  - The name of the inventory file must end in C(webex.yml) or C(webex.yaml), such as C(demo.webex.yml).
  - All options except O(compose), O(groups), and O(keyed_groups) can be templates, with lookups and extra variables.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - constructed
  - inventory_cache
  - webex.calling._webex
  - webex.calling._selectors
options:
  plugin:
    description:
      - Name of this plugin. Marks the file as an inventory of this plugin.
    type: str
    required: true
    choices:
      - webex.calling.virtual_lines
  hostnames:
    description:
      - Properties to use as host name, in order of preference. The first property that a line has is used. A line with
        none of them has its ID as host name.
      - All characters except letters, digits, V(_), and V(+) are replaced by V(-), so that patterns and C(--limit) can
        name each host. For example, V(Bob Smith) becomes V(Bob-Smith).
      - A name of digits alone, or one that starts with V(0x), gets the prefix V(line-), because such a name is an
        address. For example, the extension V(6103) becomes V(line-6103). O(hostname_prefix) replaces this prefix.
      - If lines have the same name, a suffix made from its ID is added to the name of each, and the plugin warns. The
        same applies to a name that a group or a host of an earlier inventory source has, and to V(localhost).
      - A line that an earlier inventory source contains, too, keeps the host of that source.
    type: list
    elements: str
    choices:
      - virtual_line_id
      - phone_number
      - extension
      - owner_name
    default:
      - phone_number
      - owner_name
      - extension
  hostname_prefix:
    description:
      - Prefix of all host names, such as V(emea-). A prefix distinguishes the lines from the hosts of other inventory
        sources.
      - The prefix consists of letters, digits, V(_), and V(-), and must start with a letter.
    type: str
  hostvars_prefix:
    description:
      - Prefix of the names of all variables, such as C(webex_name). The prefix consists of letters, digits, and V(_),
        and must end in V(_).
      - The prefix must not start with V(ansible_), so that no value from Webex can set a variable that Ansible itself
        uses.
    type: str
    default: webex_
  call_recording:
    description:
      - Whether to read the call recording settings of all lines into the variable C(webex_call_recording). The name
        depends on O(hostvars_prefix).
      - The plugin sends one request for each line, several in parallel.
      - The variable C(webex_recordable) is V(false) if calls of a line cannot be recorded. C(webex_not_recordable) then
        has the reason, and the settings say that nothing is recorded.
      - If the settings of any line cannot be read, the inventory fails. A line that was deleted meanwhile is left out.
    type: bool
    default: false
  group_by:
    description:
      - Properties to group hosts by. V(location) makes a group of each location, such as C(location_Denver). Characters
        that group names cannot have are replaced by V(_).
      - If locations would have the same group, a suffix made from its ID is added to each group, and the plugin warns.
    type: list
    elements: str
    choices:
      - location
    default: []
notes:
  - Ansible treats a failed inventory as an empty inventory, and a play without hosts as a success. To stop instead, set
    E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to V(true), or set C(any_unparsed_is_failed) in the section C(inventory)
    of C(ansible.cfg).
  - The cache holds names, numbers, and settings, and no token. An entry is used only for the same selection and the
    same credentials. The cache key contains a hash of the connection, the selectors, and the credentials.
  - Ansible and this plugin trust the cache. Anybody who can write to the cache can add hosts to the inventory.
  - Null and empty values of options are errors. Remove the line of an option to use its default, or use the variable
    C(omit) in a template.
  - Text from Webex is never evaluated as a template.
  - Hosts have no C(ansible_host) and no C(ansible_connection). Set the latter with O(compose) for tasks that run on the
    hosts.
seealso:
  - module: webex.calling.virtual_line_call_recording_info
  - module: webex.calling.virtual_line_info
  - ref: ansible_collections.webex.calling.docsite.guide_inventory
    description: How to use the inventory.
"""

EXAMPLES = r"""
---
# A file such as lines.webex.yml. Only the first line is required: all virtual lines, without their settings.
# This example takes the access token from the environment variable WEBEX_ACCESS_TOKEN.
plugin: webex.calling.virtual_lines
location_name:
  - München
  - São Paulo
call_recording: true
hostnames:
  - owner_name
  - phone_number
group_by:
  - location
groups:
  unrecorded: webex_call_recording is webex.calling.unrecorded
keyed_groups:
  - key: "'Never' if webex_call_recording is webex.calling.unrecorded else webex_call_recording.record"
    prefix: record
compose:
  ansible_connection: "'local'"
strict: true
# Send requests to Webex at most once in ten minutes.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: "{{ lookup('ansible.builtin.env', 'HOME') }}/.cache/webex"
cache_timeout: 600
"""

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.inventory.host import Host
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.webex.calling.plugins.module_utils._argument_spec import (
    client_from_options,
    connection_arguments,
    missing_requests,
    selector_arguments,
)
from ansible_collections.webex.calling.plugins.module_utils._auth import TokenSource, token_source
from ansible_collections.webex.calling.plugins.module_utils._call_recording import (
    deletion_warning,
    failure_summary,
    read_all,
    settle,
)
from ansible_collections.webex.calling.plugins.module_utils._client import WebexClient
from ansible_collections.webex.calling.plugins.module_utils._error_hints import (
    CERTIFICATES_NOT_VALIDATED,
    REFRESH_TOKEN_ROTATED,
)
from ansible_collections.webex.calling.plugins.module_utils._errors import (
    OptionError,
    WebexError,
    visible,
    without_secrets,
)
from ansible_collections.webex.calling.plugins.module_utils._http import REQUESTS_IMPORT_ERROR
from ansible_collections.webex.calling.plugins.module_utils._kinds import Member
from ansible_collections.webex.calling.plugins.module_utils._members import select
from ansible_collections.webex.calling.plugins.module_utils._selectors import MissingValue, with_name
from ansible_collections.webex.calling.plugins.plugin_utils._inventory_cache import cache_key, from_entry, to_entry
from ansible_collections.webex.calling.plugins.plugin_utils._inventory_names import (
    host_name,
    host_variables,
    location_groups,
    location_key,
    shorten,
    unique_names,
)

#: Options with templates that Ansible evaluates for each host.
_EXPRESSIONS = ("compose", "groups", "keyed_groups")

#: Groups that exist in every inventory.
_DEFAULT_GROUPS = ("all", "ungrouped")

#: Host variables that Ansible sets, and that the plugin must not copy.
_OWN_VARIABLES = ("inventory_file", "inventory_dir")

_HOSTVARS_PREFIX = re.compile(r"(?!ansible_)[A-Za-z_][A-Za-z0-9_]*_|_")
_HOSTNAME_PREFIX = re.compile(r"[^\W\d_][\w-]*")

#: Ansible options that accept an empty string.
_MAY_BE_EMPTY = ("cache_prefix",)

#: Value of the variable omit, which ansible-core before 2.19 does not define for inventories.
_OMIT = "__webex_calling_omit__"

#: Options that need validation as booleans, because Ansible converts text that is no boolean to false.
_BOOLEANS = ("call_recording", "strict", "cache", "use_extra_vars", "leading_separator")

#: Number of lines between two progress messages at verbosity -v.
_PROGRESS_INTERVAL = 1000


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Inventory plugin that adds virtual lines as hosts."""

    NAME = "webex.calling.virtual_lines"

    def verify_file(self, path: str) -> bool:
        """Return whether the file is readable and its name ends with C(webex.yml) or C(webex.yaml)."""
        return bool(super().verify_file(path)) and path.endswith(("webex.yml", "webex.yaml"))

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        """Add all virtual lines to the inventory, or no line if an error occurs.

        :raises AnsibleError: if an option is invalid, a request fails, or a host or group cannot be created.
        """
        super().parse(inventory, loader, path, cache=cache)
        try:
            with _ansible_errors():
                self._read_config_data(path)
                started = time.monotonic()
                lines, source = self._lines(path, cache)
                self._add(inventory, lines)
        except Exception:
            if not constants.config.get_config_value("INVENTORY_ANY_UNPARSED_IS_FAILED"):
                self.display.warning(
                    "No virtual lines are in the inventory, and Ansible may continue without them. To make it fail in "
                    "any case, set ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true."
                )
            raise
        locations = len({location_key(line) for line in lines} - {None})
        seconds = time.monotonic() - started
        self._verbose(f"{len(lines)} virtual lines in {locations} locations, {source}, {seconds:.1f} s")

    def _verbose(self, text: str) -> None:
        self.display.v(f"{self.NAME}: {text}")

    # --- options ---------------------------------------------------------------------------------------------

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Evaluate templates in the options, convert values like modules do, and set the options.

        :raises AnsibleParserError: if an option is unknown or has an invalid value.
        """
        if direct:
            direct = self._converted(direct)
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        unknown = sorted(set(direct or ()) - set(self._options))
        if unknown:
            raise AnsibleParserError(f"{self.NAME} has no option {shorten(unknown)}.")
        if not direct:
            return
        hostvars_prefix, hostname_prefix = self.get_option("hostvars_prefix"), self.get_option("hostname_prefix")
        if not _HOSTVARS_PREFIX.fullmatch(hostvars_prefix):
            raise AnsibleParserError(
                f"hostvars_prefix is {hostvars_prefix!r}, which is invalid. Give letters, digits, and _, ending in _, "
                "and not starting with ansible_."
            )
        if hostname_prefix is not None and not _HOSTNAME_PREFIX.fullmatch(hostname_prefix):
            raise AnsibleParserError(
                f"hostname_prefix is {hostname_prefix!r}, which is invalid. Give letters, digits, _, and -, starting "
                "with a letter."
            )

    def _converted(self, config: Mapping[str, Any]) -> dict[str, Any]:
        self.templar.available_variables = {**(self._vars or {}), "omit": _OMIT}
        given = {
            name: value if name in _EXPRESSIONS else self._templated(name, value) for name, value in config.items()
        }
        given = {name: value for name, value in given.items() if value != _OMIT}
        for name, value in given.items():
            if name not in _EXPRESSIONS:
                _require_value(name, value)
        booleans = {name: {"type": "bool"} for name in _BOOLEANS if name in given}
        checked = {**connection_arguments(), **selector_arguments(), **booleans}
        result = ArgumentSpecValidator(checked).validate({name: given[name] for name in checked if name in given})
        if result.error_messages:
            raise AnsibleParserError("; ".join(result.error_messages))
        return {**given, **result.validated_parameters}

    def _templated(self, name: str, value: Any) -> Any:
        try:
            return _decrypted(self.templar.template(value))
        except Exception as error:
            # Use from None: newer ansible-core releases show source lines of the cause, which can contain a token.
            raise AnsibleParserError(f"The value of {name} cannot be evaluated: {error}") from None

    # --- lines -----------------------------------------------------------------------------------------------

    def _lines(self, path: str, may_use_cache: bool) -> tuple[list[Member], str]:
        """Return the virtual lines, and the data source for the log.

        Lines include settings if the option C(call_recording) is true.
        """
        names = (*connection_arguments(), *selector_arguments(), "call_recording")
        options = {name: self.get_option(name) for name in names}
        if not self.get_option("cache"):
            return self._read(options), "read from Webex"
        tokens = token_source(options, os.environ)
        key = cache_key(self.get_cache_key(path), options, tokens.credentials)
        cached = self._cached(key, options) if may_use_cache else None
        if cached is not None:
            return cached, "from the cache"
        lines = self._read(options, tokens)
        self._cache[key] = to_entry(lines)
        # Write the cache now, because the lines are valid even if composing fails.
        self.update_cache_if_changed()
        return lines, "read from Webex"

    def _cached(self, key: str, options: Mapping[str, Any]) -> list[Member] | None:
        try:
            entry = self._cache.get(key)
            return None if entry is None else from_entry(entry, call_recording=options["call_recording"])
        except Exception:  # Cache plugins can raise any exception.
            self.display.warning("The cache entry of the inventory is invalid and not used.")
            return None

    def _read(self, options: Mapping[str, Any], tokens: TokenSource | None = None) -> list[Member]:
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleError(missing_requests(REQUESTS_IMPORT_ERROR))
        with client_from_options(options, tokens) as client:
            if not client.connection.validate_certs:
                self.display.warning(CERTIFICATES_NOT_VALIDATED)
            try:
                lines: list[Member] = without_secrets(self._read_with(client, options), client.secrets)
                return lines
            except WebexError as error:
                error.redact(client.secrets)
                raise
            finally:
                if client.refresh_token_rotated:
                    self.display.warning(REFRESH_TOKEN_ROTATED)

    def _read_with(self, client: WebexClient, options: Mapping[str, Any]) -> list[Member]:
        selection = select(client, options, identify=True, progress=self._progress("listed"))
        if not options["call_recording"]:
            self._show_missing(selection.missing)
            return [with_name(line) for line in selection.members]
        results = read_all(client, selection.members, self._progress(f"of {len(selection.members)} read"))
        outcome = settle(client, selection, results)
        self._show_missing(outcome.missing)
        if outcome.deleted:
            self.display.warning(visible(without_secrets(deletion_warning(outcome.deleted), client.secrets)))
        failures = [result for result in outcome.results if result.error]
        if failures:
            message = without_secrets(failure_summary(failures, outcome.results, "read"), client.secrets)
            raise AnsibleError(visible(message))
        return [result.as_dict() for result in outcome.results]

    def _show_missing(self, values: Sequence[MissingValue]) -> None:
        if values:
            missing = [f"{each.option} {each.value}" for each in values]
            self._verbose(f"no virtual line matches {shorten(missing)}")

    def _progress(self, action: str) -> Callable[[int], None] | None:
        def show(count: int) -> None:
            if count % _PROGRESS_INTERVAL == 0:
                self._verbose(f"{count} virtual lines {action}")

        return show if self.display.verbosity else None

    # --- hosts -----------------------------------------------------------------------------------------------

    def _add(self, inventory: InventoryData, lines: Sequence[Member]) -> None:
        groups, changed = unique_names(self._location_groups(lines), separator="_")
        if changed:
            self.display.warning(
                f"{len(changed)} locations have the same name as others, as far as groups can have it. These groups "
                f"have a suffix made from the ID of the location: {shorten([groups[key] for key in changed])}."
            )
        taken = {*inventory.groups, *inventory.hosts, *constants.LOCALHOST}
        names, changed, draft = self._draft(inventory, lines, groups, taken)
        clashes = draft.groups.keys() & draft.hosts.keys()
        if clashes:
            # Retry with all group names reserved: Ansible would set host variables on the group of the same name.
            names, changed, draft = self._draft(inventory, lines, groups, taken | clashes)
            clashes = draft.groups.keys() & draft.hosts.keys()
        if clashes:
            raise AnsibleParserError(
                f"Hosts and groups have the same names: {shorten(sorted(clashes))}. Set a prefix in keyed_groups, or "
                "choose other names with hostnames."
            )
        if changed:
            self.display.warning(
                f"{len(changed)} virtual lines have the same name as others or as existing hosts, or a name that no "
                "host can have. These hosts have a suffix made from the ID of the line: "
                f"{shorten([names[key] for key in changed])}. Choose other names with hostnames or hostname_prefix."
            )
        _merge(inventory, draft)

    def _location_groups(self, lines: Iterable[Member]) -> dict[str, str]:
        grouped = "location" in self.get_option("group_by")
        return location_groups(lines, self._sanitize_group_name) if grouped else {}

    def _draft(
        self, inventory: InventoryData, lines: Sequence[Member], groups: Mapping[str, str], taken: set[str]
    ) -> tuple[dict[str, str], list[str], InventoryData]:
        """Return host names by line ID, IDs of lines with changed names, and a draft inventory.

        The draft contains only these hosts. If composing fails for one host, the real inventory stays unchanged.
        """
        names, changed = self._host_names(inventory, lines, taken)
        draft = InventoryData()
        draft.current_source = inventory.current_source
        for group in groups.values():
            draft.add_group(group)
        # Constructable methods change the inventory in this attribute.
        self.inventory = draft
        try:
            for line in lines:
                name = names[line["id"]]
                draft.add_host(name, groups.get(location_key(line) or ""))
                if name in inventory.hosts:
                    _copy(draft, inventory.hosts[name])
                for key, value in host_variables(line, self.get_option("hostvars_prefix")).items():
                    draft.set_variable(name, key, value)
                try:
                    self._compose_host(draft, name)
                except Exception:
                    # Continue if a host has the name of a group, because the next draft needs all group names.
                    if draft.groups.keys().isdisjoint(draft.hosts):
                        raise
        finally:
            self.inventory = inventory
        return names, changed, draft

    def _host_names(
        self, inventory: InventoryData, lines: Sequence[Member], taken: set[str]
    ) -> tuple[dict[str, str], list[str]]:
        """Return host names by line ID, and IDs of lines with changed names."""
        existing = _hosts_by_id(inventory)
        kept = {line["id"]: existing[line["id"]] for line in lines if line["id"] in existing}
        preferences, prefix = self.get_option("hostnames"), self.get_option("hostname_prefix") or ""
        wanted = {line["id"]: host_name(line, preferences, prefix) for line in lines if line["id"] not in kept}
        # Avoid names such as LocalHost, because name resolution ignores case.
        local = {name for name in wanted.values() if name.casefold() in constants.LOCALHOST}
        names, changed = unique_names(wanted, taken | local)
        return {**names, **kept}, changed

    def _compose_host(self, draft: InventoryData, name: str) -> None:
        compose, groups, keyed_groups = (self.get_option(option) for option in _EXPRESSIONS)
        if compose or groups or keyed_groups:
            strict = self.get_option("strict")
            known = draft.hosts[name].get_vars()
            self._set_composite_vars(compose, known, name, strict=strict)
            self._add_host_to_composed_groups(groups, known, name, strict=strict)
            for entry in keyed_groups or ():
                self._add_host_to_keyed_group(entry, known, name, strict=strict)

    def _add_host_to_keyed_group(self, entry: Any, known: Mapping[str, Any], name: str, *, strict: bool) -> None:
        try:
            self._add_host_to_keyed_groups([entry], known, name, strict=strict)
        except AnsibleError as error:
            # Add the key and the host, because some Ansible errors name neither.
            key = entry.get("key") if isinstance(entry, Mapping) else entry
            raise AnsibleParserError(
                f"Could not make a group of the key {key} in keyed_groups for host {name}: {error}"
            ) from None


def _require_value(name: str, value: Any) -> None:
    """Raise AnsibleParserError for null and empty values, which often come from a wrong template variable."""
    values = value if isinstance(value, list) else [value]
    if any(each is None for each in values):
        fault = "null"
    elif name not in _MAY_BE_EMPTY and any(isinstance(each, str) and not each.strip() for each in values):
        fault = "empty"
    else:
        return
    fault = f"contains a value that is {fault}" if isinstance(value, list) else f"is {fault}"
    raise AnsibleParserError(f"{name} {fault}. Give a value, or remove the line from the inventory file.")


def _decrypted(value: Any) -> Any:
    """Return the value with decrypted C(!vault) texts. ansible-core before 2.19 does not decrypt these texts."""
    if isinstance(value, list):
        return [_decrypted(each) for each in value]
    return str(value) if getattr(value, "__ENCRYPTED__", False) else value


def _hosts_by_id(inventory: InventoryData) -> dict[str, str]:
    """Return existing host names by line ID, for any C(hostvars_prefix) of other inventory sources."""
    return {
        value: host.name
        for host in inventory.hosts.values()
        for name, value in host.vars.items()
        if name.endswith("_id") and isinstance(value, str)
    }


def _copy(draft: InventoryData, host: Host) -> None:
    """Copy groups and variables of an existing host to the draft, because composing can use both."""
    for group in host.get_groups():
        draft.add_group(group.name)
        draft.add_host(host.name, group.name)
    for key, value in host.vars.items():
        draft.set_variable(host.name, key, value)


def _merge(inventory: InventoryData, draft: InventoryData) -> None:
    """Add the draft to the inventory. Start with groups, because Ansible can reject only groups."""
    groups = [group for group in draft.groups.values() if group.name not in _DEFAULT_GROUPS]
    # Do not add a host directly to a group that contains the host through a child group.
    known = {
        name: {group.name for group in inventory.hosts[name].get_groups()}
        for name in draft.hosts.keys() & inventory.hosts.keys()
    }
    for group in groups:
        inventory.add_group(group.name)
    for group in groups:
        for child in group.child_groups:
            inventory.add_child(group.name, child.name)
    for host in draft.hosts.values():
        inventory.add_host(host.name)
        for key, value in host.vars.items():
            if key not in _OWN_VARIABLES:
                inventory.set_variable(host.name, key, value)
    for group in groups:
        for host in group.hosts:
            if group.name not in known.get(host.name, ()):
                inventory.add_host(host.name, group.name)


@contextmanager
def _ansible_errors() -> Iterator[None]:
    """Convert errors of the collection in the C(with) block to Ansible errors."""
    try:
        yield
    except OptionError as error:
        raise AnsibleParserError(str(error)) from None
    except WebexError as error:
        raise AnsibleError(str(error)) from None
