# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rate limits per organization."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import Field

from .models import StrictModel


class RateLimit(StrictModel):
    """Maximum number of requests in a period.

    C(fixed_window) allows all requests at once, then none until the window ends.
    C(token_bucket) allows requests at a constant rate. Up to C(burst) unused requests accumulate.
    """

    style: Literal["fixed_window", "token_bucket"] = "fixed_window"
    requests: int = Field(ge=1)
    seconds: float = Field(default=60, gt=0, strict=False)
    burst: int | None = Field(default=None, ge=1)
    retry_after: bool = True


class RateLimiter:
    """Rate limiter with one counter per organization."""

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit
        self._counters: dict[str, _Counter] = {}

    def retry_after(self, organization: str, now: float) -> int | None:
        """Return the value of C(Retry-After) at the rate limit. Otherwise, count the request and return None.

        :param now: current time in seconds.
        """
        counter = self._counters.get(organization)
        if counter is None:
            counter = self._counters[organization] = _counter(self.limit, now)
        wait = counter.take(now)
        return max(1, math.ceil(wait)) if wait > 0 else None


class _Counter(Protocol):
    def take(self, now: float) -> float:
        """Return the seconds to wait if the rate limit is reached. Otherwise, count the request and return 0."""


def _counter(limit: RateLimit, now: float) -> _Counter:
    if limit.style == "fixed_window":
        return _FixedWindow(limit.requests, limit.seconds, now)
    burst = limit.burst or limit.requests
    return _TokenBucket(limit.requests / limit.seconds, burst, burst, now)


@dataclass(slots=True)
class _FixedWindow:
    """Request counter for a window that begins with the first request."""

    requests: int
    seconds: float
    began: float
    taken: int = 0

    def take(self, now: float) -> float:
        if now - self.began >= self.seconds:
            self.began, self.taken = now, 0
        if self.taken >= self.requests:
            return self.began + self.seconds - now
        self.taken += 1
        return 0


@dataclass(slots=True)
class _TokenBucket:
    """Token bucket that refills at a constant rate."""

    per_second: float
    burst: int
    level: float
    filled: float

    def take(self, now: float) -> float:
        self.level = min(self.burst, self.level + (now - self.filled) * self.per_second)
        self.filled = now
        if self.level < 1:
            return (1 - self.level) / self.per_second
        self.level -= 1
        return 0
