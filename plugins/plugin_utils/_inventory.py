# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base class of the inventory plugins, which add members as hosts.

Private to webex.calling.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.inventory.host import Host
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ..module_utils._argument_spec import (
    client_from_options,
    connection_arguments,
    missing_requests,
    selector_arguments,
)
from ..module_utils._auth import TokenSource, token_source
from ..module_utils._call_recording import (
    deletion_warning,
    failure_summary,
    read_all,
    settle,
)
from ..module_utils._client import WebexClient
from ..module_utils._error_hints import (
    CERTIFICATES_NOT_VALIDATED,
    REFRESH_TOKEN_ROTATED,
)
from ..module_utils._errors import (
    OptionError,
    WebexError,
    visible,
    without_secrets,
)
from ..module_utils._http import REQUESTS_IMPORT_ERROR
from ..module_utils._kinds import KINDS, Kind, Member, plural, singular
from ..module_utils._members import select
from ..module_utils._selectors import MissingValue, with_name
from ._inventory_cache import cache_key, from_entry, to_entry
from ._inventory_names import (
    host_name,
    host_variables,
    location_groups,
    location_key,
    recording_group,
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

#: Number of members between two progress messages at verbosity -v.
_PROGRESS_INTERVAL = 1000


class MembersInventory(BaseInventoryPlugin, Constructable, Cacheable):
    """Base class of inventory plugins.

    :cvar kinds: kinds that the plugin supports.
    """

    NAME: str
    kinds: Collection[Kind] = KINDS

    def verify_file(self, path: str) -> bool:
        """Return whether the file is readable and its name ends with C(webex.yml) or C(webex.yaml)."""
        return bool(super().verify_file(path)) and path.endswith(("webex.yml", "webex.yaml"))

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        """Add all members to the inventory, or no member if an error occurs.

        :raises AnsibleError: if an option is invalid, a request fails, or a host or group cannot be created.
        """
        super().parse(inventory, loader, path, cache=cache)
        try:
            with _ansible_errors():
                self._read_config_data(path)
                started = time.monotonic()
                members, source = self._members(path, cache)
                self._add(inventory, members)
        except Exception:
            if not constants.config.get_config_value("INVENTORY_ANY_UNPARSED_IS_FAILED"):
                self.display.warning(
                    f"No {plural(self.kinds)} are in the inventory, and Ansible may continue without them. To make it "
                    "fail in any case, set ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true."
                )
            raise
        locations = len({location_key(member) for member in members} - {None})
        seconds = time.monotonic() - started
        self._verbose(f"{len(members)} {plural(self.kinds)} in {locations} locations, {source}, {seconds:.1f} s")

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
        if "recording" in self.get_option("group_by") and not self.get_option("call_recording"):
            raise AnsibleParserError("group_by contains recording, which needs call_recording: true.")
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
        checked = {**connection_arguments(), **selector_arguments(self.kinds), **booleans}
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

    # --- members --------------------------------------------------------------------------------------------

    def _members(self, path: str, may_use_cache: bool) -> tuple[list[Member], str]:
        """Return the members, and the data source for the log.

        Members include settings if the option C(call_recording) is true.
        """
        names = (*connection_arguments(), *selector_arguments(self.kinds), "call_recording")
        options = {name: self.get_option(name) for name in names}
        if not self.get_option("cache"):
            return self._read(options), "read from Webex"
        tokens = token_source(options, os.environ)
        key = cache_key(self.get_cache_key(path), options, tokens.credentials)
        cached = self._cached(key, options) if may_use_cache else None
        if cached is not None:
            return cached, "from the cache"
        members = self._read(options, tokens)
        self._cache[key] = to_entry(members)
        # Write the cache now, because the members are valid even if composing fails.
        self.update_cache_if_changed()
        return members, "read from Webex"

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
                members: list[Member] = without_secrets(self._read_with(client, options), client.secrets)
                return members
            except WebexError as error:
                error.redact(client.secrets)
                raise
            finally:
                if client.refresh_token_rotated:
                    self.display.warning(REFRESH_TOKEN_ROTATED)

    def _read_with(self, client: WebexClient, options: Mapping[str, Any]) -> list[Member]:
        selection = select(client, options, self.kinds, identify=True, progress=self._progress("listed"))
        if not options["call_recording"]:
            self._show_missing(selection.missing)
            return [with_name(member) for member in selection.members]
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
            self._verbose(f"no {singular(self.kinds)} matches {shorten(missing)}")

    def _progress(self, action: str) -> Callable[[int], None] | None:
        def show(count: int) -> None:
            if count % _PROGRESS_INTERVAL == 0:
                self._verbose(f"{count} {plural(self.kinds)} {action}")

        return show if self.display.verbosity else None

    # --- hosts -----------------------------------------------------------------------------------------------

    def _add(self, inventory: InventoryData, members: Sequence[Member]) -> None:
        groups, changed = unique_names(self._location_groups(members), separator="_")
        if changed:
            self.display.warning(
                f"{len(changed)} locations have the same name as others, as far as groups can have it. These groups "
                f"have a suffix made from the ID of the location: {shorten([groups[key] for key in changed])}."
            )
        taken = {*inventory.groups, *inventory.hosts, *constants.LOCALHOST}
        names, changed, draft = self._draft(inventory, members, groups, taken)
        clashes = draft.groups.keys() & draft.hosts.keys()
        if clashes:
            # Retry with all group names reserved: Ansible would set host variables on the group of the same name.
            names, changed, draft = self._draft(inventory, members, groups, taken | clashes)
            clashes = draft.groups.keys() & draft.hosts.keys()
        if clashes:
            raise AnsibleParserError(
                f"Hosts and groups have the same names: {shorten(sorted(clashes))}. Set a prefix in keyed_groups, or "
                "choose other names with hostnames."
            )
        if changed:
            self.display.warning(
                f"{len(changed)} {plural(self.kinds)} have the same name as others or as existing hosts, or a name "
                f"that no host can have. These hosts have a suffix made from the ID of the {singular(self.kinds)}: "
                f"{shorten([names[key] for key in changed])}. Choose other names with hostnames or hostname_prefix."
            )
        _merge(inventory, draft)

    def _location_groups(self, members: Iterable[Member]) -> dict[str, str]:
        grouped = "location" in self.get_option("group_by")
        return location_groups(members, self._sanitize_group_name) if grouped else {}

    def _further_groups(self, member: Member) -> list[str]:
        """Return the groups of a member by kind and by recording."""
        properties = self.get_option("group_by")
        groups = [member["kind"]] if "kind" in properties else []
        return [*groups, recording_group(member)] if "recording" in properties else groups

    def _draft(
        self, inventory: InventoryData, members: Sequence[Member], groups: Mapping[str, str], taken: set[str]
    ) -> tuple[dict[str, str], list[str], InventoryData]:
        """Return host names by ID, IDs of members with changed names, and a draft inventory.

        The draft contains only these hosts. If composing fails for one host, the real inventory stays unchanged.
        """
        names, changed = self._host_names(inventory, members, taken)
        draft = InventoryData()
        draft.current_source = inventory.current_source
        for group in groups.values():
            draft.add_group(group)
        # Constructable methods change the inventory in this attribute.
        self.inventory = draft
        try:
            for member in members:
                name = names[member["id"]]
                draft.add_host(name, groups.get(location_key(member) or ""))
                for group in self._further_groups(member):
                    draft.add_group(group)
                    draft.add_host(name, group)
                if name in inventory.hosts:
                    _copy(draft, inventory.hosts[name])
                for key, value in host_variables(member, self.get_option("hostvars_prefix")).items():
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
        self, inventory: InventoryData, members: Sequence[Member], taken: set[str]
    ) -> tuple[dict[str, str], list[str]]:
        """Return host names by ID, and IDs of members with changed names."""
        existing = _hosts_by_id(inventory)
        kept = {member["id"]: existing[member["id"]] for member in members if member["id"] in existing}
        preferences, prefix = self.get_option("hostnames"), self.get_option("hostname_prefix") or ""
        wanted = {
            member["id"]: host_name(member, preferences, prefix) for member in members if member["id"] not in kept
        }
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
    """Return existing host names by ID, for any C(hostvars_prefix) of other inventory sources."""
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
