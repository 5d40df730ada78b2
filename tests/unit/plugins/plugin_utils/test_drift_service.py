# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each output of the drift check says about the service level: in effect, without effect, or not verified."""

from __future__ import annotations

import csv
import html
import io
import re
import xml.etree.ElementTree as ET

import pytest

from ansible_collections.webex.calling.plugins.plugin_utils._drift_csv import render_csv
from ansible_collections.webex.calling.plugins.plugin_utils._drift_html import render_html
from ansible_collections.webex.calling.plugins.plugin_utils._drift_junit import render_junit
from ansible_collections.webex.calling.plugins.plugin_utils._drift_metrics import render_metrics
from ansible_collections.webex.calling.plugins.plugin_utils._drift_text import summary
from ansible_collections.webex.calling.tests.unit.plugins.plugin_utils.drift_documents import (
    ADA,
    BOB,
    HOSTILE,
    IN_EFFECT,
    NOT_READABLE,
    OFF,
    compliant,
    difference,
    hostile,
    mark,
)

NO_EFFECT = "settings have no effect: recording of the organization is off"
#: The hint is not repeated for each member.
WITH_HINT = f"{NO_EFFECT}. Turn it on."
NOT_VERIFIED = "service level not verified: No access. Use another token."
EXEMPTION = {"rule": "Works council", "reason": "Agreement", "expires": "never"}


def off():
    """Return the document of a check of three members, one of them exempt, whose settings have no effect."""
    document = compliant()
    document["counts"].update(total=3, compliant=0, drifted=2, exempt=1)
    return {
        **document,
        "status": "drifted",
        "reasons": ["drifted"],
        "passed": False,
        "message": "Drifted: 2 of 3 members have drifted; recording of the organization is off.",
        "service": {**IN_EFFECT, **OFF, "in_effect": False, "enabled": False, "terms_of_service_accepted": None},
        "drifted": [
            {**ADA, "differences": [], "not_in_effect": OFF},
            {**BOB, "differences": [difference("record", "Always", "Never")], "not_in_effect": OFF},
        ],
        "exempt": [{**ADA, "id": "id-eve", "name": "Eve", **EXEMPTION, "differences": [], "not_in_effect": OFF}],
    }


def unverified(**more):
    """Return the document of a check that passed, and that could not read whether settings have effect."""
    message = "Compliant: 2 of 2 members are compliant. Service level not verified."
    return {**compliant(), "message": message, "service": NOT_READABLE, **more}


def members_of(document):
    lists = {"drifted": document["drifted"], "exempt": document["exempt"]}
    return [{**entry, "state": state} for state, entries in lists.items() for entry in entries]


def cell_texts(text):
    return [re.sub("<[^>]*>", "", cell) for cell in re.findall("<td>(.*?)</td>", text)]


def case_of(document):
    root = ET.fromstring(render_junit(document).partition("-->")[2])
    (case,) = root.iterfind(".//testcase[@name='Settings have effect']")
    result = next(iter(case), None)
    return None if result is None else (result.tag, result.get("type"), (result.text or "").splitlines())


def rows_of(document, members=()):
    rows = list(csv.reader(io.StringIO(render_csv(document, members).removeprefix("\ufeff"), newline="")))
    return [(row[0], row[2], row[-1]) for row in rows[1:]]


def about_of(document):
    (text,) = re.findall("<dt>Service level</dt> <dd>(.*?)</dd>", render_html(document, None), re.DOTALL)
    return html.unescape(re.sub("<[^>]*>", "", text))


def section_of(document, name):
    found = re.findall(f'<section id="{name}">.*?</section>', render_html(document, None), re.DOTALL)
    return html.unescape(found[0]) if found else ""


def samples_of(document):
    text = render_metrics(document, "nightly")
    return dict(re.findall(r'^webex_calling_drift_check_(service_\w+){check="nightly"} (\d)$', text, re.MULTILINE))


def test_the_terminal():
    assert summary(mark(), {}) == ["Policy: Recording rulebook, version 2026-10, SHA-256 " + "ab" * 32]
    assert "Settings have effect" in summary(compliant(), {})
    assert f"S{NOT_VERIFIED[1:]}" in summary(unverified(), {})
    lines = summary(off(), {})
    assert f"S{WITH_HINT[1:]}" in lines
    (ada, bob) = (line for line in lines if line.startswith("Drifted: "))
    assert ada.endswith(f": {NO_EFFECT}")
    assert bob.endswith(f": record is Never, should be Always [Everybody is recorded]; {NO_EFFECT}")


def test_junit():
    assert case_of(mark()) == ("skipped", None, ["No members were read."])
    assert case_of(compliant()) is None
    assert case_of(unverified()) == ("skipped", None, [NOT_VERIFIED])
    kind, reason, lines = case_of(off())
    assert (kind, reason, lines[0], len(lines)) == ("failure", "drifted", WITH_HINT, 3)
    assert case_of({**off(), "tolerated": ["drifted"], "passed": True})[0] == "skipped"


def test_an_organization_without_effect_on_members_does_not_fail_junit():
    # No rule requires anybody to be recorded.
    document = {**compliant(), "service": off()["service"]}
    assert case_of(document) is None


def test_an_incomplete_check_because_of_the_service_level():
    changes = {"status": "incomplete", "reasons": ["incomplete"], "passed": False, "error": {"message": "No access."}}
    document = unverified(**changes, message="Incomplete: no access.")
    assert case_of(document) == ("skipped", None, [NOT_VERIFIED])
    assert 'errors="1"' in render_junit(document)


def test_csv():
    assert rows_of(compliant()) == []
    assert rows_of(unverified()) == [("unverified", "", NOT_VERIFIED)]
    states, names, reasons = zip(*rows_of(off(), members_of(off())))
    assert (states, names[2]) == (("drifted", "drifted", "exempt"), "Eve")
    assert reasons[0] == NO_EFFECT
    assert reasons[1].startswith("record is Never, should be Always (Everybody is recorded")
    assert reasons[1].endswith(f"; {NO_EFFECT}")
    assert reasons[2] == f"exempt by Works council: Agreement, without end; {NO_EFFECT}"


def test_metrics():
    assert samples_of(mark()) == {}
    assert samples_of(compliant()) == {"service_verified": "1", "service_in_effect": "1"}
    assert samples_of(off()) == {"service_verified": "1", "service_in_effect": "0"}
    assert samples_of(unverified()) == {"service_verified": "0"}


def test_html():
    assert about_of(mark()) == "unknown"
    assert about_of(compliant()) == "settings have effect"
    assert about_of(unverified()) == NOT_VERIFIED
    assert about_of(off()) == WITH_HINT
    assert section_of(compliant(), "no-effect") == ""
    names = cell_texts(section_of(off(), "no-effect"))[::3]
    assert [name.split()[0] for name in names] == ["Ada", "Bob"]
    assert "1 on 1 member<" in section_of(off(), "differences")
    assert NO_EFFECT in cell_texts(section_of(off(), "exempt"))[-1]


def test_the_number_of_drifted_members_links_to_what_the_report_shows():
    document = off()
    assert '<a href="#differences">Drifted</a>' in render_html(document, None)
    document["drifted"] = document["drifted"][:1]
    assert '<a href="#no-effect">Drifted</a>' in render_html(document, None)
    assert "There are none." in section_of(document, "differences")


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: "")
@pytest.mark.parametrize("build", [off, unverified])
def test_hostile_values(value, build):
    document = hostile(build(), value)
    about_of(document)
    ET.fromstring(render_junit(document).partition("-->")[2])
    rows_of(document, members_of(document))
    render_metrics(document, "nightly")
    summary(document, {})
