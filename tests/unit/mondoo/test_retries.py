"""How long to wait before asking again, and when to stop asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.mondoo.faults import Garbled
from bot.adapters.mondoo.retries import Backoff, Patience
from bot.domain.errors import BadCredentials, BadResponse, NotPermitted, RateLimited, Unavailable

PATIENCE = Patience(budget=timedelta(seconds=60), first=timedelta(seconds=0.5), longest=timedelta(seconds=15))


@dataclass
class Stopwatch:
    """Seconds that pass when told to."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


def longest(low: float, high: float) -> float:
    assert low == 0.0
    return high


def shortest(low: float, high: float) -> float:
    return low


def test_the_most_that_is_waited_doubles_up_to_a_ceiling() -> None:
    backoff = Backoff(PATIENCE, Stopwatch(), longest)
    waits = [backoff(Unavailable("Mondoo answered 503")) for _ in range(8)]
    assert waits == [timedelta(seconds=each) for each in (0.5, 1, 2, 4, 8, 15, 15, 15)]


def test_jitter_is_full() -> None:
    assert Backoff(PATIENCE, Stopwatch(), shortest)(Unavailable("Mondoo answered 503")) == timedelta(0)


@pytest.mark.parametrize("error", [Unavailable, RateLimited])
def test_a_wait_is_never_shorter_than_the_service_asked_for(error: type[Unavailable]) -> None:
    asked = error("Mondoo answered 429", retry_after=timedelta(seconds=45))
    assert Backoff(PATIENCE, Stopwatch(), longest)(asked) == timedelta(seconds=45)


def test_a_wait_of_zero_that_was_asked_for_is_still_a_backoff() -> None:
    asked = Unavailable("Mondoo answered 503", retry_after=timedelta(0))
    assert Backoff(PATIENCE, Stopwatch(), longest)(asked) == timedelta(seconds=0.5)


def test_a_wait_beyond_the_budget_is_not_begun() -> None:
    assert Backoff(PATIENCE, Stopwatch(), longest)(RateLimited("429", retry_after=timedelta(seconds=60))) is False


def test_the_budget_runs_while_attempts_do() -> None:
    watch = Stopwatch()
    backoff = Backoff(PATIENCE, watch, longest)
    watch.seconds += 59.4
    assert backoff(Unavailable("Mondoo answered 503")) == timedelta(seconds=0.5)
    assert backoff(Unavailable("Mondoo answered 503")) is False


@pytest.mark.parametrize("error", [BadCredentials("no"), NotPermitted("no"), BadResponse("no"), ValueError("a defect")])
def test_what_stays_is_not_asked_again(error: Exception) -> None:
    assert Backoff(PATIENCE, Stopwatch(), longest)(error) is False


def test_an_answer_that_is_not_json_is_asked_again() -> None:
    assert Backoff(PATIENCE, Stopwatch(), longest)(Garbled("not JSON"))


@given(st.lists(st.none() | st.integers(0, 30), max_size=40))
def test_all_waits_together_fit_into_the_budget(asked: list[int | None]) -> None:
    watch = Stopwatch()
    backoff = Backoff(PATIENCE, watch)
    for seconds in asked:
        pause = None if seconds is None else timedelta(seconds=seconds)
        wait = backoff(Unavailable("Mondoo answered 503", retry_after=pause))
        if isinstance(wait, bool):
            assert wait is False
            break
        watch.seconds += wait.total_seconds()
    assert watch.seconds < 160.0
