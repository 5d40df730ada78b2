# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading

import pytest

from ansible_collections.webex.calling.plugins.module_utils import waiting
from ansible_collections.webex.calling.plugins.module_utils._errors import ApiError, InterruptedTaskError
from ansible_collections.webex.calling.plugins.module_utils._rate_limit import MAX_TRIES, RateLimiter, RetryBudget


class Clock:
    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(waiting, "time", clock)
    monkeypatch.setattr(RateLimiter, "sleep", lambda self, seconds: setattr(clock, "now", clock.now + max(0.0, seconds)))
    return clock


class FixedWindow:
    """So many requests in each stretch of time; whoever is refused is told how long it lasts."""

    def __init__(self, clock, count, seconds):
        self.clock = clock
        self.count = count
        self.seconds = seconds
        self.began = clock.now
        self.used = 0
        self.refused = 0

    def wait(self):
        """Zero if a request may pass, else the seconds to wait."""
        while self.clock.now >= self.began + self.seconds:
            self.began += self.seconds
            self.used = 0
        if self.used < self.count:
            self.used += 1
            return 0.0
        self.refused += 1
        return self.began + self.seconds - self.clock.now


def send_all(clock, pace, limit, count, latency=0.05):
    """Send one after the other, each taking its time; returns how long it took."""
    started = clock.now
    for _each in range(count):
        while True:
            turn = pace.acquire()
            clock.now += latency
            seconds = limit.wait()
            if not seconds:
                pace.passed()
                break
            pace.pause(seconds, turn=turn, limited=True)
    return clock.now - started


def test_nobody_waits_without_need(clock):
    pace = RateLimiter()
    for _each in range(100):
        pace.acquire()
        pace.passed()
    assert clock.now == 1000.0


def test_a_pause_is_never_shortened(clock):
    pace = RateLimiter()
    pace.pause(10, turn=0, limited=False)
    pace.pause(1, turn=0, limited=False)
    assert pace.acquire() == 1010
    pace.acquire()
    assert clock.now == 1010


@pytest.mark.parametrize(("count", "seconds"), [(300, 60), (50, 10), (5, 1), (10, 60)])
def test_the_rate_of_a_limit_is_found_out(clock, count, seconds):
    limit = FixedWindow(clock, count, seconds)
    took = send_all(clock, RateLimiter(), limit, 10 * count, latency=0.005)
    # The tenth window has to begin, and little more; and no window refuses more than once.
    assert 9 * seconds <= took < 10.6 * seconds
    assert 1 <= limit.refused <= 10


def test_one_refusal_costs_little_more_than_its_pause(clock):
    pace = RateLimiter()
    send_all(clock, pace, FixedWindow(clock, 10**9, 1), 10, latency=0.005)
    pace.pause(2, turn=pace.acquire(), limited=True)
    seconds = send_all(clock, pace, FixedWindow(clock, 10**9, 1), 1000, latency=0.005)
    assert seconds < 2 + 3 * 1000 * 0.005 + 0.1


def test_requests_are_spread_after_a_pause(clock):
    pace = RateLimiter()
    for _each in range(10):
        turn = pace.acquire()
        clock.now += 0.1
        pace.passed()
    pace.pause(5, turn=turn, limited=True)
    assert [pace.acquire() for _each in range(3)] == pytest.approx([1006, 1006.3, 1006.6], abs=0.01)


def test_who_is_refused_together_is_refused_once(clock):
    pace = RateLimiter()
    turns = [pace.acquire() for _each in range(10)]
    clock.now += 1
    pace.passed()
    for turn in turns[1:]:
        pace.pause(9, turn=turn, limited=True)
    assert [pace.acquire() for _each in range(3)] == pytest.approx([1010, 1013, 1016], abs=0.1)


def test_a_bad_minute_does_not_last(clock):
    """Refused again and again, with ever longer pauses, and then not at all."""
    pace = RateLimiter()
    for _each in range(12):
        turn = pace.acquire()
        clock.now += 0.05
        pace.passed()
        pace.pause(30, turn=turn, limited=True)
    # Now at one request in more than 100 seconds, if it stayed so: more than a day for all.
    assert send_all(clock, pace, FixedWindow(clock, 10**9, 1), 1000, latency=0.005) < 600


def test_an_outage_counts_for_no_rate(clock):
    pace = RateLimiter()
    pace.pause(200, turn=pace.acquire(), limited=False)
    turn = pace.acquire()
    clock.now += 0.05
    pace.passed()
    pace.pause(1, turn=turn, limited=True)
    first = pace.acquire()
    assert pace.acquire() - first < 1


def test_requests_are_never_far_apart(clock):
    pace = RateLimiter()
    turn = pace.acquire()
    clock.now += 500
    pace.pause(1, turn=turn, limited=True)
    first = pace.acquire()
    assert pace.acquire() - first <= 10


def test_an_outage_teaches_no_rate(clock):
    pace = RateLimiter()
    pace.acquire()
    pace.passed()
    pace.pause(30, turn=pace.acquire(), limited=False)
    assert [pace.acquire() for _each in range(3)] == [1030] * 3


def test_waiting_can_be_ended():
    pace = RateLimiter()
    pace.pause(60, turn=0, limited=False)
    threading.Timer(0.05, pace.abandon).start()
    with pytest.raises(InterruptedTaskError):
        pace.acquire()
    with pytest.raises(InterruptedTaskError):
        pace.sleep(0)


def test_a_pause_that_begins_during_another_counts():
    pace = RateLimiter()
    pace.pause(0.5, turn=0, limited=False)
    waiter = threading.Thread(target=pace.acquire, daemon=True)
    waiter.start()
    pace.pause(1, turn=0, limited=False)
    waiter.join(0.7)
    assert waiter.is_alive()
    waiter.join(5)
    assert not waiter.is_alive()


def told_to_wait(seconds):
    return ApiError("Too Many Requests", "Hint.", status=429, retry_after=seconds, retryable=True)


def test_patience_ends_with_time(clock):
    patience = RetryBudget(100)
    assert patience.next_delay(told_to_wait(60)) == 60
    clock.now += 60
    assert patience.next_delay(told_to_wait(41)) is None
    assert patience.next_delay(told_to_wait(40)) == 40


def test_patience_tells_since_when_and_when_last(clock):
    patience = RetryBudget(100)
    patience.next_delay(told_to_wait(1))
    clock.now += 30
    patience.next_delay(told_to_wait(1))
    assert (patience.since, patience.failed_at) == (clock.now - 30, clock.now)


def test_patience_ends_with_tries(clock):
    patience = RetryBudget(100)
    waits = [patience.next_delay(told_to_wait(0)) for _each in range(MAX_TRIES)]
    assert waits == [0] * (MAX_TRIES - 1) + [None]
    assert patience.told(told_to_wait(0)).startswith(f"Gave up after {MAX_TRIES} tries in 0 s")


def test_patience_for_what_failed_before(clock):
    patience = RetryBudget(100, since=clock.now - 90)
    assert patience.next_delay(told_to_wait(11)) is None
    assert patience.told(told_to_wait(11)) == (
        "Gave up after 1 try in 90 s (retry_timeout is 100 s, and 10 tries are the most). Webex asks to wait 11 s more."
    )


def test_waits_grow_where_nothing_is_said(clock):
    patience = RetryBudget(10**6)
    for number in range(MAX_TRIES - 1):
        longest = min(2.0**number, 60)
        assert longest / 2 <= patience.next_delay(told_to_wait(None)) <= longest
