# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what a user selects to virtual lines.

Private to webex.calling. Source: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any
from urllib.parse import quote

from .client import WebexClient, path
from .errors import NoMatch, OptionError, WebexError, bad_pages, doing
from .snake_case import in_snake_case

#: A virtual line as it stands in results: C(id), and what else is known of its identity, in snake case.
VirtualLine = Mapping[str, Any]

#: So many lines are asked for per page. The server lowers it to what it allows.
_PAGE_SIZE = 1000

#: Parameters that are sent as they are take up at most so many characters of an address, and so does a part of one that
#: is asked for in several requests. Together they stay well below the 8,000 that servers and proxies take.
_LONGEST = 3000

#: So many lines are looked through for what a user may have meant.
_LINES_FOR_SUGGESTIONS = 5000

#: So many misses are explained in a message; all are in the result.
_NAMED_MISSES = 10


@dataclass(frozen=True)
class Selector:
    """An option that selects lines.

    :param option: its name.
    :param parameter: the query parameter that has the server filter by it; None if there is none.
    :param of_line: what a line has to compare it with; None if the line has nothing.
    :param normal: the form in which values are compared. The server may compare more loosely, so lines are filtered
        here too.
    :param sent: the form in which values are sent.
    """

    option: str
    parameter: str | None
    of_line: Callable[[VirtualLine], str | None]
    normal: Callable[[str], str] = str
    sent: Callable[[str], str] = str

    def has(self, line: VirtualLine) -> str | None:
        value = self.of_line(line)
        return None if value is None else self.normal(value)


def _part(name: str, key: str) -> Callable[[VirtualLine], str | None]:
    def of_line(line: VirtualLine) -> str | None:
        part = line.get(name)
        value = part.get(key) if isinstance(part, dict) else None
        return None if value is None else str(value)

    return of_line


def owner_name(line: VirtualLine) -> str | None:
    """First and last name, as far as a line has them."""
    return " ".join(str(line[key]) for key in ("first_name", "last_name") if line.get(key)) or None


def _same_name(value: str) -> str:
    return " ".join(value.casefold().split())


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value)


def _without_separators(value: str) -> str:
    return re.sub(r"[^\d+]", "", value)


ID = Selector("virtual_line_id", "id", lambda line: str(line["id"]))

#: All selectors, in the order in which they decide on the order of results.
SELECTORS = (
    ID,
    Selector("phone_number", "phoneNumber", _part("number", "external"), _digits, _without_separators),
    Selector("extension", None, _part("number", "extension"), str.strip),
    Selector("owner_name", "ownerName", owner_name, _same_name, lambda value: " ".join(value.split())),
    Selector(
        "location_name", "locationName", _part("location", "name"), _same_name, lambda value: " ".join(value.split())
    ),
    Selector("location_id", "locationId", _part("location", "id")),
)


@dataclass(frozen=True)
class Miss:
    """A value of a selector that matched no line."""

    selector: Selector
    value: str

    def as_dict(self) -> dict[str, str]:
        return {"selector": self.selector.option, "value": self.value}


@dataclass(frozen=True)
class Selection:
    """The lines that were selected, each once, in the order asked for; and what was asked for in vain."""

    lines: Sequence[VirtualLine]
    missing: Sequence[Miss] = ()


