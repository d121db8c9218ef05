"""A channel in which so much is said that a look into its history takes more than one go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.slack.history import MARGIN
from bot.domain.deliveries import Absent, Deferred

from .answering import FakeSlack, Said, answering, messenger_of
from .deliveries import looked_for

TOO_MANY = Said({"ok": False, "error": "ratelimited"}, 429, headers={"Retry-After": "30"})
PAGES = 30


class HurriedClock:
    """A clock that goes on by half a second whenever somebody looks at it."""

    def __init__(self) -> None:
        self._now = datetime(2024, 5, 6, 12, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(seconds=0.5)
        return self._now


def page(following: str = "") -> Said:
    talk = [{"user": "U2", "ts": "1.0", "text": "talk"}]
    return Said({"ok": True, "messages": talk, "response_metadata": {"next_cursor": following}})


def cursors(slack: FakeSlack) -> list[str]:
    """The cursors of the pages that were asked for, in their order."""
    asked = zip(slack.asked, slack.queries, strict=True)
    return [query.get("cursor", "") for method, query in asked if method == "conversations.history"]


async def test_a_search_goes_on_where_slack_asked_for_patience() -> None:
    async with answering() as slack, messenger_of(slack.url) as messenger:
        slack.answers["conversations.history"] = [page("two"), TOO_MANY, TOO_MANY, page("three"), page()]
        part = looked_for()
        assert [type(await messenger.find(part)) for _ in range(3)] == [Deferred, Deferred, Absent]
        assert cursors(slack) == ["", "two", "two", "two", "three"]
        await messenger.find(part)
        assert cursors(slack)[-1] == ""


async def test_a_search_that_takes_long_goes_on_later_until_it_ends() -> None:
    async with answering() as slack, messenger_of(slack.url, HurriedClock()) as messenger:
        slack.answers["conversations.history"] = [*(page(str(number)) for number in range(1, PAGES)), page()]
        part, looks = looked_for(), 1
        while isinstance(await messenger.find(part), Deferred):
            looks += 1
        assert looks > 1
        assert cursors(slack) == ["", *map(str, range(1, PAGES))]


async def test_a_search_for_another_attempt_begins_anew() -> None:
    async with answering() as slack, messenger_of(slack.url) as messenger:
        slack.answers["conversations.history"] = [page("two"), TOO_MANY, page()]
        await messenger.find(looked_for(attempts=1))
        await messenger.find(looked_for(attempts=2))
        assert cursors(slack) == ["", "two", ""]


async def test_a_search_whose_place_is_lost_begins_anew() -> None:
    async with answering() as slack, messenger_of(slack.url) as messenger:
        lost = Said({"ok": False, "error": "invalid_cursor"})
        slack.answers["conversations.history"] = [page("two"), TOO_MANY, lost, page()]
        looks = [type(await messenger.find(looked_for())) for _ in range(3)]
        assert looks == [Deferred, Deferred, Absent]
        assert cursors(slack) == ["", "two", "two", ""]


async def test_only_the_time_of_the_attempts_is_searched() -> None:
    async with answering() as slack, messenger_of(slack.url) as messenger:
        slack.answers["conversations.history"] = [page()]
        first = datetime(2024, 5, 6, 12, tzinfo=UTC)
        await messenger.find(looked_for(first_attempt=first, last_attempt=first + timedelta(hours=1)))
        searched = slack.queries[-1]
        assert float(searched["oldest"]) == pytest.approx((first - MARGIN).timestamp())
        assert float(searched["latest"]) == pytest.approx((first + timedelta(hours=1) + MARGIN).timestamp())
