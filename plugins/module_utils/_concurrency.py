# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Worker threads that read or write many members, and their stop condition.

Private to webex.calling.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Protocol, TypeVar

from ._errors import AuthenticationError, InterruptedTaskError, WebexError

#: Stop after this many responses if all were 403: the token has no access.
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
    progress: Callable[[int], None] | None = None,
) -> list[_Outcome]:
    """Act on many members in parallel, and return the outcomes in the same order.

    :param act: function that returns the outcome for a member.
    :param not_reached: function that returns the outcome for a member if the error of another member stopped the run.
    :param concurrency: maximum number of threads.
    :param progress: function called after each member with the number of members so far, never in parallel.
    :raises Exception: first exception that C(act) or C(progress) raised.
    """
    outcomes: list[_Outcome | None] = [None] * len(members)
    indexes = iter(range(len(members)))
    lock = threading.Lock()
    stop = _StopCondition()
    defects: list[Exception] = []
    counter = itertools.count(1)

    def work() -> None:
        while not (stop.error or defects):
            with lock:
                index = next(indexes, None)
            if index is None:
                return
            try:
                outcomes[index] = outcome = act(members[index])
                with lock:
                    stop.update(outcome.error)
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
    return [outcome or not_reached(member, stop.error) for member, outcome in zip(members, outcomes)]


class _StopCondition:
    """Error after which further requests cannot succeed, or None.

    A 401 means that Webex refuses the token. A 403 can concern a single member, unless all responses are 403.
    """

    def __init__(self) -> None:
        self.error: WebexError | None = None
        self._forbidden = 0
        self._others = 0

    def update(self, error: WebexError | None) -> None:
        if error is not None and error.status == HTTPStatus.FORBIDDEN:
            self._forbidden += 1
        else:
            self._others += 1
        only_forbidden = self._forbidden >= _MAX_FORBIDDEN and not self._others
        if only_forbidden or isinstance(error, (AuthenticationError, InterruptedTaskError)):
            self.error = self.error or error
