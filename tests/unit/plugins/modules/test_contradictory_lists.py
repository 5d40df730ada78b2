# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual lines are in the list of numbers and in the list of virtual lines: a task fails if one list lacks some."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs

import pytest

from ansible_collections.webex.calling.plugins.modules import (
    call_recording,
    call_recording_drift_info,
    call_recording_info,
)

NUMBERS = "/telephony/config/numbers"
LINES = "/telephony/config/virtualLines"

#: All reasons that a check can tolerate.
REASONS = ["drifted", "uncovered", "unmatched"]


@pytest.fixture
def read(run_module, simulator):
    return lambda **options: run_module(call_recording_info.main, **options)


def ids(result):
    assert not result.get("failed"), result["msg"]
    return [member["id"] for member in result["members"]]


def fails(result, lacking, other):
    """The error names the incomplete list, a virtual line, and the other list."""
    assert (result["failed"], result["error"]["type"]) == (True, "pagination")
    message = result["error"]["message"]
    assert message.startswith(f"the {lacking} lacks virtual line ")
    assert message.endswith(f", unlike the {other}")
    assert message in result["msg"]
    assert "Run the task again" in result["msg"]


def lists(simulator):
    """The requests for lists: C(n) for the list of numbers, C(l) for the list of virtual lines."""
    letters = {f"/v1{NUMBERS}": "n", f"/v1{LINES}": "l"}
    return "".join(letters.get(request["path"], "") for request in simulator.requests())


# A list that is empty


def test_the_list_of_virtual_lines_is_empty(read, simulator):
    simulator.add_fault(path=LINES, status=200, body={"virtualLines": []})
    result = read()
    fails(result, "list of virtual lines", "list of numbers")
    assert "members" not in result
    # The longest series of requests: each list is read twice, and nothing else is requested.
    assert lists(simulator) == "nnlnnl"
    assert len(simulator.requests()) == 6


def test_the_list_of_numbers_is_empty(read, simulator):
    simulator.add_fault(path=NUMBERS, status=200, body={"phoneNumbers": []})
    result = read()
    fails(result, "list of numbers", "list of virtual lines")
    assert "and 9 more" in result["msg"]
    assert lists(simulator) == "nllnll"


@pytest.mark.parametrize(("path", "key"), [(LINES, "virtualLines"), (NUMBERS, "phoneNumbers")])
def test_an_empty_list_makes_a_check_incomplete(run_module, simulator, path, key):
    simulator.add_fault(path=path, status=200, body={key: []})
    policy = {"name": "Rulebook", "rules": [{"name": "Everybody is recorded", "settings": {"record": "Always"}}]}
    result = run_module(call_recording_drift_info.main, policy=policy, tolerate=REASONS)
    assert (result["failed"], result["status"], result["passed"]) == (True, "incomplete", False)
    assert result["error"]["type"] == "pagination"
    assert result["counts"]["total"] == 0
    assert result["msg"].count(" lacks virtual line ") == 1


@pytest.mark.parametrize(("path", "key"), [(LINES, "virtualLines"), (NUMBERS, "phoneNumbers")])
def test_an_empty_list_changes_nobody(run_module, simulator, path, key):
    simulator.add_fault(path=path, status=200, body={key: []})
    result = run_module(call_recording.main, settings={"enabled": False}, owner_name="*")
    assert (result["failed"], result["error"]["type"]) == (True, "pagination")
    assert simulator.counts(method="PUT")["count"] == 0


@pytest.mark.parametrize(("path", "key"), [(LINES, "virtualLines"), (NUMBERS, "phoneNumbers")])
def test_a_list_that_is_empty_once(read, simulator, path, key):
    everybody = ids(read())
    assert len(everybody) == 19
    simulator.add_fault(path=path, status=200, body={key: []}, times=1)
    assert ids(read()) == everybody


# Requests


def test_lists_that_agree_need_no_further_request(run_module, start_simulator):
    simulator = start_simulator("--lines", "70", "--people", "50", "--workspaces", "20", "--page-ceiling", "40")
    counts = []
    for kinds in (["person", "workspace"], ["virtual_line"], ["person", "workspace", "virtual_line"]):
        simulator.clear_requests()
        assert ids(run_module(call_recording_info.main, kind=kinds))
        counts.append(len(lists(simulator)))
    assert counts[0] + counts[1] == counts[2]


