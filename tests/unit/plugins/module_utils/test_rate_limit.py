# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading

import pytest

from ansible_collections.webex.calling.plugins.module_utils import _rate_limit
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
    monkeypatch.setattr(_rate_limit, "time", clock)
    monkeypatch.setattr(
        RateLimiter, "sleep", lambda self, seconds: setattr(clock, "now", clock.now + max(0.0, seconds))
    )
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


def send_all(clock, limiter, limit, count, latency=0.05):
    """Send one after the other, each taking its time; returns how long it took."""
    started = clock.now
    for _each in range(count):
        while True:
            turn = limiter.acquire()
            clock.now += latency
            seconds = limit.wait()
            if not seconds:
                limiter.record_success()
                break
            limiter.pause(seconds, turn=turn, limited=True)
    return clock.now - started


def test_nobody_waits_without_need(clock):
    limiter = RateLimiter()
    for _each in range(100):
        limiter.acquire()
        limiter.record_success()
    assert clock.now == 1000.0


def test_a_pause_is_never_shortened(clock):
    limiter = RateLimiter()
    limiter.pause(10, turn=0, limited=False)
    limiter.pause(1, turn=0, limited=False)
    assert limiter.acquire() == 1010
    limiter.acquire()
    assert clock.now == 1010


@pytest.mark.parametrize(("count", "seconds"), [(300, 60), (50, 10), (5, 1), (10, 60)])
def test_the_rate_of_a_limit_is_found_out(clock, count, seconds):
    limit = FixedWindow(clock, count, seconds)
    took = send_all(clock, RateLimiter(), limit, 10 * count, latency=0.005)
    # The tenth window has to begin, and little more; and no window refuses more than once.
    assert 9 * seconds <= took < 10.6 * seconds
    assert 1 <= limit.refused <= 10


def test_one_refusal_costs_little_more_than_its_pause(clock):
    limiter = RateLimiter()
    send_all(clock, limiter, FixedWindow(clock, 10**9, 1), 10, latency=0.005)
    limiter.pause(2, turn=limiter.acquire(), limited=True)
    seconds = send_all(clock, limiter, FixedWindow(clock, 10**9, 1), 1000, latency=0.005)
    assert seconds < 2 + 3 * 1000 * 0.005 + 0.1


def test_requests_are_spread_after_a_pause(clock):
    limiter = RateLimiter()
    for _each in range(10):
        turn = limiter.acquire()
        clock.now += 0.1
        limiter.record_success()
    limiter.pause(5, turn=turn, limited=True)
    assert [limiter.acquire() for _each in range(3)] == pytest.approx([1006, 1006.3, 1006.6], abs=0.01)


def test_who_is_refused_together_is_refused_once(clock):
    limiter = RateLimiter()
    turns = [limiter.acquire() for _each in range(10)]
    clock.now += 1
    limiter.record_success()
    for turn in turns[1:]:
        limiter.pause(9, turn=turn, limited=True)
    assert [limiter.acquire() for _each in range(3)] == pytest.approx([1010, 1013, 1016], abs=0.1)


def test_a_bad_minute_does_not_last(clock):
    """Refused again and again, with ever longer pauses, and then not at all."""
    limiter = RateLimiter()
    for _each in range(12):
        turn = limiter.acquire()
        clock.now += 0.05
        limiter.record_success()
        limiter.pause(30, turn=turn, limited=True)
    # Now at one request in more than 100 seconds, if it stayed so: more than a day for all.
    assert send_all(clock, limiter, FixedWindow(clock, 10**9, 1), 1000, latency=0.005) < 600


def test_an_outage_counts_for_no_rate(clock):
    limiter = RateLimiter()
    limiter.pause(200, turn=limiter.acquire(), limited=False)
    turn = limiter.acquire()
    clock.now += 0.05
    limiter.record_success()
    limiter.pause(1, turn=turn, limited=True)
    first = limiter.acquire()
    assert limiter.acquire() - first < 1


def test_requests_are_never_far_apart(clock):
    limiter = RateLimiter()
    turn = limiter.acquire()
    clock.now += 500
    limiter.pause(1, turn=turn, limited=True)
    first = limiter.acquire()
    assert limiter.acquire() - first <= 10


def test_requests_are_never_far_apart_after_one_success(clock):
    limiter = RateLimiter()
    limiter.record_success()
    clock.now += 500
    limiter.pause(1000, turn=limiter.acquire(), limited=True)
    limiter.record_success()
    clock.now = limiter.acquire() + 500
    limiter.record_success()
    limiter.pause(1, turn=clock.now, limited=True)
    first = limiter.acquire()
    assert limiter.acquire() - first == 10


def limited_to_one_per_second(clock):
    """A limiter that was refused once, and continues with a request per second at 1012."""
    limiter = RateLimiter()
    for _each in range(6):
        limiter.record_success()
    clock.now += 2
    limiter.pause(10, turn=limiter.acquire(), limited=True)
    return limiter


def test_the_rate_doubles_after_each_minute_without_a_pause(clock):
    limiter = limited_to_one_per_second(clock)
    turns = [limiter.acquire() for _each in range(1000)]
    for minute, rate in enumerate((1, 2, 4, 8)):
        started = 1012 + 60 * minute
        assert sum(started <= turn < started + 60 for turn in turns) == pytest.approx(60 * rate, abs=1)


def test_a_day_without_a_pause(clock):
    limiter = limited_to_one_per_second(clock)
    clock.now += 24 * 60 * 60
    assert limiter.acquire() == limiter.acquire() == clock.now


