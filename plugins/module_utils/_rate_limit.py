# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rate limiter for all requests of a client, and retry budget for one request.

Private to webex.calling.
"""

from __future__ import annotations

import random
import threading
import time

from ._errors import InterruptedTaskError, WebexError

#: Maximum number of tries per request, even if Webex asks for short waits.
MAX_TRIES = 10

#: Maximum wait between two tries, in seconds, if Webex does not specify a wait time.
_MAX_BACKOFF = 60.0

#: Maximum factor by which one 429 decreases the rate, because a single 429 does not prove a constant limit.
_LARGEST_SLOWDOWN = 3.0

#: Maximum interval between requests, in seconds. Slower rates require pauses.
_MAX_INTERVAL = 10.0

#: Time in seconds without a pause after which the rate doubles, because rate limits change.
_DOUBLING_SECONDS = 60.0


class RateLimiter:
    """Thread-safe rate limiter for all requests of a client.

    If Webex asks one request to wait, all requests wait. After a 429, the limiter sends requests at even intervals. The
    rate is the number of successful requests since the previous pause, divided by the elapsed time. The elapsed time
    includes the new pause. One 429 decreases the rate to no less than one third. After each minute without a pause, the
    rate doubles.

    Without the limiter, Webex would repeatedly reject all parallel requests.
    """

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        # End of the last pause, and number of successful requests since then.
        self._resumed_at = time.monotonic()
        self._successes = 0
        # Earliest time of the next request, and interval between requests in seconds since the last 429.
        self._next_at = self._resumed_at
        self._interval = 0.0

    def acquire(self) -> float:
        """Wait for the turn of a request, and return the time of the turn.

        :returns: monotonic time in seconds, for the parameter C(turn) of C(pause).
        :raises InterruptedTaskError: after a call of C(cancel).
        """
        while True:
            with self._lock:
                now = time.monotonic()
                resumed_at = self._resumed_at
                turn = max(now, self._next_at)
                self._next_at = turn + self._interval * 0.5 ** ((turn - resumed_at) // _DOUBLING_SECONDS)
            self.sleep(turn - now)
            # Wait for a new turn if a pause began during the wait, because a pause cancels all turns.
            if resumed_at == self._resumed_at:
                return turn

    def record_success(self) -> None:
        """Count a request whose response did not ask to wait."""
        with self._lock:
            self._successes += 1

    def pause(self, seconds: float, *, turn: float, limited: bool) -> None:
        """Pause all requests. Never shorten a pause in progress.

        :param seconds: duration of the pause in seconds.
        :param turn: return value of C(acquire) for the rejected request.
        :param limited: whether a rate limit is the reason for the pause. If true, the rate decreases.
        """
        with self._lock:
            now = time.monotonic()
            # Decrease the rate only once if Webex rejects several parallel requests.
            if limited and turn >= self._resumed_at and self._successes:
                elapsed = now - self._resumed_at
                # Subtract half a second, because Retry-After is rounded up to whole seconds.
                longest = min(elapsed + max(seconds - 0.5, 0.0), _LARGEST_SLOWDOWN * elapsed)
                self._interval = min(longest / self._successes, _MAX_INTERVAL)
            if now + seconds > self._resumed_at:
                self._resumed_at = self._next_at = now + seconds
                self._successes = 0

    def sleep(self, seconds: float) -> None:
        """Wait without a pause of other requests.

        :param seconds: duration of the wait in seconds.
        :raises InterruptedTaskError: after a call of C(cancel).
        """
        if self._cancelled.is_set() or (seconds > 0 and self._cancelled.wait(seconds)):
            raise InterruptedTaskError

    def cancel(self) -> None:
        """Cancel all current and future waits."""
        self._cancelled.set()


class RetryBudget:
    """Limits for the retries of one request: number and duration.

    :param limit: maximum duration of the retries in seconds, from the first failure.
    :param failing_since: monotonic time since which all requests of the client fail. If not set, the duration starts
        with the first failure of this request. The parameter makes an outage count only once for all requests.
    """

    def __init__(self, limit: float, failing_since: float | None = None) -> None:
        self.failing_since = failing_since
        #: Monotonic time of the last failure, or None before the first failure.
        self.failed_at: float | None = None
        self._limit = limit
        self._tries = 1

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self.failing_since if self.failing_since else 0.0

    def next_delay(self, error: WebexError) -> float | None:
        """Return the seconds to wait before the next try, or None to give up."""
        self.failed_at = time.monotonic()
        self.failing_since = self.failing_since or self.failed_at
        seconds = self._backoff() if error.retry_after is None else error.retry_after
        if self._tries >= MAX_TRIES or self._elapsed + seconds > self._limit:
            return None
        self._tries += 1
        return seconds

    def summary(self, error: WebexError) -> str:
        """Return a summary of the failed tries for the error hint."""
        tries = "1 try" if self._tries == 1 else f"{self._tries} tries"
        requested = f" Webex asks to wait {error.retry_after} s more." if error.retry_after else ""
        bounds = f"retry_timeout is {self._limit:g} s, the maximum is {MAX_TRIES} tries"
        return f"Gave up after {tries} in {self._elapsed:.0f} s ({bounds}).{requested}"

    def _backoff(self) -> float:
        longest = min(2.0 ** (self._tries - 1), _MAX_BACKOFF)
        # Randomize half of the wait, so that parallel requests do not retry at the same time.
        return longest * (0.5 + random.random() / 2)  # noqa: S311