@pytest.mark.parametrize("kinds", [["person", "virtual_line"], ["workspace", "virtual_line"], ["virtual_line"]])
def test_a_list_of_numbers_with_a_filter_is_not_compared(read, simulator, kinds):
    simulator.add_fault(path=NUMBERS, status=200, body={"phoneNumbers": []})
    assert len(ids(read(kind=kinds))) == 10
    assert lists(simulator) == "n" * (len(kinds) - 1) + "ll"


# Organizations with other lists


def webex_id(kind, number):
    """An ID in base64."""
    return base64.b64encode(f"ciscospark://us/{kind}/uuid-{number}".encode()).decode().rstrip("=")


def row(owner_id, number="", extension="", location="denver", owner_type="VIRTUAL_LINE"):
    owner = {"id": owner_id, "type": owner_type, "lastName": f"Owner of {number or extension}"}
    content = {"phoneNumber": number, "owner": owner, "location": {"id": location, "name": location.title()}}
    return {**content, "extension": extension} if extension else content


def line(line_id, number="", extension="", location="denver"):
    numbers = {"external": number, "extension": extension}
    return {
        "id": line_id,
        "lastName": f"Line {number or extension}",
        "number": {key: value for key, value in numbers.items() if value},
        "location": {"id": location, "name": location.title()},
    }


ADA = row("ada", "+15550000", owner_type="PEOPLE")
ROOM = row("room", extension="50", owner_type="PLACE")
#: A number in use by nobody, and a number of a service.
OTHERS = [{"phoneNumber": "+15559999"}, row("queue", "+15558888", owner_type="CALL_QUEUE")]
ALL_ROWS = [ADA, ROOM, *OTHERS, row("a", "+15550001", "101"), row("b", "+15550002"), row("c", extension="103")]
ALL_LINES = [line("a", "+15550001", "101"), line("b", "+15550002"), line("c", extension="103"), line("d")]


class Lists:
    """The list of numbers and the list of virtual lines of an organization.

    C(found) are the rows that a filter of the list of numbers finds, if the filter finds other rows.
    """

    def __init__(self, webex, run_module):
        self.rows, self.lines = list(ALL_ROWS), list(ALL_LINES)
        self.found = None
        self._changes = {}
        self.asked = ""
        self._webex = webex
        self._run_module = run_module
        webex.will(self._answer)

    def change(self, number, *, rows=None, lines=None):
        """Replace the rows and the lines before a request for a list, by the number of this request."""

        def change():
            self.rows = self.rows if rows is None else rows
            self.lines = self.lines if lines is None else lines

        self._changes[number] = change

    def read(self, **options):
        return self._run_module(call_recording_info.main, api_url=self._webex.url, access_token="t" * 30, **options)

    def _answer(self, handler):
        path, _separator, query = handler.path.partition("?")
        body = {"enabled": False, "record": "Never"}
        if path.endswith((NUMBERS, LINES)):
            self.asked += "n" if path.endswith(NUMBERS) else "l"
            self._changes.get(len(self.asked), lambda: None)()
            body = self._list(path, {name: values[0] for name, values in parse_qs(query).items()})
        content = json.dumps(body).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def _list(self, path, query):
        start = int(query.get("start", "0"))
        if path.endswith(LINES):
            return {"virtualLines": self.lines[start:]}
        filters = query.keys() & {"phoneNumber", "extension"}
        rows = self.rows if self.found is None or not filters else self.found
        return {"phoneNumbers": [each for each in rows if all(each.get(f) == query[f] for f in filters)][start:]}


@pytest.fixture
def organization(webex, run_module):
    return Lists(webex, run_module)


def without(entries, *names):
    """The rows or lines of all but these owners."""
    return [each for each in entries if each.get("owner", each).get("id") not in names]


def test_lists_that_agree(organization):
    assert ids(organization.read()) == ["ada", "room", "a", "b", "c", "d"]
    assert organization.asked == "nnll"


def test_a_line_that_is_deleted_between_the_requests(organization):
    organization.change(3, rows=without(ALL_ROWS, "b"), lines=without(ALL_LINES, "b"))
    assert ids(organization.read()) == ["ada", "room", "a", "c", "d"]
    assert organization.asked == "nnllnn"


