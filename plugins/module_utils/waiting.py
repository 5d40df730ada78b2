# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When requests may be sent: at the pace that Webex allows, and how long one is tried again.

Private to webex.calling.
"""

from __future__ import annotations

import math
import random
import threading
import time

from .errors import Interrupted, WebexError

#: However little Webex asks to wait, a request is not sent more often than this.
MAX_TRIES = 10

#: The longest wait between two tries where Webex does not say how long, in seconds.
_MAX_BACKOFF = 60.0

#: So many requests have to succeed, beginning after a pause, before they tell at which rate Webex lets them through.
_EVIDENCE = 20

#: After so many seconds without being refused, requests come e times as fast, and after twice as many seconds e to the
#: power of 4 times. Limits change, and an audit must not crawl for ever because of a bad minute. Where the rate is
#: known well, this costs a refusal in a minute or two.
_CAUTIOUS_FOR = 90.0

#: So many times slower requests come after the first refusal, and after further ones that tell nothing of the rate.
_SLOWER_AT_FIRST = 3.0
_SLOWER = 2.0

#: But never further apart than so many seconds: for what is slower, there are pauses.
_LONGEST_INTERVAL = 10.0


class Pace:
    """The pace of all requests of a client, from however many threads.

    When one request is told to wait, all wait. After that they go on at a third of the speed, spread evenly; and when
    that is too fast again, at the rate at which Webex lets them through, waiting included. Whoever runs into a limit at
    full speed is refused as many times as requests are under way, again and again.
    """

    def __init__(self) -> None:
        self._abandoned = threading.Event()
        self._lock = threading.Lock()
        self._resume_at = 0.0
        self._next_at = 0.0
        # Seconds between requests, as decided when last refused, zero until then; and when it came into force.
        self._interval = 0.0
        self._cautious_since = 0.0
        # The stretch of time over which requests are counted, to know the rate.
        self._counted_since = time.monotonic()
        self._counted = 0
        self._refused_at = 0.0

    def take_turn(self) -> float:
        """Return when it is this request's turn.

        :returns: the time of it, for C(pause).
        :raises Interrupted: once C(abandon) was called.
        """
        while True:
            with self._lock:
                now = time.monotonic()
                turn = max(now, self._next_at, self._resume_at)
                self._next_at = turn + self._interval_at(turn)
            self.sleep(turn - now)
            # A pause may have begun in the meantime.
            if self._resume_at <= turn:
                return turn

    def passed(self) -> None:
        """A request was answered, and not told to wait."""
        with self._lock:
            self._counted += 1

    def pause(self, seconds: float, *, turn: float, limited: bool) -> None:
        """Let nobody pass for so long; a pause under way is never shortened.

        :param turn: when the request that was told to wait had its turn.
        :param limited: whether it was refused for a rate limit, so that all have to slow down.
        """
        with self._lock:
            now = time.monotonic()
            resume_at = now + seconds
            # Requests that were under way together are refused together: that counts once.
            if limited and turn >= self._refused_at:
                self._slow_down(now, resume_at)
                self._refused_at = now
            elif not limited:
                # What time an outage takes says nothing of the rate.
                self._counted_since = max(self._counted_since, resume_at)
                self._counted = 0
            self._resume_at = max(self._resume_at, resume_at)
            self._next_at = max(self._next_at, self._resume_at)

    def _slow_down(self, now: float, resume_at: float) -> None:
        interval = self._interval_at(now)
        if interval and self._counted >= _EVIDENCE:
            self._interval = (resume_at - self._counted_since) / self._counted
        elif interval:
            self._interval = _SLOWER * interval
        else:
            self._interval = _SLOWER_AT_FIRST * (now - self._counted_since) / max(self._counted, 1)
        self._interval = min(self._interval, _LONGEST_INTERVAL)
        if not interval or self._counted >= _EVIDENCE:
            self._counted_since = resume_at
            self._counted = 0
        self._cautious_since = resume_at

    def _interval_at(self, moment: float) -> float:
        return self._interval * math.exp(-((max(0.0, moment - self._cautious_since) / _CAUTIOUS_FOR) ** 2))

    def sleep(self, seconds: float) -> None:
        """Wait alone.

        :raises Interrupted: once C(abandon) was called.
        """
        if self._abandoned.is_set() or (seconds > 0 and self._abandoned.wait(seconds)):
            raise Interrupted

    def abandon(self) -> None:
        """End all waiting, for good."""
        self._abandoned.set()


class Patience:
    """How long, and how often, one request is tried again.

    :param limit: seconds, counted from the first failure.
    :param since: when everything started to fail, if it has: a time of outage is waited for once, not once per request.
    """

    def __init__(self, limit: float, since: float | None = None) -> None:
        self.since = since
        #: When the last try failed.
        self.failed_at: float | None = None
        self._limit = limit
        self._tries = 1

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self.since if self.since else 0.0

    def wait_after(self, error: WebexError) -> float | None:
        """Seconds to wait before the next try, or None when there should be none."""
        self.failed_at = time.monotonic()
        self.since = self.since or self.failed_at
        seconds = self._backoff() if error.retry_after is None else error.retry_after
        if self._tries >= MAX_TRIES or self._elapsed + seconds > self._limit:
            return None
        self._tries += 1
        return seconds

    def told(self, error: WebexError) -> str:
        """What was done before giving up, in a sentence."""
        tries = "1 try" if self._tries == 1 else f"{self._tries} tries"
        asked = f" Webex asks to wait {error.retry_after} s more." if error.retry_after else ""
        bounds = f"retry_timeout is {self._limit:g} s, and {MAX_TRIES} tries are the most"
        return f"Gave up after {tries} in {self._elapsed:.0f} s ({bounds}).{asked}"

    def _backoff(self) -> float:
        longest = min(2.0 ** (self._tries - 1), _MAX_BACKOFF)
        # Half of it by chance, so that those who failed together do not come back together.
        return longest * (0.5 + random.random() / 2)  # noqa: S311  (nobody gains by guessing it)
