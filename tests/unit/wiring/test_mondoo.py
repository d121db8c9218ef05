from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import stamina
import stamina.instrumentation

from bot.adapters.mondoo.credentials import ApiToken
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.pages import Page, PageRequest
from bot.domain.errors import RateLimited, Unavailable
from bot.domain.query import Order
from bot.domain.scopes import Scope, ScopeKind
from bot.wiring.mondoo import MeasuredPages, SystemClock
from bot.wiring.retries import on_retry

SCOPE = Scope(ScopeKind.ORGANIZATION, "acme")
ENDPOINT = Endpoint("https://api.mondoo.com/query", ApiToken("t"))
REQUEST = PageRequest(Order.NEWEST_FIRST, 100)


@dataclass(slots=True)
class FakePages:
    """Raises what it is told to, for each page that is asked for."""

    error: BaseException
    asked: list[tuple[Endpoint, Scope, PageRequest]] = field(default_factory=list)

    async def page(self, endpoint: Endpoint, scope: Scope, request: PageRequest) -> Page:
        self.asked.append((endpoint, scope, request))
        raise self.error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RateLimited("Slow down."), "rate limited"),
        (Unavailable("Gone."), "unavailable"),
        (asyncio.CancelledError(), "interrupted"),
    ],
)
async def test_a_page_that_fails_is_counted_by_how(error: BaseException, outcome: str) -> None:
    counted: list[tuple[str, timedelta]] = []
    fake = FakePages(error)
    pages = MeasuredPages(fake, lambda how, took: counted.append((how, took)))
    with pytest.raises(type(error)):
        await pages.page(ENDPOINT, SCOPE, REQUEST)
    assert fake.asked == [(ENDPOINT, SCOPE, REQUEST)]
    ((how, took),) = counted
    assert how == outcome
    assert took >= timedelta()


def test_the_clock_is_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta()
    assert abs(SystemClock().now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.fixture
def _hooks() -> Iterator[None]:
    """Leave the library's hooks as they were."""
    before = stamina.instrumentation.get_on_retry_hooks()
    yield
    stamina.instrumentation.set_on_retry_hooks(before)


@pytest.mark.usefixtures("_hooks")
def test_a_retry_is_told_with_its_reason_and_its_wait_and_without_its_arguments() -> None:
    told: list[tuple[str, Exception, timedelta]] = []
    on_retry(lambda service, error, wait: told.append((service, error, wait)))
    error = Unavailable("Gone.")
    attempts = iter([error])

    def attempt(_secret: str) -> str:
        for each in attempts:
            raise each
        return "done"

    caller = stamina.RetryingCaller(attempts=2, wait_initial=0, wait_jitter=0)
    assert caller(Unavailable, attempt, "https://hooks.slack.com/secret") == "done"
    assert told == [("slack", error, timedelta())]
