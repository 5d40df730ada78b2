# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Worker threads that read or write many members, and their stop condition.

Private to webex.calling.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from http import HTTPStatus
from typing import Protocol, TypeVar

from ._errors import AuthenticationError, InterruptedTaskError, WebexError

#: Stop after this many responses of a group if all were 403: the token has no access.
_MAX_FORBIDDEN = 10


class Outcome(Protocol):
    """Result for one member. The error is None after a success."""

    error: WebexError | None


_Member = TypeVar("_Member")
_Outcome = TypeVar("_Outcome", bound=Outcome)


def run_all(
    members: Sequence[_Member],
    act: Callable[[_Member], _Outcome],
    not_reached: Callable[[_Member, WebexError | None], _Outcome],
    *,
    concurrency: int,
    group_of: Callable[[_Member], Hashable] = lambda _member: None,
    progress: Callable[[int], None] | None = None,
) -> list[_Outcome]:
    """Act on many members in parallel, and return the outcomes in the same order.

    :param act: function that returns the outcome for a member.
    :param not_reached: function that returns the outcome for a member if the error of another member stopped the run.
    :param concurrency: maximum number of threads.
    :param group_of: function that returns the group of a member. All members of a group need the same scope.
    :param progress: function called after each member with the number of members so far, never in parallel.
    :raises Exception: first exception that C(act) or C(progress) raised.
    """
    outcomes: list[_Outcome | None] = [None] * len(members)
    indexes = iter(range(len(members)))
    lock = threading.Lock()
    stop = _StopCondition()
    groups = [group_of(member) for member in members]
    defects: list[Exception] = []
    counter = itertools.count(1)

    def work() -> None:
        while not (stop.error or defects):
            with lock:
                index = next((index for index in indexes if groups[index] not in stop.forbidden), None)
            if index is None:
                return
            try:
                outcomes[index] = outcome = act(members[index])
                with lock:
                    stop.update(outcome.error, groups[index])
                    if progress:
                        progress(next(counter))
            except Exception as defect:
                defects.append(defect)

    # Use daemon threads, so that an interrupted task does not wait for responses.
    threads = [threading.Thread(target=work, daemon=True) for _each in range(min(concurrency, len(members)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if defects:
        raise defects[0]
    return [
        outcome or not_reached(member, stop.error or stop.forbidden.get(group))
        for member, group, outcome in zip(members, groups, outcomes)
    ]


class _StopCondition:
    """Errors after which further requests cannot succeed, for all members or for groups of members.

    A 401 means that Webex refuses the token. A 403 can concern a single member, unless all responses of a group are
    403.
    """

    def __init__(self) -> None:
        self.error: WebexError | None = None
        self.forbidden: dict[Hashable, WebexError] = {}
        self._counts: Counter[Hashable] = Counter()
        self._readable: set[Hashable] = set()

    def update(self, error: WebexError | None, group: Hashable) -> None:
        if isinstance(error, (AuthenticationError, InterruptedTaskError)):
            self.error = self.error or error
        if error is None or error.status != HTTPStatus.FORBIDDEN:
            self._readable.add(group)
            return
        self._counts[group] += 1
        if self._counts[group] >= _MAX_FORBIDDEN and group not in self._readable:
            self.forbidden.setdefault(group, error)
