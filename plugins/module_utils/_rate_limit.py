# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rate limiting of all requests of a client, and retries of one request.

Private to webex.calling.
"""

from __future__ import annotations

import random
import threading
import time

from ._errors import InterruptedTaskError, WebexError

#: Maximum number of times that a request is sent, however short the waits that Webex asks for.
MAX_TRIES = 10

#: Longest wait between two tries in seconds, where Webex does not say how long to wait.
_MAX_BACKOFF = 60.0

#: Largest factor by which one 429 decreases the rate. A single 429 may have another cause than a constant limit.
_LARGEST_SLOWDOWN = 3.0

#: Longest interval between requests in seconds. Slower rates need pauses.
_MAX_INTERVAL = 10.0

#: Seconds without a pause after which the rate doubles. Limits change, so a slow rate must not last.
_DOUBLING_SECONDS = 60.0


class RateLimiter:
    """Rate limiter for all requests of a client, from any number of threads.

    When Webex asks one request to wait, all requests wait. After a 429, they continue evenly spaced, at the rate at
    which Webex accepted requests since the previous pause, this pause included. One 429 decreases the rate to a third
    at most. After each minute without a pause, the rate doubles.

    Without this, each limit would refuse all parallel requests again and again.
    """

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        # End of the last pause, and number of requests that succeeded since then.
        self._resumed_at = time.monotonic()
        self._successes = 0
        # Time at which the next request may be sent, and seconds between requests as decided at the last 429.
        self._next_at = self._resumed_at
        self._interval = 0.0

    def acquire(self) -> float:
        """Wait until the request may be sent.

        :returns: the time at which it may be sent, for C(pause).
        :raises InterruptedTaskError: after C(cancel).
        """
        while True:
            with self._lock:
                now = time.monotonic()
                resumed_at = self._resumed_at
                turn = max(now, self._next_at)
                self._next_at = turn + self._interval * 0.5 ** ((turn - resumed_at) // _DOUBLING_SECONDS)
            self.sleep(turn - now)
            # A pause may have begun during the wait. All turns are given anew after it.
            if resumed_at == self._resumed_at:
                return turn

    def record_success(self) -> None:
        """Count a request whose response did not ask to wait."""
        with self._lock:
            self._successes += 1

    def pause(self, seconds: float, *, turn: float, limited: bool) -> None:
        """Stop all requests for some seconds. A pause in progress is never shortened.

        :param turn: what C(acquire) returned for the refused request.
        :param limited: whether the reason is a rate limit, so that the rate has to decrease.
        """
        with self._lock:
            now = time.monotonic()
            # Parallel requests are refused together, which counts once.
            if limited and turn >= self._resumed_at and self._successes:
                elapsed = now - self._resumed_at
                # Retry-After is rounded up to whole seconds, so that half a second of the pause is unnecessary.
                longest = min(elapsed + max(seconds - 0.5, 0.0), _LARGEST_SLOWDOWN * elapsed)
                self._interval = min(longest / self._successes, _MAX_INTERVAL)
            if now + seconds > self._resumed_at:
                self._resumed_at = self._next_at = now + seconds
                self._successes = 0

    def sleep(self, seconds: float) -> None:
        """Wait without affecting other requests.

        :raises InterruptedTaskError: after C(cancel).
        """
        if self._cancelled.is_set() or (seconds > 0 and self._cancelled.wait(seconds)):
            raise InterruptedTaskError

    def cancel(self) -> None:
        """End all waits permanently."""
        self._cancelled.set()


class RetryBudget:
    """Number and duration of the retries of one request.

    :param limit: seconds, counted from the first failure.
    :param failing_since: time since which all requests fail, so that an outage counts once, not for each request.
    """

    def __init__(self, limit: float, failing_since: float | None = None) -> None:
        self.failing_since = failing_since
        #: Time of the last failure.
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
        """Return a sentence about the retries before giving up."""
        tries = "1 try" if self._tries == 1 else f"{self._tries} tries"
        requested = f" Webex asks to wait {error.retry_after} s more." if error.retry_after else ""
        bounds = f"retry_timeout is {self._limit:g} s, the maximum is {MAX_TRIES} tries"
        return f"Gave up after {tries} in {self._elapsed:.0f} s ({bounds}).{requested}"

    def _backoff(self) -> float:
        longest = min(2.0 ** (self._tries - 1), _MAX_BACKOFF)
        # Half of the wait is random, so that requests that failed together do not retry together.
        return longest * (0.5 + random.random() / 2)  # noqa: S311