@pytest.mark.parametrize("created", ["b", "c"])
def test_a_line_that_is_created_between_the_requests(organization, created):
    organization.rows = without(ALL_ROWS, created)
    organization.change(3, rows=ALL_ROWS)
    assert ids(organization.read()) == ["ada", "room", "a", "b", "c", "d"]
    assert organization.asked == "nnllnn"


def test_many_lines_that_are_created_between_the_requests(organization):
    created = [(f"new{number}", f"+1666{number:04}") for number in range(40)]
    rows, lines = [row(*each) for each in created], [line(*each) for each in created]
    organization.change(3, rows=[*ALL_ROWS, *rows], lines=[*ALL_LINES, *lines])
    assert len(ids(organization.read())) == 6 + 40
    assert organization.asked == "nnllnn"


@pytest.mark.parametrize("gone", [4, 5, 6, 7])
def test_lines_that_are_deleted_and_created_all_the_time(organization, gone):
    # A line is created, and deleted before the list of numbers has it.
    lines = [*without(ALL_LINES, "b"), line("e", "+15550005")]
    organization.change(3, rows=without(ALL_ROWS, "b"), lines=lines)
    organization.change(gone, rows=without(ALL_ROWS, "b", "c"), lines=without(ALL_LINES, "b", "c"))
    assert set(ids(organization.read())) >= {"ada", "room", "a", "d"}


def test_a_line_that_is_created_before_the_second_reading(organization):
    organization.rows = without(ALL_ROWS, "b")
    organization.change(5, rows=[*ALL_ROWS, row("e", "+15550005")], lines=[*ALL_LINES, line("e", "+15550005")])
    assert ids(organization.read()) == ["ada", "room", "a", "b", "c", "d"]
    assert organization.asked == "nnllnn"


def test_a_line_that_loses_its_number(organization):
    organization.rows = without(ALL_ROWS, "b")
    organization.change(7, lines=[*without(ALL_LINES, "b"), line("b")])
    assert ids(organization.read()) == ["ada", "room", "a", "b", "c", "d"]
    assert organization.asked == "nnllnnlln"


@pytest.mark.parametrize("hidden", ["a", "b", "c"])
def test_a_line_that_the_list_of_virtual_lines_lacks(organization, hidden):
    organization.lines = without(ALL_LINES, hidden)
    result = organization.read()
    fails(result, "list of virtual lines", "list of numbers")
    assert f"({hidden})" in result["msg"]
    assert " more" not in result["error"]["message"]
    assert organization.asked == "nnllnnll"


def test_a_line_that_the_list_of_virtual_lines_lacks_once(organization):
    organization.lines = without(ALL_LINES, "a", "d")
    organization.change(7, lines=ALL_LINES)
    # The second reading also has a line without a number, which no other list has.
    assert sorted(ids(organization.read())) == ["a", "ada", "b", "c", "d", "room"]


def test_only_lines_without_numbers_are_listed(organization):
    organization.lines = [line("d")]
    fails(organization.read(), "list of virtual lines", "list of numbers")


def test_a_number_that_the_list_of_numbers_lacks(organization):
    organization.rows = without(ALL_ROWS, "b")
    result = organization.read()
    fails(result, "list of numbers", "list of virtual lines")
    assert "Line +15550002, +15550002 (b)" in result["msg"]
    assert organization.asked == "nnllnnll"


@pytest.mark.parametrize("hidden", [("c",), ("a", "b", "c"), ("ada", "a", "b", "c")])
def test_rows_that_only_a_filter_finds(organization, hidden):
    organization.rows, organization.found = without(ALL_ROWS, *hidden), ALL_ROWS
    result = organization.read()
    fails(result, "list of numbers", "same list with a filter")
    assert organization.asked == "nnllnnnn"


def test_people_that_the_list_of_numbers_lacks_once(organization):
    organization.rows = without(ALL_ROWS, "ada", "a")
    organization.change(5, rows=ALL_ROWS)
    assert ids(organization.read()) == ["ada", "room", "a", "b", "c", "d"]