def select(
    client: WebexClient,
    options: Mapping[str, Any],
    *,
    identify: bool = False,
    everything: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Selection:
    """The virtual lines that the options select; all of the organization if they select none in particular.

    Ids alone are taken as they are, without a request, unless C(identify) wants to know more of the lines.

    :param everything: whether it is all right to select none in particular.
    :param progress: is told after each page how many lines were listed.
    :raises OptionError: if an option is there but empty: a variable that was not filled must not select everything.
    :raises WebexError: if the list can't be read, or, without C(allow_missing), if anything matches no line.
    """
    wanted = wanted_values(options)
    if not wanted and not everything:
        raise OptionError(
            "nothing selects virtual lines",
            f"Give one of {', '.join(selector.option for selector in SELECTORS)}. Null is as if it were not given.",
        )
    if list(wanted) == [ID] and not identify:
        return Selection([{"id": value} for value in wanted[ID]])
    lines: dict[str, VirtualLine] = {}
    with doing("select the virtual lines"):
        for query in _queries(wanted):
            for page in _pages(client, query):
                lines.update((line["id"], line) for line in page)
                if progress:
                    progress(len(lines))
        selected = [line for line in lines.values() if _fits(line, wanted)]
        missing = [
            Miss(selector, value)
            for selector, values in wanted.items()
            for value in _unmatched(selector, values, selected)
        ]
        if not options["allow_missing"]:
            _demand(client, selected, missing, narrowed=len(wanted) > 1)
    places = [(selector, {value: place for place, value in enumerate(wanted[selector])}) for selector in wanted]
    selected.sort(key=lambda line: [places_[selector.has(line) or ""] for selector, places_ in places])
    return Selection(selected, missing)


def label(line: VirtualLine) -> str:
    """How messages name a line: by what people know it by, as far as that is known, and its id."""
    known = known_as(line)
    return f"{known} ({line['id']})" if known else str(line["id"])


def known_as(line: VirtualLine) -> str:
    """What people know a line by: its owner and its number or extension, as far as it has them."""
    known = [owner_name(line), _part("number", "external")(line) or _part("number", "extension")(line)]
    return ", ".join(name for name in known if name)


def location_name(line: VirtualLine) -> str | None:
    return _part("location", "name")(line)


#: The values that are wanted, per selector: in the form in which they are compared, and as they were given.
_Wanted = Mapping[Selector, Mapping[str, str]]


def wanted_values(options: Mapping[str, Any]) -> _Wanted:
    wanted = {}
    for selector in SELECTORS:
        values = options.get(selector.option)
        if values is None:
            continue
        if not values:
            raise OptionError(f"{selector.option} is an empty list", "Check the variable that the values come from.")
        normal: dict[str, str] = {}
        for value in values:
            if not selector.normal(value).strip():
                raise OptionError(f"{selector.option} holds {value!r}", "Check the variable that the value comes from.")
            normal.setdefault(selector.normal(value), value)
        wanted[selector] = normal
    return wanted


def _fits(line: VirtualLine, wanted: _Wanted) -> bool:
    return all(selector.has(line) in values for selector, values in wanted.items())


def _unmatched(selector: Selector, values: Mapping[str, str], lines: Iterable[VirtualLine]) -> list[str]:
    matched = {selector.has(line) for line in lines}
    return [value for normal, value in values.items() if normal not in matched]


# --- asking the server ---------------------------------------------------------------------------------------


def _queries(wanted: _Wanted) -> Iterator[dict[str, list[str]]]:
    """Queries that together bring all lines that can fit, and as few others as possible.

    Of the options for which there is no room in an address, the shortest is asked for in parts; the others are left to
    be filtered here.
    """
    sent = {
        selector.parameter: [selector.sent(value) for value in values.values()]
        for selector, values in wanted.items()
        if selector.parameter
    }
    long: list[str] = []
    room = _LONGEST
    for name in sorted(sent, key=lambda name: _length(name, sent[name])):
        room -= _length(name, sent[name])
        if room < 0:
            long.append(name)
    short = {name: values for name, values in sent.items() if name not in long}
    if not long:
        yield short
        return
    part: list[str] = []
    length = 0
    for value in sent[long[0]]:
        length += _length(long[0], [value])
        if part and length > _LONGEST:
            yield {**short, long[0]: part}
            part, length = [], _length(long[0], [value])
        part.append(value)
    yield {**short, long[0]: part}


def _length(name: str, values: Iterable[str]) -> int:
    return sum(len(f"&{name}={quote(value, safe='', errors='surrogatepass')}") for value in values)


def _pages(client: WebexClient, query: Mapping[str, Any]) -> Iterator[list[VirtualLine]]:
    """All lines that the server lists, page by page.

    :raises ApiError: also if the pages can't be those of one list: then some lines may be missing.
    """
    seen: set[str] = set()
    pages = client.pages(path("telephony", "config", "virtualLines"), max=_PAGE_SIZE, **query)
    for number, page in enumerate(pages):
        items = page.get("virtualLines")
        if not isinstance(items, list) or not all(_is_line(item) for item in items):
            raise bad_pages("a page is no list of virtual lines")
        if number and not items:
            raise bad_pages("a further page is empty")
        for item in items:
            if item["id"] in seen:
                raise bad_pages(f"the virtual line {item['id']} is listed twice")
            seen.add(item["id"])
        yield [in_snake_case(item) for item in items]


def _is_line(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), str) and bool(item["id"].strip())


# --- nothing is silently empty -------------------------------------------------------------------------------


def _demand(client: WebexClient, selected: Sequence[VirtualLine], missing: Sequence[Miss], *, narrowed: bool) -> None:
    """Every value must have matched a line, and there must be one.

    :param narrowed: whether there are selectors of several kinds.
    """
    if not missing and selected:
        return
    hint = "Correct it, or set allow_missing if it is all right that there is none."
    if not missing:
        raise NoMatch("the organization has no virtual lines", hint)
    try:
        known = list(islice(chain.from_iterable(_pages(client, {})), _LINES_FOR_SUGGESTIONS))
    except WebexError:
        known = []  # The suggestions are an extra: what is missing is known without them.
    explained = "; ".join(_explained(miss, known, narrowed) for miss in missing[:_NAMED_MISSES])
    more = f"; and {len(missing) - _NAMED_MISSES} more" if len(missing) > _NAMED_MISSES else ""
    raise NoMatch(explained + more, hint, [miss.as_dict() for miss in missing])


def _explained(miss: Miss, known: Iterable[VirtualLine], narrowed: bool) -> str:
    text = f"no virtual line with {miss.selector.option} '{miss.value}'"
    names = {miss.selector.has(line): miss.selector.of_line(line) for line in known}
    normal = miss.selector.normal(miss.value)
    if narrowed and normal in names:
        return f"{text} fits the other selectors as well"
    import difflib  # noqa: PLC0415  (hardly any task needs it, and each would wait for it)

    near = difflib.get_close_matches(normal, [name for name in names if name], n=1)
    # An id is opaque, so a similar one is no better guess than any other.
    if near and not miss.selector.option.endswith("_id"):
        return f"{text}; did you mean '{names[near[0]]}'?"
    return text
