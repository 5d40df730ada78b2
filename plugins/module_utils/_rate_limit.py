# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rate limiting of all requests of a client, and retries of one request.

Private to webex.calling.
"""

from __future__ import annotations

import math
import random
import threading
import time

from ._errors import InterruptedTaskError, WebexError

#: Maximum number of times that a request is sent, however short the waits that Webex asks for.
MAX_TRIES = 10

#: Longest wait between two tries in seconds, where Webex does not say how long to wait.
_MAX_BACKOFF = 60.0

#: Minimum number of successful requests after a pause for a rate estimate.
_MIN_SAMPLES = 20

#: Seconds after which the interval between requests has shrunk by the factor e; after twice the time, by e to the power
#: of 4. Limits change, so a slow rate must not last. With a good estimate this costs a 429 in one or two minutes.
_RECOVERY_SECONDS = 90.0

#: Factors by which the interval grows after the first 429, and after further ones without a rate estimate.
_FIRST_SLOWDOWN = 3.0
_SLOWDOWN = 2.0

#: Longest interval between requests in seconds. Slower rates need pauses.
_MAX_INTERVAL = 10.0


class RateLimiter:
    """Rate limiter for all requests of a client, from any number of threads.

    When Webex asks one request to wait, all requests wait. Then they continue at a third of the rate, evenly spaced. If
    that is still too fast, they continue at the rate at which Webex accepted requests, pauses included. At full
    rate, each limit would refuse all parallel requests again and again.
    """

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._resume_at = 0.0
        self._next_at = 0.0
        # Seconds between requests as decided at the last 429, zero until then, and when that took effect.
        self._interval = 0.0
        self._slowed_at = 0.0
        # Window in which requests are counted for the rate estimate.
        self._window_start = time.monotonic()
        self._successes = 0
        self._refused_at = 0.0

    def acquire(self) -> float:
        """Wait until the request may be sent.

        :returns: the time at which it may be sent, for C(pause).
        :raises InterruptedTaskError: after C(cancel).
        """
        while True:
            with self._lock:
                now = time.monotonic()
                turn = max(now, self._next_at, self._resume_at)
                self._next_at = turn + self._interval_at(turn)
            self.sleep(turn - now)
            # A pause may have begun during the wait.
            if self._resume_at <= turn:
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
            resume_at = now + seconds
            # Parallel requests are refused together, which counts once.
            if limited and turn >= self._refused_at:
                self._slow_down(now, resume_at)
                self._refused_at = now
            elif not limited:
                # The duration of an outage tells nothing about the rate.
                self._window_start = max(self._window_start, resume_at)
                self._successes = 0
            self._resume_at = max(self._resume_at, resume_at)
            self._next_at = max(self._next_at, self._resume_at)

    def _slow_down(self, now: float, resume_at: float) -> None:
        interval = self._interval_at(now)
        if interval and self._successes >= _MIN_SAMPLES:
            self._interval = (resume_at - self._window_start) / self._successes
        elif interval:
            self._interval = _SLOWDOWN * interval
        else:
            self._interval = _FIRST_SLOWDOWN * (now - self._window_start) / max(self._successes, 1)
        self._interval = min(self._interval, _MAX_INTERVAL)
        if not interval or self._successes >= _MIN_SAMPLES:
            self._window_start = resume_at
            self._successes = 0
        self._slowed_at = resume_at

    def _interval_at(self, moment: float) -> float:
        return self._interval * math.exp(-((max(0.0, moment - self._slowed_at) / _RECOVERY_SECONDS) ** 2))

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