def test_people_that_only_the_first_list_of_numbers_has(organization):
    organization.rows = without(ALL_ROWS, "a")
    organization.change(5, rows=without(ALL_ROWS, "ada"))
    # If the person was deleted meanwhile, reading the settings shows that.
    assert ids(organization.read()) == ["ada", "room", "a", "b", "c", "d"]


# Ordinary organizations


@pytest.mark.parametrize("kind", ["VIRTUAL_LINE", "VIRTUAL_PROFILE"])
def test_ids_in_other_encodings(organization, kind):
    organization.rows = [ADA, *(row(webex_id(kind, number), f"+1555000{number}") for number in range(1, 5))]
    organization.lines = [
        line("uuid-1", "+15551111"),
        line("UUID-2", "+15551112"),
        line(webex_id("VIRTUAL_LINE", 3) + "=", "+15551113"),
        line(webex_id("VIRTUAL_LINE", 4), "+15551114"),
    ]
    assert len(ids(organization.read())) == 5
    assert organization.asked == "nnll"


@pytest.mark.parametrize("missing", ["", "number", "extension", "location"])
def test_ids_of_another_kind(organization, missing):
    numbers = [("+1 555-0001", "101"), ("+1 555-0002", "102"), ("", "103")]
    organization.rows = [ADA, *(row(f"owner{index}", *each) for index, each in enumerate(numbers))]
    for each in organization.rows:
        each["phoneNumber"] = "".join(character for character in each["phoneNumber"] if character not in " -")
    organization.lines = [line(f"line{index}", *each) for index, each in enumerate(numbers)]
    for each in organization.lines:
        if missing == "location":
            del each["location"]
        elif len(each["number"]) == 2:
            each["number"].pop({"number": "external"}.get(missing, missing), None)
    assert ids(organization.read()) == ["ada", "line0", "line1", "line2"]
    assert organization.asked == "nnll"


def test_lines_that_cannot_be_compared(organization):
    organization.rows = [ADA, row("x", "+19990001"), row("y", extension="999")]
    assert ids(organization.read()) == ["ada", "a", "b", "c", "d"]
    # The list of numbers is read again, and asked for three lines.
    assert organization.asked == "nnllnnnnn"


def test_a_list_of_numbers_without_virtual_lines(organization):
    organization.rows = without(ALL_ROWS, "a", "b", "c")
    organization.lines = [*ALL_LINES, *(line(f"e{number}", f"+1666{number}") for number in range(9))]
    assert len(ids(organization.read())) == 6 + 9
    # Three lines are looked up, however many there are.
    assert organization.asked == "nnllnnnnn"


def test_a_list_of_numbers_without_extensions_of_virtual_lines(organization):
    organization.rows = without(ALL_ROWS, "c")
    assert ids(organization.read()) == ["ada", "room", "a", "b", "c", "d"]
    assert organization.asked == "nnllnnn"


def test_virtual_lines_with_another_type_of_owner(organization):
    organization.rows = [
        ADA,
        *(row(f"p{number}", f"+1555000{number}", owner_type="VIRTUAL_PROFILE") for number in (1, 2)),
    ]
    organization.lines = without(ALL_LINES, "c")
    assert ids(organization.read()) == ["ada", "a", "b", "d"]
    assert organization.asked == "nnll"


@pytest.mark.parametrize("lines", [[], [line("d")]])
def test_an_organization_without_numbers_of_virtual_lines(organization, lines):
    organization.rows, organization.lines = without(ALL_ROWS, "a", "b", "c"), lines
    assert ids(organization.read()) == ["ada", "room", *(each["id"] for each in lines)]
    assert organization.asked in ("nnl", "nnll")


def test_an_organization_without_numbers(organization):
    organization.rows, organization.lines = [], [line("d")]
    assert ids(organization.read()) == ["d"]
    assert organization.asked == "nll"


@pytest.mark.parametrize(
    "identity",
    [
        {"number": None},
        {"number": []},
        {"number": {"external": ["x"]}},
        {"number": {"external": "n/a"}},
        {"location": 5, "number": {"extension": "9"}},
    ],
)
def test_identities_of_other_types(organization, identity):
    organization.lines = [*ALL_LINES, {**line("e"), **identity}]
    assert "e" in ids(organization.read())