@pytest.mark.parametrize(("seconds", "turns"), [(5, [1017, 1018, 1019]), (0.5, [1013, 1014, 1015])])
def test_turns_are_given_anew_after_a_pause(clock, monkeypatch, seconds, turns):
    """Whoever waits for a turn when a pause begins leaves it to others, and no turn is given twice."""
    limiter = limited_to_one_per_second(clock)
    limiter.acquire()
    sleep = RateLimiter.sleep

    def refused_during_the_wait(self, wait):
        monkeypatch.setattr(RateLimiter, "sleep", sleep)
        limiter.pause(seconds, turn=0, limited=True)
        sleep(self, wait)

    monkeypatch.setattr(RateLimiter, "sleep", refused_during_the_wait)
    assert [limiter.acquire() for _each in range(3)] == turns


def test_who_is_refused_together_takes_turns_afterward(clock):
    limiter = limited_to_one_per_second(clock)
    turns = []
    for _each in range(3):
        limiter.pause(5, turn=0, limited=True)
        now, turn = clock.now, limiter.acquire()
        turns.append(turn)
        # The requests wait in parallel.
        clock.now = now
    assert turns == [1012, 1013, 1014]


def test_who_is_refused_together_is_refused_once_even_if_others_succeed(clock):
    limiter = limited_to_one_per_second(clock)
    limiter.record_success()
    clock.now = 1020
    limiter.pause(1, turn=1001, limited=True)
    assert [limiter.acquire() for _each in range(3)] == [1021, 1022, 1023]


def test_the_rate_includes_the_pause_but_not_its_rounding(clock):
    limiter = RateLimiter()
    for _each in range(10):
        limiter.record_success()
    clock.now += 4
    limiter.pause(2, turn=limiter.acquire(), limited=True)
    assert [limiter.acquire() for _each in range(3)] == pytest.approx([1006, 1006.55, 1007.1])


def test_a_refusal_without_any_success_tells_no_rate(clock):
    limiter = limited_to_one_per_second(clock)
    limiter.pause(5, turn=limiter.acquire(), limited=True)
    assert [limiter.acquire() for _each in range(3)] == [1017, 1018, 1019]


def test_a_wait_of_no_seconds_slows_down_too(clock):
    limiter = RateLimiter()
    limiter.record_success()
    clock.now += 1
    limiter.pause(0, turn=limiter.acquire(), limited=True)
    assert [limiter.acquire() for _each in range(3)] == [1001, 1002, 1003]


def test_an_outage_teaches_no_rate(clock):
    limiter = RateLimiter()
    limiter.acquire()
    limiter.record_success()
    limiter.pause(30, turn=limiter.acquire(), limited=False)
    assert [limiter.acquire() for _each in range(3)] == [1030] * 3
    limiter.record_success()
    clock.now += 1
    limiter.pause(30, turn=1030, limited=False)
    assert [limiter.acquire() for _each in range(3)] == [1061] * 3


def test_waiting_can_be_ended():
    limiter = RateLimiter()
    limiter.pause(60, turn=0, limited=False)
    threading.Timer(0.05, limiter.cancel).start()
    with pytest.raises(InterruptedTaskError):
        limiter.acquire()
    with pytest.raises(InterruptedTaskError):
        limiter.sleep(0)


def test_a_pause_that_begins_during_another_counts():
    limiter = RateLimiter()
    limiter.pause(0.5, turn=0, limited=False)
    waiter = threading.Thread(target=limiter.acquire, daemon=True)
    waiter.start()
    limiter.pause(1, turn=0, limited=False)
    waiter.join(0.7)
    assert waiter.is_alive()
    waiter.join(5)
    assert not waiter.is_alive()


def told_to_wait(seconds):
    return ApiError("rate_limit", "Too Many Requests", "Hint.", status=429, retry_after=seconds, retryable=True)


def test_patience_ends_with_time(clock):
    budget = RetryBudget(100)
    assert budget.next_delay(told_to_wait(60)) == 60
    clock.now += 60
    assert budget.next_delay(told_to_wait(41)) is None
    assert budget.next_delay(told_to_wait(40)) == 40


def test_patience_tells_since_when_and_when_last(clock):
    budget = RetryBudget(100)
    budget.next_delay(told_to_wait(1))
    clock.now += 30
    budget.next_delay(told_to_wait(1))
    assert (budget.failing_since, budget.failed_at) == (clock.now - 30, clock.now)


def test_patience_ends_with_tries(clock):
    budget = RetryBudget(100)
    waits = [budget.next_delay(told_to_wait(0)) for _each in range(MAX_TRIES)]
    assert waits == [0] * (MAX_TRIES - 1) + [None]
    assert budget.summary(told_to_wait(0)).startswith(f"Gave up after {MAX_TRIES} tries in 0 s")


def test_patience_for_what_failed_before(clock):
    budget = RetryBudget(100, failing_since=clock.now - 90)
    assert budget.next_delay(told_to_wait(11)) is None
    assert budget.summary(told_to_wait(11)) == (
        "Gave up after 1 try in 90 s (retry_timeout is 100 s, the maximum is 10 tries). Webex asks to wait 11 s more."
    )


def test_waits_grow_where_nothing_is_said(clock):
    budget = RetryBudget(10**6)
    for number in range(MAX_TRIES - 1):
        longest = min(2.0**number, 60)
        assert longest / 2 <= budget.next_delay(told_to_wait(None)) <= longest
